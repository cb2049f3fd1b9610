using Tercel.Cache.Values;

namespace Tercel.Cache.Server.Commands.SortedSets;

/// <summary>ZPOPMIN, ZPOPMAX, ZMPOP and the forms that wait: BZPOPMIN, BZPOPMAX, BZMPOP.</summary>
/// <remarks>The forms over several keys look at them in order and stop at the first set, or at the first key of another
/// kind with an error.</remarks>
internal static class ScorePops
{
    public static void ZPopMin(ref CommandContext c) => Pop(ref c, lowest: true);

    public static void ZPopMax(ref CommandContext c) => Pop(ref c, lowest: false);

    public static void BZPopMin(ref CommandContext c) => BlockingPop(ref c, lowest: true);

    public static void BZPopMax(ref CommandContext c) => BlockingPop(ref c, lowest: false);

    public static void ZMPop(ref CommandContext c)
    {
        if (!ManyKeyPop.TryRead(ref c, 1, "MIN"u8, "MAX"u8, out var pop)) return;
        if (!TryPopFirst(ref c, pop)) c.Reply.NullArray();
    }

    public static void BZMPop(ref CommandContext c)
    {
        if (!c.TryTimeout(1, out var timeoutMs)) return;
        if (!ManyKeyPop.TryRead(ref c, 2, "MIN"u8, "MAX"u8, out var pop)) return;
        if (TryPopFirst(ref c, pop)) return;
        if (c.CanBlock) c.Block(timeoutMs, BlockTimeoutReply.NullArray);
        else c.Reply.NullArray();
    }

    private static void Pop(ref CommandContext c, bool lowest)
    {
        if (c.Args.Count > 3)
        {
            c.Reply.Syntax();
            return;
        }

        var hasCount = c.Args.Count == 3;
        var count = 1L;
        if (hasCount && !c.TryCount(2, 0, "ERR value is out of range, must be positive"u8, out count)) return;
        var key = c.Key(1);
        var status = c.FindSortedSet(key, out var set);
        if (status == StoreStatus.WrongType) return;
        var range = Ends(set, lowest, count);
        if (range.Count == 0)
        {
            c.Reply.Array(0);
        }
        else if (hasCount)
        {
            c.Reply.Members(set, range, withScores: true);
        }
        else
        {
            c.Reply.Array(2);
            WriteOne(ref c, set, range);
        }

        if (range.Count > 0) Remove(ref c, key, set, range, lowest);
    }

    private static void BlockingPop(ref CommandContext c, bool lowest)
    {
        var last = c.Args.Count - 1;
        if (!c.TryTimeout(last, out var timeoutMs)) return;
        for (var i = 1; i < last; i++)
        {
            var key = c.Key(i);
            var status = c.FindSortedSet(key, out var set);
            if (status == StoreStatus.NotFound) continue;
            if (status != StoreStatus.Ok) return;
            var range = Ends(set, lowest, 1);
            c.Reply.Array(3);
            c.Reply.Bulk(key.Bytes);
            WriteOne(ref c, set, range);
            Remove(ref c, key, set, range, lowest);
            c.Rewrite().Word(lowest ? "ZPOPMIN"u8 : "ZPOPMAX"u8).Word(key.Bytes);
            return;
        }

        if (c.CanBlock) c.Block(timeoutMs, BlockTimeoutReply.NullArray);
        else c.Reply.NullArray();
    }

    /// <summary>Pops from the first set and replies; true also when an error was replied.</summary>
    private static bool TryPopFirst(ref CommandContext c, in ManyKeyPop pop)
    {
        for (var i = 0; i < pop.KeyCount; i++)
        {
            var key = c.Key(pop.FirstKey + i);
            var status = c.FindSortedSet(key, out var set);
            if (status == StoreStatus.NotFound) continue;
            if (status != StoreStatus.Ok) return true;
            var range = Ends(set, pop.FromStart, pop.Count);
            c.Reply.Array(2);
            c.Reply.Bulk(key.Bytes);
            c.Reply.Array(checked((int)range.Count));
            foreach (var entry in set.Range(range.Start, range.Count, range.Reverse))
            {
                c.Reply.Array(2);
                c.Reply.Bulk(entry.Member);
                c.Reply.Double(entry.Score);
            }

            Remove(ref c, key, set, range, pop.FromStart);
            c.Rewrite().Word(pop.FromStart ? "ZPOPMIN"u8 : "ZPOPMAX"u8).Word(key.Bytes).Word(range.Count);
            return true;
        }

        return false;
    }

    /// <summary>Up to so many members from one end on.</summary>
    private static RankRange Ends(scoped SortedSetValue set, bool lowest, long count) =>
        RankRange.Between(0, set.Count, reverse: !lowest).Limited(0, count);

    private static void WriteOne(ref CommandContext c, scoped SortedSetValue set, RankRange range)
    {
        foreach (var entry in set.Range(range.Start, 1))
        {
            c.Reply.Bulk(entry.Member);
            c.Reply.Double(entry.Score);
        }
    }

    private static void Remove(
        ref CommandContext c, scoped in KeyRef key, scoped SortedSetValue set, RankRange range, bool lowest)
    {
        set.RemoveRange(range.Lowest, range.Count);
        c.Removed(key, set, lowest ? "zpopmin"u8 : "zpopmax"u8);
    }
}
