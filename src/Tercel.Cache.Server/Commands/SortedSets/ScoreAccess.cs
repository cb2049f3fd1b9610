using Tercel.Cache.Values;
using Tercel.Resp;

namespace Tercel.Cache.Server.Commands.SortedSets;

/// <summary>How commands find a sorted set, read scores, write members and leave the set.</summary>
internal static class ScoreAccess
{
    /// <summary>Finds the sorted set of a key: Ok, NotFound, or WrongType, which was replied.</summary>
    public static StoreStatus FindSortedSet(this ref CommandContext c, scoped in KeyRef key, out SortedSetValue set)
    {
        set = default;
        var status = c.Keyspace.FindCollection(key, ValueKind.SortedSet, c.NowMs, out var handle);
        if (status == StoreStatus.Ok) set = new SortedSetValue(handle);
        else if (status != StoreStatus.NotFound) c.Reply.Status(status);
        return status;
    }

    /// <summary>Tells of members removed, and removes the key of an emptied set.</summary>
    public static void Removed(
        this ref CommandContext c, scoped in KeyRef key, scoped SortedSetValue set, ReadOnlySpan<byte> name)
    {
        c.Changed(key, KeyEvents.SortedSet, name);
        if (set.Count > 0) return;
        c.Keyspace.Remove(key, c.NowMs);
        c.Notify(key, KeyEvents.Generic, "del"u8);
    }

    /// <summary>Reads a score; small integers, which most are, without a parse of floating point.</summary>
    public static bool TryScore(ReadOnlySpan<byte> text, out double score)
    {
        const int ExactDigits = 15;
        if (text.Length <= ExactDigits && RespNumber.TryInteger(text, out var whole))
        {
            score = whole;
            return true;
        }

        return RespNumber.TryDouble(text, out score);
    }

    /// <summary>Writes an array of members from a rank on: with scores as pairs in RESP3, one after the other in
    /// RESP2.</summary>
    public static void Members(
        this ReplyWriter reply, scoped SortedSetValue set, RankRange range, bool withScores)
    {
        var pairs = withScores && reply.IsResp3;
        reply.Array(checked((int)(withScores && !pairs ? range.Count * 2 : range.Count)));
        if (range.Count == 0) return;
        foreach (var entry in set.Range(range.Start, range.Count, range.Reverse))
        {
            if (pairs) reply.Array(2);
            reply.Bulk(entry.Member);
            if (withScores) reply.Double(entry.Score);
        }
    }
}

/// <summary>A part of a sorted set by rank. <c>default</c> is an empty one.</summary>
/// <param name="Start">Rank of the first member to show.</param>
/// <param name="Count">How many.</param>
/// <param name="Reverse">Towards lower ranks.</param>
internal readonly record struct RankRange(long Start, long Count, bool Reverse)
{
    /// <summary>The lowest rank in it.</summary>
    public long Lowest => Reverse ? Start - Count + 1 : Start;

    /// <summary>The ranks from <paramref name="low"/> up to, but without, <paramref name="high"/>.</summary>
    public static RankRange Between(long low, long high, bool reverse = false) =>
        low >= high ? default : new RankRange(reverse ? high - 1 : low, high - low, reverse);

    /// <summary>A part of it: <paramref name="count"/> members behind the first <paramref name="offset"/>; negative
    /// count = all, negative offset = none.</summary>
    public RankRange Limited(long offset, long count)
    {
        if (offset < 0 || offset >= Count) return default;
        var left = Count - offset;
        var start = Reverse ? Start - offset : Start + offset;
        return new RankRange(start, count < 0 ? left : Math.Min(count, left), Reverse);
    }
}
