namespace Tercel.Cache.Server.Commands.SortedSets;

/// <summary>How the scores of a member in several sets become one.</summary>
internal enum Aggregate : byte
{
    Sum,
    Lower,
    Higher,
}

/// <summary>The arguments of ZUNION, ZINTER, ZDIFF, their STORE forms and ZINTERCARD.</summary>
internal record struct AlgebraOptions
{
    public int FirstKey { get; private set; }

    public int KeyCount { get; private set; }

    public Aggregate Aggregate { get; private set; }

    public bool WithScores { get; private set; }

    /// <summary>ZINTERCARD: members to count; 0 = all.</summary>
    public long Limit { get; private set; }

    /// <summary>Reads numkeys; replies the error and returns false when it is wrong.</summary>
    public static bool TryReadKeys(ref CommandContext c, int countIndex, out AlgebraOptions options)
    {
        options = default;
        if (!c.TryInteger(countIndex, out var count)) return false;
        if (count < 1) c.ReplyNamed("ERR at least 1 input key is needed for '"u8, "' command"u8);
        else if (count > c.Args.Count - countIndex - 1) c.Reply.Syntax();
        else
        {
            options.FirstKey = countIndex + 1;
            options.KeyCount = (int)count;
            return true;
        }

        return false;
    }

    /// <summary>Reads the words behind the keys; replies the error and returns false when they are wrong.</summary>
    public bool TryReadRest(ref CommandContext c, AlgebraKind kind, bool isStore, Span<AlgebraSource> sources)
    {
        var isWeighted = kind is AlgebraKind.Union or AlgebraKind.Intersection;
        for (var i = FirstKey + KeyCount; i < c.Args.Count; i++)
        {
            var word = c.Args[i];
            var left = c.Args.Count - i - 1;
            if (isWeighted && left >= KeyCount && word.Is("WEIGHTS"u8))
            {
                if (!TryWeights(ref c, i + 1, sources)) return false;
                i += KeyCount;
            }
            else if (isWeighted && left >= 1 && word.Is("AGGREGATE"u8))
            {
                if (!TryAggregate(ref c, ++i)) return false;
            }
            else if (kind == AlgebraKind.Cardinality && left >= 1 && word.Is("LIMIT"u8))
            {
                if (!c.TryCount(++i, 0, "ERR LIMIT can't be negative"u8, out var limit)) return false;
                Limit = limit;
            }
            else if (kind != AlgebraKind.Cardinality && !isStore && word.Is("WITHSCORES"u8))
            {
                WithScores = true;
            }
            else
            {
                c.Reply.Syntax();
                return false;
            }
        }

        return true;
    }

    private readonly bool TryWeights(ref CommandContext c, int index, Span<AlgebraSource> sources)
    {
        for (var i = 0; i < KeyCount; i++)
        {
            if (!ScoreAccess.TryScore(c.Args[index + i], out var weight))
            {
                c.Reply.Error("ERR weight value is not a float"u8);
                return false;
            }

            sources[i].Weight = weight;
        }

        return true;
    }

    private bool TryAggregate(ref CommandContext c, int index)
    {
        var word = c.Args[index];
        if (word.Is("SUM"u8)) Aggregate = Aggregate.Sum;
        else if (word.Is("MIN"u8)) Aggregate = Aggregate.Lower;
        else if (word.Is("MAX"u8)) Aggregate = Aggregate.Higher;
        else
        {
            c.Reply.Syntax();
            return false;
        }

        return true;
    }
}

internal enum AlgebraKind : byte
{
    Union,
    Intersection,
    Difference,
    Cardinality,
}
