// Unsafe: an entry's address comes from the index or from walking a segment, so that its bytes lie in the segment.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Tercel.Cache.Table;

/// <summary>The bytes of one key with its value in a segment.</summary>
/// <remarks>
/// <code>
/// byte  0        kind 3 | expiry 1 | client flags 1 | cas 1 | tags 1 | dead 1
/// byte  1        space: the number behind the database the key belongs to (see Spaces)
/// bytes 2-5      key length 8 (255 = two more bytes behind the fields) | value length 24
/// fields         expiry 6 (Unix ms, 0 = never), client flags 4, cas 8, tags 8; each only when its bit is set
/// key, value     a collection's value is its eight-byte root
/// </code>
/// Entries start at even addresses. A kind of 0 is a gap: byte 1 tells its length in units of two bytes. An entry of a
/// segment of its own (kind <see cref="BigString"/>, or a long key) has its value up to the segment's end.
/// </remarks>
internal static unsafe class Entry
{
    public const int HeaderBytes = 6;
    public const int RootBytes = 8;
    public const byte BigString = 6;

    public const byte HasExpiry = 1 << 3;
    public const byte HasClientFlags = 1 << 4;
    public const byte HasCas = 1 << 5;
    public const byte HasTags = 1 << 6;
    public const byte Dead = 1 << 7;

    private const int KindMask = 7;
    private const int FieldsMask = HasExpiry | HasClientFlags | HasCas | HasTags;
    private const byte LongKey = 255;
    private const int GapBytesMax = 255 * 2;

    /// <summary>Bytes of the fields, by the four bits that tell which there are.</summary>
    private static ReadOnlySpan<byte> FieldBytesByBits => [0, 6, 4, 10, 8, 14, 12, 18, 8, 14, 12, 18, 16, 22, 20, 26];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int FieldBytes(byte flags) =>
        Unsafe.Add(ref MemoryMarshal.GetReference(FieldBytesByBits), (flags >> 3) & 15);

    /// <summary>Bytes of an entry to be written.</summary>
    public static long SizeFor(byte fields, int keyLength, int valueLength) =>
        HeaderBytes + FieldBytes(fields) + (keyLength >= LongKey ? 2 : 0) + keyLength + (long)valueLength;

