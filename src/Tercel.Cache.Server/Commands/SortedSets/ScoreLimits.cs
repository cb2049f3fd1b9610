using Tercel.Cache.Values;
using Tercel.Resp;

namespace Tercel.Cache.Server.Commands.SortedSets;

/// <summary>How the two ends of a range are meant.</summary>
internal enum RangeKind : byte
{
    /// <summary>Places, both ends included, negative from the end.</summary>
    Rank,

    /// <summary>Scores: <c>1.5</c>, <c>(1.5</c> without it, <c>-inf</c>.</summary>
    Score,

    /// <summary>Names: <c>[name</c>, <c>(name</c> without it, <c>-</c> and <c>+</c> for the ends.</summary>
    Name,
}

/// <summary>Two ends of a range as a command gives them, and the ranks between them.</summary>
internal readonly ref struct ScoreLimits
{
    private readonly RangeKind _kind;
    private readonly End _low;
    private readonly End _high;

    private ScoreLimits(RangeKind kind, End low, End high)
    {
        _kind = kind;
        _low = low;
        _high = high;
    }

    /// <summary>Reads both ends; replies the error and returns false when one is not of that kind.</summary>
    public static bool TryRead(
        ref CommandContext c, RangeKind kind, int lowIndex, int highIndex, out ScoreLimits limits)
    {
        limits = default;
        if (TryEnd(c.Args[lowIndex], kind, out var low) && TryEnd(c.Args[highIndex], kind, out var high))
        {
            limits = new ScoreLimits(kind, low, high);
            return true;
        }

        if (kind == RangeKind.Rank) c.Reply.NotAnInteger();
        else if (kind == RangeKind.Score) c.Reply.Error("ERR min or max is not a float"u8);
        else c.Reply.Error("ERR min or max not valid string range item"u8);
        return false;
    }

    /// <summary>The ranks between the ends. By rank and in reverse, the ends count from the highest score.</summary>
    public RankRange In(scoped SortedSetValue set, bool reverse = false)
    {
        if (_kind != RangeKind.Rank)
        {
            var first = CountBefore(set, _low, isHigh: false);
            return RankRange.Between(first, CountBefore(set, _high, isHigh: true), reverse);
        }

        long count = set.Count;
        var low = _low.Rank < 0 ? Math.Max(0, _low.Rank + count) : _low.Rank;
        var high = Math.Min(count - 1, _high.Rank < 0 ? _high.Rank + count : _high.Rank);
        if (low > high) return default;
        return reverse
            ? RankRange.Between(count - 1 - high, count - low, reverse: true)
            : RankRange.Between(low, high + 1);
    }

    private long CountBefore(scoped SortedSetValue set, End end, bool isHigh)
    {
        var orEqual = isHigh != end.IsOpen;
        if (_kind == RangeKind.Score) return set.CountBefore(end.Score, orEqual);
        return end.Edge switch
        {
            < 0 => 0,
            > 0 => set.Count,
            _ => set.CountBefore(end.Name, orEqual),
        };
    }

    private static bool TryEnd(ReadOnlySpan<byte> text, RangeKind kind, out End end)
    {
        end = default;
        if (kind == RangeKind.Rank)
        {
            var isInteger = RespNumber.TryInteger(text, out var rank);
            end = new End { Rank = rank };
            return isInteger;
        }

        var isOpen = text is [(byte)'(', ..];
        if (kind == RangeKind.Score)
        {
            // As in Redis, which reads no digits as 0.
            var digits = isOpen ? text[1..] : text;
            var score = 0.0;
            var isNumber = digits.IsEmpty || ScoreAccess.TryScore(digits, out score);
            end = new End { Score = score, IsOpen = isOpen };
            return isNumber;
        }

        if (text is [(byte)'-'] or [(byte)'+'])
        {
            end = new End { Edge = text[0] == (byte)'-' ? -1 : 1 };
            return true;
        }

        if (!isOpen && text is not [(byte)'[', ..]) return false;
        end = new End { Name = text[1..], IsOpen = isOpen };
        return true;
    }

    private readonly ref struct End
    {
        public long Rank { get; init; }

        public double Score { get; init; }

        public ReadOnlySpan<byte> Name { get; init; }

        /// <summary>-1 in front of all names, 1 behind all.</summary>
        public int Edge { get; init; }

        /// <summary>The end itself does not belong to the range.</summary>
        public bool IsOpen { get; init; }
    }
}
