using Tercel.Cache.Values;

namespace Tercel.Cache.Server.Commands.Hashes;

/// <summary>HEXPIRE, HPEXPIRE, HEXPIREAT, HPEXPIREAT with NX, XX, GT and LT; HPERSIST.</summary>
/// <remarks>Reply: per field -2 = no such field, 0 = the condition does not hold, 1 = set, 2 = removed, since the time
/// is past. Source: redis.io/commands/hexpire.</remarks>
internal static class FieldExpiryWrites
{
    /// <summary>Latest time a field may expire at: 46 bits, as in Redis. Units: Unix milliseconds.</summary>
    public const long ExpireAtMsMax = (1L << 46) - 1;

    private const int NoField = -2;
    private const int NoExpiry = -1;
    private const int NotMet = 0;
    private const int Stored = 1;
    private const int Removed = 2;

    private enum Condition : byte
    {
        None = 0,

        /// <summary>NX: only without an expiry.</summary>
        Without,

        /// <summary>XX: only with one.</summary>
        With,

        /// <summary>GT: only a later one; none counts as infinite.</summary>
        Later,

        /// <summary>LT: only an earlier one.</summary>
        Earlier,
    }

    public static void HExpire(ref CommandContext c) => Run(ref c, c.NowMs, inSeconds: true);

    public static void HPExpire(ref CommandContext c) => Run(ref c, c.NowMs, inSeconds: false);

    public static void HExpireAt(ref CommandContext c) => Run(ref c, 0, inSeconds: true);

    public static void HPExpireAt(ref CommandContext c) => Run(ref c, 0, inSeconds: false);

    public static void HPersist(ref CommandContext c)
    {
        var key = c.Key(1);
        if (HashKeys.Find(ref c, key, out var hash) == StoreStatus.WrongType)
        {
            c.Reply.WrongType();
            return;
        }

        if (!FieldArguments.TryRead(ref c, at: 2, out var first, out var count)) return;
        c.Reply.Array(count);
        var changed = false;
        for (var i = first; i < first + count; i++)
        {
            var found = hash.TryGet(c.Args[i], out var field);
            var isTimed = found && field.ExpireAtMs != 0;
            if (isTimed) changed |= hash.SetExpiry(c.Args[i], 0);
            c.Reply.Integer(!found ? NoField : isTimed ? Stored : NoExpiry);
        }

        if (changed) c.Changed(key, KeyEvents.Hash, "hpersist"u8);
    }

    private static void Run(ref CommandContext c, long fromMs, bool inSeconds)
    {
        var key = c.Key(1);
        if (HashKeys.Find(ref c, key, out var hash) == StoreStatus.WrongType)
        {
            c.Reply.WrongType();
            return;
        }

        if (!TryReadTime(ref c, 2, fromMs, inSeconds, out var expireAtMs)) return;
        var condition = ConditionOf(c.Args[3]);
        var at = condition == Condition.None ? 3 : 4;
        if (!FieldArguments.TryRead(ref c, at, out var first, out var count)) return;

        c.Reply.Array(count);
        var (stored, removed) = (0, 0);
        for (var i = first; i < first + count; i++)
        {
            var result = SetOne(ref hash, c.Args[i], condition, expireAtMs, c.NowMs);
            c.Reply.Integer(result);
            if (result == Removed) removed++;
            if (result != Stored) continue;
            stored++;
            if (condition != Condition.None) Journal(ref c, expireAtMs, i, 1);
        }

        if (stored > 0) c.Changed(key, KeyEvents.Hash, "hexpire"u8);
        if (stored > 0 && condition == Condition.None) Journal(ref c, expireAtMs, first, count);
        if (removed > 0) FinishRemoval(ref c, key, hash, first, count);
    }

    private static int SetOne(
        ref HashValue hash, ReadOnlySpan<byte> name, Condition condition, long expireAtMs, long nowMs)
    {
        if (!hash.TryGet(name, out var field)) return NoField;
        var now = field.ExpireAtMs;
        var isMet = condition switch
        {
            Condition.Without => now == 0,
            Condition.With => now != 0,
            Condition.Later => now != 0 && expireAtMs > now,
            Condition.Earlier => now == 0 || expireAtMs < now,
            _ => true,
        };
        if (!isMet) return NotMet;
        if (expireAtMs <= nowMs)
        {
            hash.Remove(name);
            return Removed;
        }

        hash.SetExpiry(name, expireAtMs);
        return Stored;
    }

    /// <summary>Journals the absolute time without the condition, so that a replay need not know what was there.
    /// </summary>
    private static void Journal(ref CommandContext c, long expireAtMs, int first, int count)
    {
        var words = c.Rewrite().Word("HPEXPIREAT"u8).Word(c.Args[1]).Word(expireAtMs).Word("FIELDS"u8).Word(count);
        for (var i = first; i < first + count; i++) words.Word(c.Args[i]);
    }

    private static void FinishRemoval(
        ref CommandContext c, scoped in KeyRef key, scoped HashValue hash, int first, int count)
    {
        HashKeys.Removed(ref c, key, hash);
        var words = c.Rewrite().Word("HDEL"u8).Word(c.Args[1]);
        for (var i = first; i < first + count; i++) words.Word(c.Args[i]);
    }

    private static Condition ConditionOf(ReadOnlySpan<byte> word)
    {
        if (word.Length != 2) return Condition.None;
        if (word.Is("NX"u8)) return Condition.Without;
        if (word.Is("XX"u8)) return Condition.With;
        if (word.Is("GT"u8)) return Condition.Later;
        return word.Is("LT"u8) ? Condition.Earlier : Condition.None;
    }

    /// <summary>Reads a time as HEXPIRE takes it; replies the error and returns false when it is none.</summary>
    public static bool TryReadTime(ref CommandContext c, int index, long fromMs, bool inSeconds, out long expireAtMs)
    {
        if (!c.TryInteger(index, out expireAtMs)) return false;
        if (expireAtMs < 0)
        {
            c.Reply.Error("ERR invalid expire time, must be >= 0"u8);
            return false;
        }

        if (!inSeconds || expireAtMs <= ExpireAtMsMax / 1000)
        {
            if (inSeconds) expireAtMs *= 1000;
            if (expireAtMs <= ExpireAtMsMax - fromMs)
            {
                expireAtMs += fromMs;
                return true;
            }
        }

        c.ReplyExpireTime();
        return false;
    }
}