    /// <summary>Writes header, lengths and key; the fields and the value are up to the caller.</summary>
    public static void WriteHeader(byte* entry, byte kindAndFields, byte space, ReadOnlySpan<byte> key, int valueLength)
    {
        entry[0] = kindAndFields;
        entry[1] = space;
        var shortLength = Math.Min(key.Length, LongKey);
        *(uint*)(entry + 2) = (uint)shortLength
            | ((kindAndFields & KindMask) == BigString ? 0u : (uint)valueLength << 8);
        var at = entry + HeaderBytes + FieldBytes(kindAndFields);
        if (shortLength == LongKey)
        {
            *(ushort*)at = (ushort)key.Length;
            at += 2;
        }

        key.CopyTo(new Span<byte>(at, key.Length));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsGap(byte* entry) => (entry[0] & KindMask) == 0;

    public static int GapBytes(byte* entry) => entry[1] * 2;

    /// <summary>Fills free bytes with gaps.</summary>
    public static void WriteGaps(byte* at, int bytes)
    {
        for (; bytes > 0; bytes -= GapBytesMax, at += GapBytesMax)
        {
            at[0] = 0;
            at[1] = (byte)(Math.Min(bytes, GapBytesMax) / 2);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsDead(byte* entry) => (entry[0] & Dead) != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsBig(byte* entry) => (entry[0] & KindMask) == BigString;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ValueKind Kind(byte* entry)
    {
        var kind = entry[0] & KindMask;
        return kind == BigString ? ValueKind.String : (ValueKind)kind;
    }

    public static bool IsCollection(byte* entry) => (entry[0] & KindMask) is > 1 and < BigString;

    public static byte Fields(byte* entry) => (byte)(entry[0] & FieldsMask);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int KeyLength(byte* entry)
    {
        int length = entry[2];
        return length != LongKey ? length : *(ushort*)(entry + HeaderBytes + FieldBytes(entry[0]));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* KeyStart(byte* entry) =>
        entry + HeaderBytes + FieldBytes(entry[0]) + (entry[2] == LongKey ? 2 : 0);

    public static ReadOnlySpan<byte> Key(byte* entry) => new(KeyStart(entry), KeyLength(entry));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* ValueStart(byte* entry) => KeyStart(entry) + KeyLength(entry);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int ValueLength(byte* entry) =>
        IsBig(entry) ? BigValueLength(entry) : (int)(*(uint*)(entry + 2) >> 8);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Span<byte> Value(byte* entry) => new(ValueStart(entry), ValueLength(entry));

    /// <summary>Changes the length of a value that stays where it is; not for big ones.</summary>
    public static void SetValueLength(byte* entry, int length) =>
        *(uint*)(entry + 2) = entry[2] | ((uint)length << 8);

    /// <summary>Bytes from this entry to the next, rounded to even.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Size(byte* entry) => ((int)(ValueStart(entry) - entry) + ValueLength(entry) + 1) & ~1;

    /// <summary>Key and database are the ones looked for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Matches(byte* entry, byte space, ReadOnlySpan<byte> key)
    {
        int length = entry[2];
        if (entry[1] != space) return false;
        if (length != key.Length && (length != LongKey || KeyLength(entry) != key.Length)) return false;
        var own = KeyStart(entry);
        ref var asked = ref MemoryMarshal.GetReference(key);
        if (key.Length is >= 8 and <= 16)
        {
            return ((*(ulong*)own ^ Unsafe.ReadUnaligned<ulong>(ref asked))
                | (*(ulong*)(own + length - 8)
                    ^ Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref asked, length - 8)))) == 0;
        }

        return key.SequenceEqual(new ReadOnlySpan<byte>(own, key.Length));
    }

    /// <summary>Unix milliseconds; 0 = never.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long ExpireAt(byte* entry) => (entry[0] & HasExpiry) == 0
        ? 0
        : *(uint*)(entry + HeaderBytes) | ((long)*(ushort*)(entry + HeaderBytes + 4) << 32);

    public static void SetExpireAt(byte* entry, long ms)
    {
        *(uint*)(entry + HeaderBytes) = (uint)ms;
        *(ushort*)(entry + HeaderBytes + 4) = (ushort)(ms >> 32);
    }

    public static uint ClientFlags(byte* entry) =>
        (entry[0] & HasClientFlags) == 0 ? 0 : *(uint*)(entry + HeaderBytes + FieldBytes((byte)(entry[0] & HasExpiry)));

    public static void SetClientFlags(byte* entry, uint value) =>
        *(uint*)(entry + HeaderBytes + FieldBytes((byte)(entry[0] & HasExpiry))) = value;

    public static ulong Cas(byte* entry) => (entry[0] & HasCas) == 0 ? 0 : *CasField(entry);

    public static void SetCas(byte* entry, ulong value) => *CasField(entry) = value;

    /// <summary>The set of tags in the low 24 bits, above them when it was stored; see TagTable.</summary>
    public static ulong Tags(byte* entry) => (entry[0] & HasTags) == 0 ? 0 : *TagsField(entry);

    public static void SetTags(byte* entry, ulong value) => *TagsField(entry) = value;

    private static ulong* CasField(byte* entry) =>
        (ulong*)(entry + HeaderBytes + FieldBytes((byte)(entry[0] & (HasExpiry | HasClientFlags))));

    private static ulong* TagsField(byte* entry) =>
        (ulong*)(entry + HeaderBytes + FieldBytes((byte)(entry[0] & (HasExpiry | HasClientFlags | HasCas))));

    /// <summary>A big string is alone in its segment, which tells where it ends.</summary>
    private static int BigValueLength(byte* entry) =>
        ((Segment*)(entry - Segment.HeaderBytes))->Used - (int)(ValueStart(entry) - (entry - Segment.HeaderBytes));
}
