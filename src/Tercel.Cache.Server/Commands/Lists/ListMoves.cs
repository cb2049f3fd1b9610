using Tercel.Cache.Values;

namespace Tercel.Cache.Server.Commands.Lists;

/// <summary>LMOVE, RPOPLPUSH and the forms that wait: BLMOVE, BRPOPLPUSH.</summary>
/// <remarks>Reply: the element moved, or nil. Source and destination may be the same list, which is then
/// rotated.</remarks>
internal static class ListMoves
{
    public static void LMove(ref CommandContext c)
    {
        if (!c.TryEnd(3, out var fromHead) || !c.TryEnd(4, out var toHead)) return;
        if (!TryMove(ref c, fromHead, toHead)) c.Reply.Null();
    }

    public static void RPopLPush(ref CommandContext c)
    {
        if (!TryMove(ref c, fromHead: false, toHead: true)) c.Reply.Null();
    }

    public static void BLMove(ref CommandContext c)
    {
        if (!c.TryEnd(3, out var fromHead) || !c.TryEnd(4, out var toHead)) return;
        if (c.TryTimeout(5, out var timeoutMs)) MoveOrBlock(ref c, fromHead, toHead, timeoutMs);
    }

    public static void BRPopLPush(ref CommandContext c)
    {
        if (c.TryTimeout(3, out var timeoutMs)) MoveOrBlock(ref c, fromHead: false, toHead: true, timeoutMs);
    }

    private static void MoveOrBlock(ref CommandContext c, bool fromHead, bool toHead, long timeoutMs)
    {
        if (TryMove(ref c, fromHead, toHead))
        {
            if (c.Changes == 0) return;
            c.Rewrite().Word("LMOVE"u8).Word(c.Args[1]).Word(c.Args[2])
                .Word(fromHead ? "LEFT"u8 : "RIGHT"u8).Word(toHead ? "LEFT"u8 : "RIGHT"u8);
        }
        else if (c.CanBlock)
        {
            c.Block(timeoutMs, BlockTimeoutReply.NullArray);
        }
        else
        {
            c.Reply.Null();
        }
    }

    /// <summary>Moves an element and replies it, or an error; false when there is none.</summary>
    private static bool TryMove(ref CommandContext c, bool fromHead, bool toHead)
    {
        var from = c.Key(1);
        var to = c.Key(2);
        var status = c.FindList(from, out var source);
        if (status != StoreStatus.Ok) return status == StoreStatus.WrongType;
        Span<byte> scratch = stackalloc byte[ListValue.ScratchBytes];
        var element = source.Peek(fromHead, scratch);
        if (from.Bytes.SequenceEqual(to.Bytes))
        {
            c.Reply.Bulk(element);
            if (fromHead != toHead) source.Rotate(fromHead);
            c.Changed(from, KeyEvents.List, fromHead ? "lpop"u8 : "rpop"u8);
            c.Notify(from, KeyEvents.List, toHead ? "lpush"u8 : "rpush"u8);
            return true;
        }

        status = c.Keyspace.OpenCollection(to, ValueKind.List, c.NowMs, out var handle);
        if (status != StoreStatus.Ok)
        {
            c.Reply.Status(status);
            return true;
        }

        c.Reply.Bulk(element);
        new ListValue(handle).Push(element, toHead);
        c.Changed(to, KeyEvents.List, toHead ? "lpush"u8 : "rpush"u8);
        ListPops.Drop(ref c, from, source, fromHead, 1);
        return true;
    }
}
