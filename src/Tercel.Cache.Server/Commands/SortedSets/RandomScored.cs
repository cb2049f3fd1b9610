using Tercel.Cache.Values;

namespace Tercel.Cache.Server.Commands.SortedSets;

/// <summary>ZRANDMEMBER key [count [WITHSCORES]].</summary>
/// <remarks>Every member comes with the same probability: ranks are drawn at random, distinct ones when the count is
/// positive. Source: redis.io/commands/zrandmember</remarks>
internal static class RandomScored
{
    public static void ZRandMember(ref CommandContext c)
    {
        if (c.Args.Count == 2)
        {
            OneMember(ref c);
            return;
        }

        if (!RandomCount.TryRead(ref c, out var count)) return;
        var withScores = c.Args.Count > 3;
        if (c.Args.Count > 4 || withScores && !c.Args[3].Is("WITHSCORES"u8))
        {
            c.Reply.Syntax();
            return;
        }

        if (!RandomCount.IsAllowed(ref c, ref count, withScores)) return;
        var status = c.FindSortedSet(c.Key(1), out var set);
        if (status == StoreStatus.WrongType) return;
        if (count >= set.Count) c.Reply.Members(set, RankRange.Between(0, set.Count), withScores);
        else Draw(ref c, set, count, withScores);
    }

    private static void OneMember(ref CommandContext c)
    {
        var status = c.FindSortedSet(c.Key(1), out var set);
        if (status == StoreStatus.WrongType) return;
        if (status == StoreStatus.NotFound)
        {
            c.Reply.Null();
            return;
        }

        foreach (var entry in set.Range(c.Dispatcher.Random.Below(set.Count), 1)) c.Reply.Bulk(entry.Member);
    }

    private static void Draw(ref CommandContext c, scoped SortedSetValue set, long count, bool withScores)
    {
        var picks = set.Count == 0 ? 0 : (int)Math.Abs(count);
        var pairs = withScores && c.Reply.IsResp3;
        c.Reply.Array(withScores && !pairs ? picks * 2 : picks);
        if (picks == 0) return;
        var ranks = new ShuffledRanks(set.Count, c.Dispatcher.Random);
        for (var i = 0; i < picks; i++)
        {
            var rank = count > 0 ? ranks.At(i) : c.Dispatcher.Random.Below(set.Count);
            foreach (var entry in set.Range(rank, 1))
            {
                if (pairs) c.Reply.Array(2);
                c.Reply.Bulk(entry.Member);
                if (withScores) c.Reply.Double(entry.Score);
            }
        }
    }
}
