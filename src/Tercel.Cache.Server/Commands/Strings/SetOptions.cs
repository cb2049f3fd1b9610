namespace Tercel.Cache.Server.Commands.Strings;

/// <summary>What must hold for a SET to store.</summary>
internal enum SetCondition : byte
{
    None = 0,

    /// <summary>NX</summary>
    Missing,

    /// <summary>XX</summary>
    Present,

    /// <summary>IFEQ value</summary>
    Equal,

    /// <summary>IFNE value</summary>
    Different,
}

/// <summary>The options of one SET, in any order; numbers are read later, as Redis does.</summary>
/// <remarks>The same option given twice counts once, the last wins.</remarks>
internal record struct SetOptions
{
    public SetCondition Condition { get; private set; }

    /// <summary>Index of the value to compare with, for IFEQ and IFNE.</summary>
    public int CompareIndex { get; private set; }

    public bool Get { get; private set; }

    public bool KeepTtl { get; private set; }

    public ExpiryUnit Unit { get; private set; }

    /// <summary>Index of the number that belongs to <see cref="Unit"/>.</summary>
    public int ExpiryIndex { get; private set; }

    /// <summary>Reads the arguments from the third on; replies a syntax error and returns false when they do not
    /// fit.</summary>
    public static bool TryRead(ref CommandContext c, out SetOptions options)
    {
        options = default;
        for (var index = 3; index < c.Args.Count;)
        {
            var used = options.Take(c, index);
            if (used == 0)
            {
                c.Reply.Syntax();
                return false;
            }

            index += used;
        }

        return true;
    }

    /// <summary>Takes one option; returns the number of arguments it used, 0 when it does not fit.</summary>
    private int Take(in CommandContext c, int index)
    {
        var word = c.Args[index];
        var hasNext = index + 1 < c.Args.Count;
        if (word.Is("NX"u8)) return TakeCondition(SetCondition.Missing);
        if (word.Is("XX"u8)) return TakeCondition(SetCondition.Present);
        if (word.Is("GET"u8))
        {
            Get = true;
            return 1;
        }

        if (word.Is("KEEPTTL"u8) && Unit == ExpiryUnit.None)
        {
            KeepTtl = true;
            return 1;
        }

        if (!hasNext) return 0;
        if (word.Is("IFEQ"u8)) return TakeCompare(SetCondition.Equal, index);
        if (word.Is("IFNE"u8)) return TakeCompare(SetCondition.Different, index);
        return TakeExpiry(ExpiryReading.UnitOf(word), index);
    }

    private int TakeCondition(SetCondition condition)
    {
        if (Condition != SetCondition.None && Condition != condition) return 0;
        Condition = condition;
        return 1;
    }

    private int TakeCompare(SetCondition condition, int index)
    {
        CompareIndex = index + 1;
        return 2 * TakeCondition(condition);
    }

    private int TakeExpiry(ExpiryUnit unit, int index)
    {
        if (unit == ExpiryUnit.None || KeepTtl || (Unit != ExpiryUnit.None && Unit != unit)) return 0;
        Unit = unit;
        ExpiryIndex = index + 1;
        return 2;
    }
}
