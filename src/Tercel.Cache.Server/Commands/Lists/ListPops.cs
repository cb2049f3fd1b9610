using Tercel.Cache.Values;

namespace Tercel.Cache.Server.Commands.Lists;

/// <summary>LPOP, RPOP, LMPOP and the forms that wait: BLPOP, BRPOP, BLMPOP.</summary>
/// <remarks>The forms over several keys look at them in order and stop at the first list, or at the first key of
/// another kind with an error.</remarks>
internal static class ListPops
{
    public static void LPop(ref CommandContext c) => Pop(ref c, head: true);

    public static void RPop(ref CommandContext c) => Pop(ref c, head: false);

    public static void BLPop(ref CommandContext c) => BlockingPop(ref c, head: true);

    public static void BRPop(ref CommandContext c) => BlockingPop(ref c, head: false);

    public static void LMPop(ref CommandContext c)
    {
        if (!ManyKeyPop.TryRead(ref c, 1, "LEFT"u8, "RIGHT"u8, out var pop)) return;
        if (!TryPopFirst(ref c, pop)) c.Reply.NullArray();
    }

    public static void BLMPop(ref CommandContext c)
    {
        if (!c.TryTimeout(1, out var timeoutMs)) return;
        if (!ManyKeyPop.TryRead(ref c, 2, "LEFT"u8, "RIGHT"u8, out var pop)) return;
        if (TryPopFirst(ref c, pop)) return;
        if (c.CanBlock) c.Block(timeoutMs, BlockTimeoutReply.NullArray);
        else c.Reply.NullArray();
    }

    /// <summary>Takes elements off one end and tells of it. The replies were written already.</summary>
    public static void Drop(ref CommandContext c, scoped in KeyRef key, scoped ListValue list, bool head, long count)
    {
        list.Drop(head, count);
        c.Removed(key, list, head ? "lpop"u8 : "rpop"u8);
    }

    private static void Pop(ref CommandContext c, bool head)
    {
        if (c.Args.Count > 3)
        {
            c.ReplyArity();
            return;
        }

        var hasCount = c.Args.Count == 3;
        var count = 1L;
        if (hasCount && !c.TryCount(2, 0, "ERR value is out of range, must be positive"u8, out count)) return;
        var key = c.Key(1);
        var status = c.FindList(key, out var list);
        if (status == StoreStatus.WrongType) return;
        if (status == StoreStatus.NotFound)
        {
            if (hasCount) c.Reply.NullArray();
            else c.Reply.Null();
            return;
        }

        if (hasCount) count = WriteEnd(ref c, list, head, count);
        else WriteOne(ref c, list, head);
        if (count > 0) Drop(ref c, key, list, head, count);
    }

    private static void BlockingPop(ref CommandContext c, bool head)
    {
        var last = c.Args.Count - 1;
        if (!c.TryTimeout(last, out var timeoutMs)) return;
        for (var i = 1; i < last; i++)
        {
            var key = c.Key(i);
            var status = c.FindList(key, out var list);
            if (status == StoreStatus.NotFound) continue;
            if (status != StoreStatus.Ok) return;
            c.Reply.Array(2);
            c.Reply.Bulk(key.Bytes);
            WriteOne(ref c, list, head);
            Drop(ref c, key, list, head, 1);
            c.Rewrite().Word(head ? "LPOP"u8 : "RPOP"u8).Word(key.Bytes);
            return;
        }

        if (c.CanBlock) c.Block(timeoutMs, BlockTimeoutReply.NullArray);
        else c.Reply.NullArray();
    }

    /// <summary>Pops from the first list and replies; true also when an error was replied.</summary>
    private static bool TryPopFirst(ref CommandContext c, in ManyKeyPop pop)
    {
        for (var i = 0; i < pop.KeyCount; i++)
        {
            var key = c.Key(pop.FirstKey + i);
            var status = c.FindList(key, out var list);
            if (status == StoreStatus.NotFound) continue;
            if (status != StoreStatus.Ok) return true;
            c.Reply.Array(2);
            c.Reply.Bulk(key.Bytes);
            var count = WriteEnd(ref c, list, pop.FromStart, pop.Count);
            Drop(ref c, key, list, pop.FromStart, count);
            c.Rewrite().Word(pop.FromStart ? "LPOP"u8 : "RPOP"u8).Word(key.Bytes).Word(count);
            return true;
        }

        return false;
    }

    private static void WriteOne(ref CommandContext c, scoped ListValue list, bool head)
    {
        Span<byte> scratch = stackalloc byte[ListValue.ScratchBytes];
        c.Reply.Bulk(list.Peek(head, scratch));
    }

    /// <summary>Writes an array of up to so many elements from one end on.</summary>
    /// <returns>How many.</returns>
    private static long WriteEnd(ref CommandContext c, scoped ListValue list, bool head, long count)
    {
        var all = list.Count;
        count = Math.Min(count, all);
        c.Reply.Array(checked((int)count));
        foreach (var element in list.Range(head ? 0 : all - 1, count, reverse: !head)) c.Reply.Bulk(element);
        return count;
    }
}
