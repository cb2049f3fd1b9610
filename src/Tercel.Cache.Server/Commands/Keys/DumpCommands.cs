using Tercel.Cache.Server.Persistence.Dataset;
using Tercel.Cache.Server.Persistence.Rdb;

namespace Tercel.Cache.Server.Commands.Keys;

/// <summary>DUMP, RESTORE: one value as a payload that other servers take.</summary>
/// <remarks>Rare and as large as the value, so they may allocate. Source: redis.io/commands/restore.</remarks>
internal static class DumpCommands
{
    private const long FrequencyMax = 255;

    public static void Dump(ref CommandContext c)
    {
        if (!c.Keyspace.TryFind(c.Key(1), c.NowMs, out var value))
        {
            c.Reply.Null();
            return;
        }

        using var writer = new RdbPayloadWriter();
        var payload = ValueDump.Dump(value, writer, c.NowMs);
        if (payload.IsEmpty) c.Reply.Null();
        else c.Reply.Bulk(payload);
    }

    public static void Restore(ref CommandContext c)
    {
        if (!TryReadOptions(ref c, out var replace, out var isAbsolute)) return;
        var key = c.Key(1);
        var exists = c.Keyspace.TryPeek(key, c.NowMs, out _);
        if (exists && !replace) c.Reply.Error("BUSYKEY Target key name already exists."u8);
        else if (TryReadTime(ref c, isAbsolute, out var expireAtMs)) Store(ref c, key, expireAtMs, exists);
    }

    private static void Store(ref CommandContext c, in KeyRef key, long expireAtMs, bool exists)
    {
        var payload = c.Args[3];
        if (!RdbValue.IsValid(payload))
        {
            c.Reply.Error("ERR DUMP payload version or checksum are wrong"u8);
            return;
        }

        if (expireAtMs != 0 && expireAtMs <= c.NowMs)
        {
            if (exists) Remove(ref c, key);
            c.Reply.Ok();
            return;
        }

        if (!ValueDump.TryRestore(c.Keyspace, key, payload, expireAtMs, c.NowMs))
        {
            c.Reply.Error("ERR Bad data format"u8);
            return;
        }

        c.Changed(key, KeyEvents.Generic, "restore"u8);
        c.Rewrite().Word("RESTORE"u8).Word(key.Bytes).Word(expireAtMs).Word(payload).Word("REPLACE"u8)
            .Word("ABSTTL"u8);
        c.Reply.Ok();
    }

    private static void Remove(ref CommandContext c, in KeyRef key)
    {
        c.Keyspace.Remove(key, c.NowMs);
        c.Changed(key, KeyEvents.Generic, "del"u8);
        c.Rewrite().Word("DEL"u8).Word(key.Bytes);
    }

    private static bool TryReadTime(ref CommandContext c, bool isAbsolute, out long expireAtMs)
    {
        if (!c.TryInteger(2, out expireAtMs)) return false;
        if (expireAtMs < 0)
        {
            c.Reply.Error("ERR Invalid TTL value, must be >= 0"u8);
            return false;
        }

        if (expireAtMs == 0) return true;
        if (!isAbsolute) expireAtMs += Math.Min(c.NowMs, long.MaxValue - expireAtMs);
        expireAtMs = Math.Min(expireAtMs, EngineLimits.ExpireAtMsMax);
        return true;
    }

    /// <summary>IDLETIME and FREQ are checked and otherwise ignored: the engine learns both by itself.</summary>
    private static bool TryReadOptions(ref CommandContext c, out bool replace, out bool isAbsolute)
    {
        (replace, isAbsolute) = (false, false);
        bool hasIdle = false, hasFrequency = false;
        for (var i = 4; i < c.Args.Count; i++)
        {
            var word = c.Args[i];
            var hasNext = i + 1 < c.Args.Count;
            if (word.Is("REPLACE"u8)) replace = true;
            else if (word.Is("ABSTTL"u8)) isAbsolute = true;
            else if (word.Is("IDLETIME"u8) && hasNext && !hasFrequency)
            {
                hasIdle = true;
                if (!TryReadLimited(ref c, ++i, long.MaxValue, "ERR Invalid IDLETIME value, must be >= 0"u8))
                    return false;
            }
            else if (word.Is("FREQ"u8) && hasNext && !hasIdle)
            {
                hasFrequency = true;
                if (!TryReadLimited(ref c, ++i, FrequencyMax, "ERR Invalid FREQ value, must be >= 0 and <= 255"u8))
                    return false;
            }
            else
            {
                c.Reply.Syntax();
                return false;
            }
        }

        return true;
    }

    private static bool TryReadLimited(ref CommandContext c, int index, long max, ReadOnlySpan<byte> error)
    {
        if (!c.TryInteger(index, out var number)) return false;
        if (number >= 0 && number <= max) return true;
        c.Reply.Error(error);
        return false;
    }
}
