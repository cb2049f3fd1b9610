using Tercel.Cache.Values;

namespace Tercel.Cache.Server.Commands.Lists;

/// <summary>LPUSH, RPUSH, LPUSHX, RPUSHX.</summary>
/// <remarks>Reply: the number of elements afterwards; 0 when the X forms find no list.</remarks>
internal static class ListPushes
{
    public static void LPush(ref CommandContext c) => Push(ref c, head: true, create: true);

    public static void RPush(ref CommandContext c) => Push(ref c, head: false, create: true);

    public static void LPushX(ref CommandContext c) => Push(ref c, head: true, create: false);

    public static void RPushX(ref CommandContext c) => Push(ref c, head: false, create: false);

    private static void Push(ref CommandContext c, bool head, bool create)
    {
        var key = c.Key(1);
        scoped CollectionHandle handle;
        var status = create
            ? c.Keyspace.OpenCollection(key, ValueKind.List, c.NowMs, out handle)
            : c.Keyspace.FindCollection(key, ValueKind.List, c.NowMs, out handle);
        if (status == StoreStatus.NotFound)
        {
            c.Reply.Integer(0);
            return;
        }

        if (status != StoreStatus.Ok)
        {
            c.Reply.Status(status);
            return;
        }

        var list = new ListValue(handle);
        for (var i = 2; i < c.Args.Count; i++) list.Push(c.Args[i], head);
        c.Changed(key, KeyEvents.List, head ? "lpush"u8 : "rpush"u8);
        c.Reply.Integer(list.Count);
    }
}
