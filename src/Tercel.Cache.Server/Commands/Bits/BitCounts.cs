using System.Numerics;
using System.Runtime.InteropServices;

namespace Tercel.Cache.Server.Commands.Bits;

/// <summary>BITCOUNT, BITPOS.</summary>
/// <remarks>Ranges are inclusive, negative indexes count from the end, in bytes or with BIT in bits. As Redis 7.0, a
/// missing key is answered before the range is looked at.</remarks>
internal static class BitCounts
{
    public static void BitCount(ref CommandContext c)
    {
        if (!c.Keyspace.TryFind(c.Key(1), c.NowMs, out var value))
        {
            c.Reply.Integer(0);
            return;
        }

        if (value.Kind != ValueKind.String)
        {
            c.Reply.WrongType();
            return;
        }

        var range = new BitRange(0, value.Bytes.Length * 8L - 1);
        if (c.Args.Count is 3 or > 5) c.Reply.Syntax();
        else if (c.Args.Count == 2 || TryReadRange(ref c, 2, value.Bytes.Length, out range))
            c.Reply.Integer(Count(value.Bytes, range));
    }

    public static void BitPos(ref CommandContext c)
    {
        if (!c.TryInteger(2, out var bit)) return;
        if (bit is not (0 or 1))
        {
            c.Reply.Error("ERR The bit argument must be 1 or 0."u8);
            return;
        }

        if (!c.Keyspace.TryFind(c.Key(1), c.NowMs, out var value))
        {
            c.Reply.Integer(bit == 0 ? 0 : -1);
            return;
        }

        if (value.Kind != ValueKind.String)
        {
            c.Reply.WrongType();
            return;
        }

        var range = new BitRange(0, value.Bytes.Length * 8L - 1);
        if (c.Args.Count > 6) c.Reply.Syntax();
        else if (c.Args.Count == 3 || TryReadRange(ref c, 3, value.Bytes.Length, out range))
            c.Reply.Integer(Position(value.Bytes, (int)bit, range, endGiven: c.Args.Count > 4));
    }

    /// <summary>Reads <c>start [end [BIT|BYTE]]</c>, clamped to so many bytes.</summary>
    /// <remarks>Of several wrong arguments, Redis tells the unit first in BITPOS and last in BITCOUNT.</remarks>
    private static bool TryReadRange(ref CommandContext c, int index, int length, out BitRange range)
    {
        range = default;
        if (!c.TryInteger(index, out var start)) return false;
        var unitFirst = c.Info.Name == "BITPOS";
        var isBit = false;
        if (unitFirst && !TryReadUnit(ref c, index + 2, out isBit)) return false;
        var end = -1L;
        if (index + 1 < c.Args.Count && !c.TryInteger(index + 1, out end)) return false;
        range = new BitRange(0, -1);
        if (!unitFirst && start < 0 && end < 0 && start > end) return true;
        if (!unitFirst && !TryReadUnit(ref c, index + 2, out isBit)) return false;
        var total = isBit ? length * 8L : length;
        if (start < 0) start = Math.Max(0, start + total);
        if (end < 0) end = Math.Max(0, end + total);
        end = Math.Min(end, total - 1);
        if (start <= end) range = isBit ? new BitRange(start, end) : new BitRange(start * 8, end * 8 + 7);
        return true;
    }

    private static bool TryReadUnit(ref CommandContext c, int index, out bool isBit)
    {
        isBit = index < c.Args.Count && c.Args[index].Is("BIT"u8);
        if (isBit || index >= c.Args.Count || c.Args[index].Is("BYTE"u8)) return true;
        c.Reply.Syntax();
        return false;
    }

    private static long Count(ReadOnlySpan<byte> bytes, BitRange range)
    {
        if (range.IsEmpty) return 0;
        var first = (int)(range.First >> 3);
        var last = (int)(range.Last >> 3);
        var count = CountAll(bytes[first..(last + 1)]);
        count -= BitOperations.PopCount((uint)(bytes[first] & ~(0xFF >> (int)(range.First & 7)) & 0xFF));
        return count - BitOperations.PopCount((uint)(bytes[last] & (0x7F >> (int)(range.Last & 7))));
    }

    private static long CountAll(ReadOnlySpan<byte> bytes)
    {
        var count = 0L;
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(bytes)) count += BitOperations.PopCount(word);
        foreach (var rest in bytes[(bytes.Length & ~7)..]) count += BitOperations.PopCount(rest);
        return count;
    }

    /// <summary>The first such bit of the range; without one -1, or for a clear bit without a given end the bit behind
    /// the value, since a string counts as padded with zeros.</summary>
    private static long Position(ReadOnlySpan<byte> bytes, int bit, BitRange range, bool endGiven)
    {
        if (range.IsEmpty) return -1;
        var skipped = bit == 0 ? (byte)0xFF : (byte)0;
        var at = range.First;
        while (at <= range.Last)
        {
            if ((at & 7) == 0)
            {
                var next = bytes[(int)(at >> 3)..].IndexOfAnyExcept(skipped);
                if (next < 0) break;
                at += next * 8L;
                if (at > range.Last) break;
            }

            if ((bytes[(int)(at >> 3)] >> 7 - (int)(at & 7) & 1) == bit) return at;
            at++;
        }

        return bit == 0 && !endGiven ? bytes.Length * 8L : -1;
    }

    /// <summary>Bits from first to last, both included; empty when the last lies before the first.</summary>
    private readonly record struct BitRange(long First, long Last)
    {
        public bool IsEmpty => Last < First;
    }
}
