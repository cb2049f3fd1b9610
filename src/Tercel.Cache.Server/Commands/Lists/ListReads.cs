using Tercel.Cache.Values;

namespace Tercel.Cache.Server.Commands.Lists;

/// <summary>LLEN, LRANGE, LINDEX.</summary>
internal static class ListReads
{
    public static void LLen(ref CommandContext c)
    {
        var status = c.FindList(c.Key(1), out var list);
        if (status == StoreStatus.Ok) c.Reply.Integer(list.Count);
        else if (status == StoreStatus.NotFound) c.Reply.Integer(0);
    }

    public static void LRange(ref CommandContext c)
    {
        if (!c.TryInteger(2, out var start) || !c.TryInteger(3, out var end)) return;
        var status = c.FindList(c.Key(1), out var list);
        if (status == StoreStatus.WrongType) return;
        var (first, count) = status == StoreStatus.Ok ? ListAccess.RangeOf(start, end, list.Count) : (0, 0);
        c.Reply.Array(checked((int)count));
        if (count == 0) return;
        foreach (var element in list.Range(first, count)) c.Reply.Bulk(element);
    }

    /// <remarks>As in Redis, the index is looked at only when there is a list.</remarks>
    public static void LIndex(ref CommandContext c)
    {
        var status = c.FindList(c.Key(1), out var list);
        if (status == StoreStatus.WrongType) return;
        if (status == StoreStatus.NotFound)
        {
            c.Reply.Null();
            return;
        }

        if (!c.TryInteger(2, out var index)) return;
        Span<byte> scratch = stackalloc byte[ListValue.ScratchBytes];
        if (list.TryGet(index, scratch, out var element)) c.Reply.Bulk(element);
        else c.Reply.Null();
    }
}
