using Tercel.Cache.Server.Commands.Bits;
using Tercel.Resp;

namespace Tercel.Cache.Server.Commands;

/// <summary>How much commands may store that is not among their arguments: a bit far behind the end of a string, a
/// copy of a value.</summary>
/// <remarks>Asked before any shard is entered, so that room is made first; between that and the command another thread
/// may change the value, which costs at most an overdraft. Wrong arguments count as 0: the command answers the
/// error.</remarks>
internal static class StringGrowth
{
    /// <summary>SETBIT key offset bit.</summary>
    public static long OfBit(Keyspace keyspace, int database, in CommandArgs args, long nowMs) =>
        args.Count == 4 && RespNumber.TryInteger(args[2], out var offset)
            ? Beyond(keyspace, database, args[1], (offset >> 3) + 1, nowMs) : 0;

    /// <summary>SETRANGE key offset value.</summary>
    public static long OfRange(Keyspace keyspace, int database, in CommandArgs args, long nowMs) =>
        args.Count == 4 && args[3].Length > 0 && RespNumber.TryInteger(args[2], out var offset)
            ? Beyond(keyspace, database, args[1], Math.Max(0, offset) + args[3].Length, nowMs) : 0;

    /// <summary>BITFIELD key [GET type offset] [SET type offset value] [INCRBY type offset increment] ...</summary>
    public static long OfFields(Keyspace keyspace, int database, in CommandArgs args, long nowMs)
    {
        var bits = 0L;
        for (var i = 2; i + 2 < args.Count; i++)
        {
            if (!args[i].Is("SET"u8) && !args[i].Is("INCRBY"u8)) continue;
            if (!BitFieldInteger.TryParse(args[i + 1], out var type)) continue;
            var text = args[i + 2];
            var isCounted = text.Length > 0 && text[0] == (byte)'#';
            if (!RespNumber.TryInteger(isCounted ? text[1..] : text, out var offset)) continue;
            if (offset is < 0 or > EngineLimits.ValueBytesMax * 8L) continue;
            bits = Math.Max(bits, (isCounted ? offset * type.Bits : offset) + type.Bits);
        }

        return Beyond(keyspace, database, args[1], (bits + 7) / 8, nowMs);
    }

    /// <summary>BITOP operation destination source [source ...].</summary>
    public static long OfLongest(Keyspace keyspace, int database, in CommandArgs args, long nowMs)
    {
        var longest = 0L;
        for (var i = 3; i < args.Count; i++)
            longest = Math.Max(longest, Length(keyspace, keyspace.Key(args[i], database), nowMs));
        return args.Count > 3 ? Beyond(keyspace, database, args[2], longest, nowMs) : 0;
    }

    /// <summary>COPY source destination: all that the source takes.</summary>
    public static long OfCopy(Keyspace keyspace, int database, in CommandArgs args, long nowMs)
    {
        var key = keyspace.Key(args[1], database);
        var shard = keyspace.ShardOf(key.Hash);
        keyspace.Enter(shard);
        var bytes = keyspace.MemoryOf(key, nowMs);
        keyspace.Exit(shard);
        return bytes;
    }

    /// <summary>By how much a string has to grow to so many bytes.</summary>
    private static long Beyond(Keyspace keyspace, int database, ReadOnlySpan<byte> name, long length, long nowMs)
    {
        if (length is <= 0 or > EngineLimits.ValueBytesMax) return 0;
        return Math.Max(0, length - Length(keyspace, keyspace.Key(name, database), nowMs));
    }

    private static long Length(Keyspace keyspace, scoped in KeyRef key, long nowMs)
    {
        var shard = keyspace.ShardOf(key.Hash);
        keyspace.Enter(shard);
        keyspace.TryPeek(key, nowMs, out var value);
        var length = value.Bytes.Length;
        keyspace.Exit(shard);
        return length;
    }
}
