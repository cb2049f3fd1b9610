using Tercel.Cache.Server.Commands.Strings;
using Tercel.Resp;

namespace Tercel.Cache.Server.Commands.Hashes;

/// <summary>The options of HGETEX and HSETEX, which stand before or behind FIELDS in any order.</summary>
internal struct ExpiringFieldOptions
{
    public bool HasExpiry { get; private set; }

    /// <summary>Units: Unix milliseconds; 0 without one.</summary>
    public long ExpireAtMs { get; private set; }

    public bool Persist { get; private set; }

    public bool KeepExpiry { get; private set; }

    /// <summary>FNX: only when none of the fields exists.</summary>
    public bool OnlyMissing { get; private set; }

    /// <summary>FXX: only when all of them exist.</summary>
    public bool OnlyPresent { get; private set; }

    /// <summary>The argument that is the first field.</summary>
    public int First { get; private set; }

    /// <summary>Number of fields.</summary>
    public int Count { get; private set; }

    /// <summary>Reads those of HGETEX; replies the error and returns false when they do not fit.</summary>
    public static bool TryRead(ref CommandContext c, out ExpiringFieldOptions options) =>
        TryRead(ref c, 1, out options);

    /// <summary>Reads those of HSETEX, where every field has a value behind it.</summary>
    public static bool TryReadForSet(ref CommandContext c, out ExpiringFieldOptions options) =>
        TryRead(ref c, 2, out options);

    private static bool TryRead(ref CommandContext c, int wordsPerField, out ExpiringFieldOptions options)
    {
        options = default;
        for (var i = 2; i < c.Args.Count;)
        {
            var used = c.Args[i].Is("FIELDS"u8)
                ? options.ReadFields(ref c, i, wordsPerField)
                : options.ReadOption(ref c, i, isSet: wordsPerField == 2);
            if (used == 0) return false;
            i += used;
        }

        if (options.First > 0) return true;
        c.Reply.Error("ERR missing FIELDS argument"u8);
        return false;
    }

    /// <summary>Number of arguments used; 0 = an error was replied.</summary>
    private int ReadFields(ref CommandContext c, int at, int wordsPerField)
    {
        if (First > 0) c.Reply.Error("ERR FIELDS argument specified multiple times"u8);
        else if (at + 2 >= c.Args.Count) c.ReplyArity();
        else if (!RespNumber.TryInteger(c.Args[at + 1], out var count) || count is < 1 or > int.MaxValue)
            c.Reply.Error("ERR invalid number of fields"u8);
        else if (count * wordsPerField > c.Args.Count - at - 2) c.ReplyArity();
        else
        {
            (First, Count) = (at + 2, (int)count);
            return 2 + Count * wordsPerField;
        }

        return 0;
    }

    private int ReadOption(ref CommandContext c, int at, bool isSet)
    {
        var word = c.Args[at];
        if (ExpiryReading.UnitOf(word) is var unit and not ExpiryUnit.None) return ReadExpiry(ref c, at, unit, isSet);
        if (isSet ? word.Is("KEEPTTL"u8) : word.Is("PERSIST"u8))
        {
            if (!MayExpire(ref c, isSet)) return 0;
            (KeepExpiry, Persist) = (isSet, !isSet);
            return 1;
        }

        if (isSet && (word.Is("FNX"u8) || word.Is("FXX"u8)))
        {
            if (OnlyMissing || OnlyPresent)
            {
                c.Reply.Error("ERR Only one of FXX or FNX arguments can be specified"u8);
                return 0;
            }

            OnlyMissing = word.Is("FNX"u8);
            OnlyPresent = !OnlyMissing;
            return 1;
        }

        c.ReplyQuoting("ERR unknown argument: "u8, word, default);
        return 0;
    }

    private int ReadExpiry(ref CommandContext c, int at, ExpiryUnit unit, bool isSet)
    {
        if (!MayExpire(ref c, isSet)) return 0;
        if (at + 1 >= c.Args.Count)
        {
            c.Reply.Error("ERR missing expire time"u8);
            return 0;
        }

        var isAbsolute = unit is ExpiryUnit.UnixSeconds or ExpiryUnit.UnixMilliseconds;
        var inSeconds = unit is ExpiryUnit.Seconds or ExpiryUnit.UnixSeconds;
        if (!FieldExpiryWrites.TryReadTime(ref c, at + 1, isAbsolute ? 0 : c.NowMs, inSeconds, out var expireAtMs))
            return 0;
        (HasExpiry, ExpireAtMs) = (true, expireAtMs);
        return 2;
    }

    private readonly bool MayExpire(ref CommandContext c, bool isSet)
    {
        if (!HasExpiry && !Persist && !KeepExpiry) return true;
        if (isSet) c.Reply.Error("ERR Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified"u8);
        else c.Reply.Error("ERR Only one of EX, PX, EXAT, PXAT or PERSIST arguments can be specified"u8);
        return false;
    }
}
