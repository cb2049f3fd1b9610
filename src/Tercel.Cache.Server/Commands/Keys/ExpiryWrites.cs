using Tercel.Cache.Server.Commands.SingleFlight;

namespace Tercel.Cache.Server.Commands.Keys;

/// <summary>EXPIRE, PEXPIRE, EXPIREAT, PEXPIREAT with NX, XX, GT and LT; PERSIST.</summary>
/// <remarks>Reply: 1 when the expiry was set, else 0. A time already past removes the key. Source:
/// redis.io/commands/expire.</remarks>
internal static class ExpiryWrites
{
    [Flags]
    private enum Condition : byte
    {
        None = 0,

        /// <summary>NX: only without an expiry.</summary>
        Without = 1,

        /// <summary>XX: only with one.</summary>
        With = 2,

        /// <summary>GT: only a later one; none counts as infinite.</summary>
        Later = 4,

        /// <summary>LT: only an earlier one.</summary>
        Earlier = 8,
    }

    public static void Expire(ref CommandContext c) => Set(ref c, c.NowMs, inSeconds: true);

    public static void PExpire(ref CommandContext c) => Set(ref c, c.NowMs, inSeconds: false);

    public static void ExpireAt(ref CommandContext c) => Set(ref c, 0, inSeconds: true);

    public static void PExpireAt(ref CommandContext c) => Set(ref c, 0, inSeconds: false);

    public static void Persist(ref CommandContext c)
    {
        var key = c.Key(1);
        if (!c.Keyspace.TryPeek(key, c.NowMs, out var value) || value.ExpireAtMs == 0)
        {
            c.Reply.Integer(0);
            return;
        }

        c.Keyspace.SetExpiry(key, 0, c.NowMs);
        c.Changed(key, KeyEvents.Generic, "persist"u8);
        c.Reply.Integer(1);
    }

    private static void Set(ref CommandContext c, long fromMs, bool inSeconds)
    {
        if (!TryReadCondition(ref c, out var condition) || !TryReadTime(ref c, fromMs, inSeconds, out var expireAtMs))
            return;
        var key = c.Key(1);
        if (!c.Keyspace.TryPeek(key, c.NowMs, out var value)
            || !Allows(condition, Flight.SoftExpiry(c.Keyspace, value), expireAtMs))
        {
            c.Reply.Integer(0);
            return;
        }

        if (expireAtMs <= c.NowMs) Remove(ref c, key);
        else Store(ref c, key, expireAtMs, Flight.HardExpiry(c.Keyspace, value.TagSet, expireAtMs));
        c.Reply.Integer(1);
    }

    private static void Remove(ref CommandContext c, in KeyRef key)
    {
        c.Keyspace.Remove(key, c.NowMs);
        c.Changed(key, KeyEvents.Generic, "del"u8);
        c.Rewrite().Word("DEL"u8).Word(c.Args[1]);
    }

    private static void Store(ref CommandContext c, in KeyRef key, long expireAtMs, long goneAtMs)
    {
        c.Keyspace.SetExpiry(key, goneAtMs, c.NowMs);
        c.Changed(key, KeyEvents.Generic, "expire"u8);
        c.Rewrite().Word("PEXPIREAT"u8).Word(c.Args[1]).Word(expireAtMs);
    }

    private static bool Allows(Condition condition, long currentMs, long newMs)
    {
        if ((condition & Condition.Without) != 0 && currentMs != 0) return false;
        if ((condition & Condition.With) != 0 && currentMs == 0) return false;
        if ((condition & Condition.Later) != 0 && (currentMs == 0 || newMs <= currentMs)) return false;
        return (condition & Condition.Earlier) == 0 || currentMs == 0 || newMs < currentMs;
    }

    private static bool TryReadCondition(ref CommandContext c, out Condition condition)
    {
        condition = Condition.None;
        for (var i = 3; i < c.Args.Count; i++)
        {
            var word = c.Args[i];
            if (word.Is("NX"u8)) condition |= Condition.Without;
            else if (word.Is("XX"u8)) condition |= Condition.With;
            else if (word.Is("GT"u8)) condition |= Condition.Later;
            else if (word.Is("LT"u8)) condition |= Condition.Earlier;
            else
            {
                c.ReplyQuoting("ERR Unsupported option "u8, word, default);
                return false;
            }
        }

        if ((condition & Condition.Without) != 0 && condition != Condition.Without)
            c.Reply.Error("ERR NX and XX, GT or LT options at the same time are not compatible"u8);
        else if ((condition & (Condition.Later | Condition.Earlier)) == (Condition.Later | Condition.Earlier))
            c.Reply.Error("ERR GT and LT options at the same time are not compatible"u8);
        else return true;
        return false;
    }

    /// <summary>Negative and past times are fine, they remove the key; what does not fit 64 bits is an
    /// error.</summary>
    private static bool TryReadTime(ref CommandContext c, long fromMs, bool inSeconds, out long expireAtMs)
    {
        if (!c.TryInteger(2, out expireAtMs)) return false;
        if (!inSeconds || expireAtMs is <= long.MaxValue / 1000 and >= long.MinValue / 1000)
        {
            if (inSeconds) expireAtMs *= 1000;
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
