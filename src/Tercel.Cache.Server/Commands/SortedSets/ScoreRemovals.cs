namespace Tercel.Cache.Server.Commands.SortedSets;

/// <summary>ZREM, ZREMRANGEBYRANK, ZREMRANGEBYSCORE, ZREMRANGEBYLEX.</summary>
/// <remarks>Reply: how many members were removed.</remarks>
internal static class ScoreRemovals
{
    public static void ZRem(ref CommandContext c)
    {
        var key = c.Key(1);
        var status = c.FindSortedSet(key, out var set);
        if (status == StoreStatus.WrongType) return;
        var removed = 0;
        for (var i = 2; i < c.Args.Count; i++)
            if (set.Remove(c.Args[i])) removed++;
        if (removed > 0) c.Removed(key, set, "zrem"u8);
        c.Reply.Integer(removed);
    }

    public static void ByRank(ref CommandContext c) => Remove(ref c, RangeKind.Rank, "zremrangebyrank"u8);

    public static void ByScore(ref CommandContext c) => Remove(ref c, RangeKind.Score, "zremrangebyscore"u8);

    public static void ByLex(ref CommandContext c) => Remove(ref c, RangeKind.Name, "zremrangebylex"u8);

    private static void Remove(ref CommandContext c, RangeKind kind, ReadOnlySpan<byte> name)
    {
        if (!ScoreLimits.TryRead(ref c, kind, 2, 3, out var limits)) return;
        var key = c.Key(1);
        var status = c.FindSortedSet(key, out var set);
        if (status == StoreStatus.WrongType) return;
        var range = limits.In(set);
        if (range.Count > 0)
        {
            set.RemoveRange(range.Start, range.Count);
            c.Removed(key, set, name);
        }

        c.Reply.Integer(range.Count);
    }
}
