// Unsafe: entries are read and moved inside one block of the node heap; lengths were written by this file alone, and
// every walk ends at Used, which never exceeds Capacity.
using System.Runtime.InteropServices;
using Tercel.Cache.Memory;
using Tercel.Primitives;

namespace Tercel.Cache.Values.Packed;

/// <summary>A small hash or set: all entries one behind the other in one block.</summary>
/// <remarks>
/// Shape: this header of 8 bytes, then per entry
/// <code>field length 1-2 | value length 1-2 (hash) | expiry 6 (when any field has one) | field | value</code>
/// A length under 128 takes one byte, else two: high bit set, high part first. Order: as added.
/// </remarks>
[StructLayout(LayoutKind.Sequential, Size = HeaderBytes)]
internal unsafe struct PackedBlock
{
    public const int HeaderBytes = 8;

    /// <summary>More entries than this become a table.</summary>
    public const int CountMax = 128;

    /// <summary>A block larger than this becomes a table, unless it has few entries. Units: bytes.</summary>
    public const int BytesMax = 2048;

    /// <summary>So few entries may fill <see cref="FewBytesMax"/>: one long value beside a few short ones.</summary>
    public const int FewCountMax = 8;
    public const int FewBytesMax = 8192;

    private const int OneByteLengthMax = 127;

    /// <summary>Size of the block. Units: bytes.</summary>
    public ushort Capacity;

    /// <summary>Bytes in use, this header included.</summary>
    public ushort Used;

    public ushort Count;
    public PackedFlags Flags;

    public readonly bool IsTimed => (Flags & PackedFlags.Timed) != 0;

    /// <summary>Whether a block with so many entries and bytes may stay packed.</summary>
    public static bool Fits(int count, long bytes) =>
        count <= CountMax && (bytes <= BytesMax || (bytes <= FewBytesMax && count <= FewCountMax));

    public static PackedBlock* Create(NodeHeap heap, int bytes, PackedFlags flags)
    {
        var capacity = NodeHeap.UsableBytes(bytes);
        var block = (PackedBlock*)heap.Allocate(capacity);
        *block = new PackedBlock { Capacity = (ushort)capacity, Used = HeaderBytes, Flags = flags };
        if (block->IsTimed) heap.TimedHashes++;
        return block;
    }

    public static void Free(NodeHeap heap, PackedBlock* block)
    {
        if (block->IsTimed) heap.TimedHashes--;
        heap.Free((byte*)block, block->Capacity);
    }

    public static byte* First(PackedBlock* block) => (byte*)block + HeaderBytes;

    public static byte* End(PackedBlock* block) => (byte*)block + block->Used;

    /// <summary>Bytes an entry of this shape takes.</summary>
    public static int EntryBytes(PackedFlags flags, int fieldBytes, int valueBytes) =>
        LengthBytes(fieldBytes) + fieldBytes + valueBytes
        + ((flags & PackedFlags.Valued) != 0 ? LengthBytes(valueBytes) : 0)
        + ((flags & PackedFlags.Timed) != 0 ? Element.ExpiryBytes : 0);

    /// <summary>The entry that begins at <paramref name="at"/>.</summary>
    public static Element Read(PackedFlags flags, byte* at)
    {
        int field = *at++;
        if (field > OneByteLengthMax) field = (field & OneByteLengthMax) << 8 | *at++;
        var value = 0;
        if ((flags & PackedFlags.Valued) != 0)
        {
            value = *at++;
            if (value > OneByteLengthMax) value = (value & OneByteLengthMax) << 8 | *at++;
        }

        if ((flags & PackedFlags.Timed) == 0) return new Element(at, field, value, null);
        return new Element(at + Element.ExpiryBytes, field, value, at);
    }

