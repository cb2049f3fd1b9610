namespace Tercel.Cache.Server.Commands.Lists;

/// <summary>LSET, LINSERT, LREM, LTRIM.</summary>
internal static class ListEdits
{
    public static void LSet(ref CommandContext c)
    {
        var key = c.Key(1);
        var status = c.FindList(key, out var list);
        if (status == StoreStatus.WrongType) return;
        if (status == StoreStatus.NotFound)
        {
            c.Reply.NoSuchKey();
            return;
        }

        if (!c.TryInteger(2, out var index)) return;
        if (!list.TrySet(index, c.Args[3]))
        {
            c.Reply.OutOfRange();
            return;
        }

        c.Changed(key, KeyEvents.List, "lset"u8);
        c.Reply.Ok();
    }

    /// <remarks>Reply: the number of elements afterwards; -1 without the pivot, 0 without the list.</remarks>
    public static void LInsert(ref CommandContext c)
    {
        var before = c.Args[2].Is("BEFORE"u8);
        if (!before && !c.Args[2].Is("AFTER"u8))
        {
            c.Reply.Syntax();
            return;
        }

        var key = c.Key(1);
        var status = c.FindList(key, out var list);
        if (status == StoreStatus.WrongType) return;
        if (status == StoreStatus.NotFound)
        {
            c.Reply.Integer(0);
            return;
        }

        if (!list.TryInsert(c.Args[3], c.Args[4], before))
        {
            c.Reply.Integer(-1);
            return;
        }

        c.Changed(key, KeyEvents.List, "linsert"u8);
        c.Reply.Integer(list.Count);
    }

    public static void LRem(ref CommandContext c)
    {
        if (!c.TryInteger(2, out var count)) return;
        var key = c.Key(1);
        var status = c.FindList(key, out var list);
        if (status == StoreStatus.WrongType) return;
        var removed = status == StoreStatus.Ok ? list.RemoveEqual(c.Args[3], count) : 0;
        if (removed > 0) c.Removed(key, list, "lrem"u8);
        c.Reply.Integer(removed);
    }

    public static void LTrim(ref CommandContext c)
    {
        if (!c.TryInteger(2, out var start) || !c.TryInteger(3, out var end)) return;
        var key = c.Key(1);
        var status = c.FindList(key, out var list);
        if (status == StoreStatus.WrongType) return;
        if (status == StoreStatus.Ok)
        {
            var all = list.Count;
            var (first, count) = ListAccess.RangeOf(start, end, all);
            list.Trim(first, count);
            if (count < all) c.Removed(key, list, "ltrim"u8);
            else c.Notify(key, KeyEvents.List, "ltrim"u8);
        }

        c.Reply.Ok();
    }
}
