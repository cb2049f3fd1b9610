using Tercel.Cache.Server.Commands.SingleFlight;
using Tercel.Cache.Server.Commands.Tags;
using Tercel.Resp;

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

    /// <summary>Where the tags are.</summary>
    public int TagsIndex { get; private set; }

    public int TagCount { get; private set; }

    /// <summary>Index of the number of SWR or PSWR; 0 = none.</summary>
    public int StaleIndex { get; private set; }

    public readonly bool HasStaleMs => StaleIndex != 0;

    /// <summary>SWR or PSWR: how long the value may be served after its time to live. Units: milliseconds.</summary>
    public long StaleMs { get; private set; }

    /// <summary>Index of the token of LEASE; 0 = none.</summary>
    public int LeaseIndex { get; private set; }

    public long LeaseToken { get; private set; }

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

    /// <summary>Reads the numbers of SWR and LEASE and checks the tags, as the last part of the options.</summary>
    public static bool TryReadNumbers(ref CommandContext c, ref SetOptions options, long expireAtMs)
    {
        if (!TagArguments.TryCheck(ref c, options.TagsIndex, options.TagCount)) return false;
        if (options.LeaseIndex != 0)
        {
            if (!c.TryInteger(options.LeaseIndex, out var token)) return false;
            options.LeaseToken = token;
        }

        if (options.StaleIndex == 0) return true;
        if (!c.TryInteger(options.StaleIndex, out var window)) return false;
        var isSeconds = c.Args[options.StaleIndex - 1].Is("SWR"u8);
        var windowMax = isSeconds ? FlightPolicy.WindowMsMax / 1000 : FlightPolicy.WindowMsMax;
        if (window >= 0 && window <= windowMax && expireAtMs != 0)
        {
            options.StaleMs = isSeconds ? window * 1000 : window;
            return true;
        }

        c.Reply.Error(expireAtMs == 0 ? "ERR SWR needs a time to live"u8 : "ERR SWR is out of range"u8);
        return false;
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
        if (word.Is("TAGS"u8)) return TakeTags(c, index);
        if (word.Is("SWR"u8) || word.Is("PSWR"u8))
        {
            StaleIndex = index + 1;
            return 2;
        }

        if (word.Is("LEASE"u8))
        {
            LeaseIndex = index + 1;
            return 2;
        }

        return TakeExpiry(ExpiryReading.UnitOf(word), index);
    }

    private int TakeTags(in CommandContext c, int index)
    {
        if (!RespNumber.TryInteger(c.Args[index + 1], out var count) || count < 1) return 0;
        if (count > c.Args.Count - index - 2) return 0;
        (TagsIndex, TagCount) = (index + 2, (int)count);
        return 2 + TagCount;
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