    /// <summary>Where the entry of that field begins; null = there is none.</summary>
    public static byte* Find(PackedBlock* block, in Needle needle)
    {
        var flags = block->Flags;
        var end = End(block);
        for (var at = First(block); at < end;)
        {
            var entry = Read(flags, at);
            if (entry.FieldBytes == needle.Length && needle.Matches(entry.FieldStart)) return at;
            at = entry.End;
        }

        return null;
    }

    /// <summary>Makes room for <paramref name="newBytes"/> where now <paramref name="oldBytes"/> are, at an offset from
    /// the block's start; the block may move.</summary>
    public static PackedBlock* Resize(NodeHeap heap, PackedBlock* block, int offset, int oldBytes, int newBytes)
    {
        var used = block->Used - oldBytes + newBytes;
        var behind = block->Used - offset - oldBytes;
        Invariant.Holds(behind >= 0 && used <= ushort.MaxValue);
        var target = block;
        if (used > block->Capacity || NodeHeap.UsableBytes(used + used / 4) < block->Capacity)
        {
            target = Create(heap, used, block->Flags);
            target->Count = block->Count;
            Buffer.MemoryCopy((byte*)block + HeaderBytes, (byte*)target + HeaderBytes, offset, offset - HeaderBytes);
        }

        var source = (byte*)block + offset + oldBytes;
        Buffer.MemoryCopy(source, (byte*)target + offset + newBytes, behind, behind);
        target->Used = (ushort)used;
        if (target != block) Free(heap, block);
        return target;
    }

    /// <summary>Writes an entry over bytes that <see cref="Resize"/> made room for.</summary>
    public static void Write(
        PackedFlags flags, byte* at, ReadOnlySpan<byte> field, ReadOnlySpan<byte> value, long expireAtMs)
    {
        at = WriteLength(at, field.Length);
        if ((flags & PackedFlags.Valued) != 0) at = WriteLength(at, value.Length);
        if ((flags & PackedFlags.Timed) != 0)
        {
            Element.WriteExpiry(at, expireAtMs);
            at += Element.ExpiryBytes;
        }

        field.CopyTo(new Span<byte>(at, field.Length));
        value.CopyTo(new Span<byte>(at + field.Length, value.Length));
    }

    /// <summary>A block in that heap with the same entries.</summary>
    public static PackedBlock* Clone(PackedBlock* block, NodeHeap to)
    {
        var copy = Create(to, block->Used, block->Flags);
        copy->Count = block->Count;
        copy->Used = block->Used;
        Buffer.MemoryCopy(First(block), First(copy), block->Used - HeaderBytes, block->Used - HeaderBytes);
        return copy;
    }

    public static void IntegrityCheck(PackedBlock* block)
    {
        Invariant.Holds(block->Used <= block->Capacity);
        Invariant.Holds(NodeHeap.UsableBytes(block->Capacity) == block->Capacity);
        Invariant.Holds(block->Count > 0);
        Invariant.Holds(Fits(block->Count, block->Used));
        var count = 0;
        for (var at = First(block); at < End(block); count++)
        {
            var entry = Read(block->Flags, at);
            Invariant.Holds(entry.End <= End(block));
            Invariant.Holds(Find(block, new Needle(entry.Field)) == at);
            at = entry.End;
        }

        Invariant.Holds(count == block->Count);
    }

    private static int LengthBytes(int length) => length > OneByteLengthMax ? 2 : 1;

    private static byte* WriteLength(byte* at, int length)
    {
        Invariant.Holds(length < 1 << 15);
        if (length > OneByteLengthMax) *at++ = (byte)(length >> 8 | 0x80);
        *at++ = (byte)length;
        return at;
    }
}

/// <summary>The shape of all entries of a <see cref="PackedBlock"/>.</summary>
[Flags]
internal enum PackedFlags : byte
{
    None = 0,

    /// <summary>Entries have values: a hash.</summary>
    Valued = 1,

    /// <summary>Entries have room for an expiry; 0 there = never.</summary>
    Timed = 2,
}
