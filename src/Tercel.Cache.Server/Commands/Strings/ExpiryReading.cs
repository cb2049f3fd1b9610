using Tercel.Resp;

namespace Tercel.Cache.Server.Commands.Strings;

/// <summary>How the number of an expiry option is meant.</summary>
internal enum ExpiryUnit : byte
{
    None = 0,

    /// <summary>EX: from now on.</summary>
    Seconds,

    /// <summary>PX: from now on.</summary>
    Milliseconds,

    /// <summary>EXAT: Unix time.</summary>
    UnixSeconds,

    /// <summary>PXAT: Unix time.</summary>
    UnixMilliseconds,
}

/// <summary>Reads the expiry options that SET, SETEX, PSETEX and GETEX share.</summary>
internal static class ExpiryReading
{
    /// <summary>The unit that an option word names; None for any other word.</summary>
    public static ExpiryUnit UnitOf(ReadOnlySpan<byte> word)
    {
        if (word.Length is not (2 or 4)) return ExpiryUnit.None;
        if (word.Is("EX"u8)) return ExpiryUnit.Seconds;
        if (word.Is("PX"u8)) return ExpiryUnit.Milliseconds;
        if (word.Is("EXAT"u8)) return ExpiryUnit.UnixSeconds;
        return word.Is("PXAT"u8) ? ExpiryUnit.UnixMilliseconds : ExpiryUnit.None;
    }

    /// <summary>Reads argument <paramref name="index"/> as an expiry; replies the error and returns false when it is
    /// no positive number or does not fit.</summary>
    public static bool TryRead(ref CommandContext c, int index, ExpiryUnit unit, out long expireAtMs)
    {
        if (!RespNumber.TryInteger(c.Args[index], out expireAtMs))
        {
            c.Reply.NotAnInteger();
            return false;
        }

        var seconds = unit is ExpiryUnit.Seconds or ExpiryUnit.UnixSeconds;
        if (expireAtMs > 0 && (!seconds || expireAtMs <= long.MaxValue / 1000))
        {
            if (seconds) expireAtMs *= 1000;
            var fromMs = unit is ExpiryUnit.UnixSeconds or ExpiryUnit.UnixMilliseconds ? 0 : c.NowMs;
            if (expireAtMs <= long.MaxValue - fromMs)
            {
                expireAtMs = Math.Min(expireAtMs + fromMs, EngineLimits.ExpireAtMsMax);
                return true;
            }
        }

        c.ReplyExpireTime();
        return false;
    }
}
