// Unsafe: reads and writes whole encoded elements at addresses that the caller (a list node) has checked to lie
// inside its block; the longest header and trailer are counted in Bytes before anything is written.
using System.Runtime.CompilerServices;

namespace Tercel.Cache.Values.Lists;

/// <summary>One element as it lies in a list node: the entry format of Redis' listpack, so that nodes and the
/// listpacks of an RDB file are the same bytes.</summary>
/// <remarks>
/// Shape: a header with kind and length, the bytes, and the length of both again, readable from behind.
/// <code>
/// 0xxxxxxx                integer 0..127        110xxxxx xxxxxxxx   integer of 13 bits
/// 10llllll bytes          up to 63 bytes        1110llll llllllll bytes   up to 4095 bytes
/// F0 l32 bytes            any length            F1 F2 F3 F4         integer of 16, 24, 32, 64 bits
/// </code>
/// Text that reads as an integer is kept as one, so an element has exactly one encoding.
/// Source: Redis, listpack.c.
/// </remarks>
internal readonly unsafe ref struct PackedElement
{
    /// <summary>Room that <see cref="Text"/> needs to print an integer.</summary>
    public const int ScratchBytes = IntegerText.BytesMax;

    private readonly ReadOnlySpan<byte> _text;
    private readonly long _number;
    private readonly int _entryBytes;

    /// <summary>Chooses the encoding of a text.</summary>
    public PackedElement(ReadOnlySpan<byte> text)
    {
        _text = text;
        IsNumber = IntegerText.TryParse(text, out _number);
        _entryBytes = IsNumber ? NumberBytes(_number) : TextHeaderBytes(text.Length) + text.Length;
        Bytes = _entryBytes + BackBytes(_entryBytes);
    }

    /// <summary>Kept as an integer instead of as text.</summary>
    public bool IsNumber { get; }

    /// <summary>Size of the encoded element.</summary>
    public int Bytes { get; }

    /// <summary>Writes the element; <see cref="Bytes"/> are used.</summary>
    public void Write(byte* at)
    {
        if (IsNumber) WriteNumber(at, _number);
        else WriteText(at, _text);
        WriteBack(at + _entryBytes, _entryBytes);
    }

    /// <summary>Whether the element at that place is equal to this one.</summary>
    public bool Matches(byte* at)
    {
        if (IsNumber) return IsNumberAt(at) && Number(at) == _number;
        return !IsNumberAt(at) && TextAt(at).SequenceEqual(_text);
    }

    /// <summary>Size of the element at that place, header and trailer included.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int BytesAt(byte* at)
    {
        var entry = EntryBytesAt(at);
        return entry + BackBytes(entry);
    }

    /// <summary>Where the element that ends before <paramref name="at"/> starts.</summary>
    public static byte* Previous(byte* at)
    {
        var entry = 0;
        var last = at - 1;
        for (var shift = 0; ; shift += 7, last--)
        {
            entry |= (*last & 127) << shift;
            if ((*last & 128) == 0) break;
        }

        return at - BackBytes(entry) - entry;
    }

    /// <summary>The element as text: a view of the node, or printed into <paramref name="scratch"/>.</summary>
    public static ReadOnlySpan<byte> Text(byte* at, Span<byte> scratch)
    {
        if (!IsNumberAt(at)) return TextAt(at);
        return scratch[..IntegerText.Format(Number(at), scratch)];
    }

    private static bool IsNumberAt(byte* at) => (*at & 0x80) == 0 || (*at & 0xE0) == 0xC0 || *at > 0xF0;

    private static ReadOnlySpan<byte> TextAt(byte* at)
    {
        var first = *at;
        if (first < 0xC0) return new ReadOnlySpan<byte>(at + 1, first & 63);
        if (first < 0xF0) return new ReadOnlySpan<byte>(at + 2, (first & 15) << 8 | at[1]);
        return new ReadOnlySpan<byte>(at + 5, Unsafe.ReadUnaligned<int>(at + 1));
    }

    private static long Number(byte* at) => *at switch
    {
        < 0x80 => *at,
        < 0xE0 => ((*at & 31) << 8 | at[1]) << 19 >> 19,
        0xF1 => Unsafe.ReadUnaligned<short>(at + 1),
        0xF2 => (at[1] | at[2] << 8 | at[3] << 16) << 8 >> 8,
        0xF3 => Unsafe.ReadUnaligned<int>(at + 1),
        _ => Unsafe.ReadUnaligned<long>(at + 1),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int EntryBytesAt(byte* at)
    {
        var first = *at;
        if (first < 0x80) return 1;
        if (first < 0xC0) return 1 + (first & 63);
        return LongEntryBytesAt(at);
    }

    private static int LongEntryBytesAt(byte* at) => *at switch
    {
        < 0xE0 => 2,
        < 0xF0 => 2 + ((*at & 15) << 8 | at[1]),
        0xF0 => 5 + Unsafe.ReadUnaligned<int>(at + 1),
        0xF1 => 3,
        0xF2 => 4,
        0xF3 => 5,
        _ => 9,
    };

    private static void WriteText(byte* at, ReadOnlySpan<byte> text)
    {
        var header = TextHeaderBytes(text.Length);
        if (header == 1)
        {
            *at = (byte)(0x80 | text.Length);
        }
        else if (header == 2)
        {
            at[0] = (byte)(0xE0 | text.Length >> 8);
            at[1] = (byte)text.Length;
        }
        else
        {
            *at = 0xF0;
            Unsafe.WriteUnaligned(at + 1, text.Length);
        }

        text.CopyTo(new Span<byte>(at + header, text.Length));
    }

    private static void WriteNumber(byte* at, long number)
    {
        switch (NumberBytes(number))
        {
            case 1:
                *at = (byte)number;
                break;
            case 2:
                at[0] = (byte)(0xC0 | (number >> 8 & 31));
                at[1] = (byte)number;
                break;
            case 3:
                *at = 0xF1;
                Unsafe.WriteUnaligned(at + 1, (short)number);
                break;
            case 4:
                *at = 0xF2;
                Unsafe.WriteUnaligned(at + 1, (short)number);
                at[3] = (byte)(number >> 16);
                break;
            case 5:
                *at = 0xF3;
                Unsafe.WriteUnaligned(at + 1, (int)number);
                break;
            default:
                *at = 0xF4;
                Unsafe.WriteUnaligned(at + 1, number);
                break;
        }
    }

    private static int NumberBytes(long number) => number switch
    {
        >= 0 and <= 127 => 1,
        >= -4096 and <= 4095 => 2,
        >= short.MinValue and <= short.MaxValue => 3,
        >= -8388608 and <= 8388607 => 4,
        >= int.MinValue and <= int.MaxValue => 5,
        _ => 9,
    };

    private static int TextHeaderBytes(int length) => length < 64 ? 1 : length < 4096 ? 2 : 5;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int BackBytes(int entry) => entry <= 127 ? 1 : LongBackBytes(entry);

    private static int LongBackBytes(int entry) =>
        entry < 16383 ? 2 : entry < 2097151 ? 3 : entry < 268435455 ? 4 : 5;

    /// <summary>Seven bits per byte, the lowest last; all but the first have their top bit set.</summary>
    private static void WriteBack(byte* at, int entry)
    {
        for (var i = BackBytes(entry) - 1; i > 0; i--, entry >>= 7) at[i] = (byte)(entry & 127 | 128);
        *at = (byte)entry;
    }
}
