using Tercel.Cache.Values;

namespace Tercel.Cache.Server.Commands.SortedSets;

/// <summary>ZRANGE and its older and storing sisters.</summary>
/// <remarks>Reply: the members, with WITHSCORES each with its score; how many for ZRANGESTORE. Source:
/// redis.io/commands/zrange</remarks>
internal static class ScoreRanges
{
    public static void ZRange(ref CommandContext c) => Reply(ref c, null, null);

    public static void ZRevRange(ref CommandContext c) => Reply(ref c, RangeKind.Rank, reverse: true);

    public static void ZRangeByScore(ref CommandContext c) => Reply(ref c, RangeKind.Score, reverse: false);

    public static void ZRevRangeByScore(ref CommandContext c) => Reply(ref c, RangeKind.Score, reverse: true);

    public static void ZRangeByLex(ref CommandContext c) => Reply(ref c, RangeKind.Name, reverse: false);

    public static void ZRevRangeByLex(ref CommandContext c) => Reply(ref c, RangeKind.Name, reverse: true);

    public static void ZRangeStore(ref CommandContext c)
    {
        if (!RangeOptions.TryRead(ref c, 3, isStore: true, null, null, out var options)) return;
        if (!options.TryLimits(ref c, 3, out var limits)) return;
        var status = c.FindSortedSet(c.Key(2), out var source);
        if (status == StoreStatus.WrongType) return;
        var destination = c.Key(1);
        var result = DetachedCollection.For(c.Keyspace, destination, ValueKind.SortedSet);
        var target = new SortedSetValue(result.Handle);
        var range = options.Limit(limits.In(source, options.Reverse));
        if (range.Count > 0)
            foreach (var entry in source.Range(range.Lowest, range.Count))
                target.Set(entry.Member, entry.Score, ScoreRules.None, out _);
        c.StoreResult(destination, result, "zrangestore"u8);
    }

    private static void Reply(ref CommandContext c, RangeKind? kind, bool? reverse)
    {
        if (!RangeOptions.TryRead(ref c, 2, isStore: false, kind, reverse, out var options)) return;
        if (!options.TryLimits(ref c, 2, out var limits)) return;
        var status = c.FindSortedSet(c.Key(1), out var set);
        if (status == StoreStatus.WrongType) return;
        c.Reply.Members(set, options.Limit(limits.In(set, options.Reverse)), options.WithScores);
    }
}
