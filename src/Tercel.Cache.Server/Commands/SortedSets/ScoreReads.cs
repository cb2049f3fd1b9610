namespace Tercel.Cache.Server.Commands.SortedSets;

/// <summary>ZCARD, ZSCORE, ZMSCORE, ZRANK, ZREVRANK, ZCOUNT, ZLEXCOUNT.</summary>
internal static class ScoreReads
{
    public static void ZCard(ref CommandContext c)
    {
        var status = c.FindSortedSet(c.Key(1), out var set);
        if (status != StoreStatus.WrongType) c.Reply.Integer(set.Count);
    }

    public static void ZScore(ref CommandContext c)
    {
        var status = c.FindSortedSet(c.Key(1), out var set);
        if (status == StoreStatus.WrongType) return;
        if (set.TryGetScore(c.Args[2], out var score)) c.Reply.Double(score);
        else c.Reply.Null();
    }

    public static void ZMScore(ref CommandContext c)
    {
        var status = c.FindSortedSet(c.Key(1), out var set);
        if (status == StoreStatus.WrongType) return;
        c.Reply.Array(c.Args.Count - 2);
        for (var i = 2; i < c.Args.Count; i++)
        {
            if (set.TryGetScore(c.Args[i], out var score)) c.Reply.Double(score);
            else c.Reply.Null();
        }
    }

    public static void ZRank(ref CommandContext c) => Rank(ref c, reverse: false);

    public static void ZRevRank(ref CommandContext c) => Rank(ref c, reverse: true);

    public static void ZCount(ref CommandContext c) => Count(ref c, RangeKind.Score);

    public static void ZLexCount(ref CommandContext c) => Count(ref c, RangeKind.Name);

    /// <remarks>WITHSCORE as since Redis 7.2: an array of place and score.</remarks>
    private static void Rank(ref CommandContext c, bool reverse)
    {
        if (c.Args.Count > 4)
        {
            c.ReplyArity();
            return;
        }

        var withScore = c.Args.Count == 4;
        if (withScore && !c.Args[3].Is("WITHSCORE"u8))
        {
            c.Reply.Syntax();
            return;
        }

        var status = c.FindSortedSet(c.Key(1), out var set);
        if (status == StoreStatus.WrongType) return;
        if (!set.TryRank(c.Args[2], out var rank, out var score))
        {
            if (withScore) c.Reply.NullArray();
            else c.Reply.Null();
            return;
        }

        if (withScore) c.Reply.Array(2);
        c.Reply.Integer(reverse ? set.Count - 1 - rank : rank);
        if (withScore) c.Reply.Double(score);
    }

    private static void Count(ref CommandContext c, RangeKind kind)
    {
        if (!ScoreLimits.TryRead(ref c, kind, 2, 3, out var limits)) return;
        var status = c.FindSortedSet(c.Key(1), out var set);
        if (status != StoreStatus.WrongType) c.Reply.Integer(limits.In(set).Count);
    }
}
