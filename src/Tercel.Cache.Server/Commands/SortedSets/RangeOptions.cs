namespace Tercel.Cache.Server.Commands.SortedSets;

/// <summary>The options of a range command: how its ends are meant, direction, LIMIT, WITHSCORES.</summary>
internal record struct RangeOptions
{
    public RangeKind Kind { get; private set; }

    public bool Reverse { get; private set; }

    public bool WithScores { get; private set; }

    private long LimitOffset { get; set; }

    /// <summary>Negative = all.</summary>
    private long LimitCount { get; set; }

    /// <summary>Reads the words behind the two ends; replies the error and returns false when they are wrong.</summary>
    /// <param name="c">The command.</param>
    /// <param name="endsIndex">Index of the first of the two ends.</param>
    /// <param name="isStore">WITHSCORES is no option.</param>
    /// <param name="kind">Given by the command's name, or by an option.</param>
    /// <param name="reverse">Given by the command's name, or by an option.</param>
    /// <param name="options">What was read.</param>
    public static bool TryRead(
        ref CommandContext c, int endsIndex, bool isStore, RangeKind? kind, bool? reverse, out RangeOptions options)
    {
        options = new RangeOptions { LimitCount = -1 };
        for (var i = endsIndex + 2; i < c.Args.Count; i++)
        {
            var word = c.Args[i];
            if (!isStore && word.Is("WITHSCORES"u8))
            {
                options.WithScores = true;
            }
            else if (i + 2 < c.Args.Count && word.Is("LIMIT"u8))
            {
                if (!c.TryInteger(i + 1, out var offset) || !c.TryInteger(i + 2, out var count)) return false;
                options.LimitOffset = offset;
                options.LimitCount = count;
                i += 2;
            }
            else if (reverse is null && word.Is("REV"u8)) reverse = true;
            else if (kind is null && word.Is("BYSCORE"u8)) kind = RangeKind.Score;
            else if (kind is null && word.Is("BYLEX"u8)) kind = RangeKind.Name;
            else
            {
                c.Reply.Syntax();
                return false;
            }
        }

        options.Kind = kind ?? RangeKind.Rank;
        options.Reverse = reverse ?? false;
        return options.IsSound(ref c);
    }

    /// <summary>Reads the two ends; by score and name in reverse, the higher one comes first.</summary>
    public readonly bool TryLimits(ref CommandContext c, int endsIndex, out ScoreLimits limits)
    {
        var swap = Reverse && Kind != RangeKind.Rank ? 1 : 0;
        return ScoreLimits.TryRead(ref c, Kind, endsIndex + swap, endsIndex + 1 - swap, out limits);
    }

    /// <summary>What LIMIT leaves of a range.</summary>
    public readonly RankRange Limit(RankRange range) =>
        LimitOffset == 0 && LimitCount < 0 || Kind == RangeKind.Rank ? range : range.Limited(LimitOffset, LimitCount);

    private readonly bool IsSound(ref CommandContext c)
    {
        if (Kind == RangeKind.Rank && LimitCount != -1)
        {
            c.Reply.Error(
                "ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX"u8);
            return false;
        }

        if (Kind != RangeKind.Name || !WithScores) return true;
        c.Reply.Error("ERR syntax error, WITHSCORES not supported in combination with BYLEX"u8);
        return false;
    }
}
