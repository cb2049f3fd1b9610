namespace Tercel.Cache.Server.Persistence.Rdb;

/// <summary>LZF, the compression of strings in RDB files.</summary>
/// <remarks>Shape: a control byte below 32 is that many plus one literal bytes; else its upper three bits (7 = one
/// more byte) give the length minus two of a match, its lower five bits and the next byte the distance minus one.
/// Source: liblzf 3.6, lzf_c.c and lzf_d.c.</remarks>
internal static class Lzf
{
    /// <summary>A match of 264 bytes takes three: no more can come out of a byte.</summary>
    public const int ExpansionMax = 88;

    private const int LiteralsMax = 32;
    private const int MatchBytesMax = 264;
    private const int DistanceMax = 8192;
    private const int HashBits = 13;

    /// <summary>Unpacks; false when the input is damaged or does not fill the target exactly.</summary>
    public static bool TryUnpack(ReadOnlySpan<byte> packed, Span<byte> target)
    {
        int at = 0, written = 0;
        while (at < packed.Length)
        {
            int control = packed[at++];
            if (control < LiteralsMax)
            {
                var count = control + 1;
                if (count > packed.Length - at || count > target.Length - written) return false;
                packed.Slice(at, count).CopyTo(target[written..]);
                at += count;
                written += count;
                continue;
            }

            var length = control >> 5;
            if (length == 7)
            {
                if (at >= packed.Length) return false;
                length += packed[at++];
            }

            if (at >= packed.Length) return false;
            var from = written - ((control & 31) << 8) - packed[at++] - 1;
            length += 2;
            if (from < 0 || length > target.Length - written) return false;
            // Source and target may overlap, and then the bytes just written are repeated.
            for (var i = 0; i < length; i++) target[written + i] = target[from + i];
            written += length;
        }

        return written == target.Length;
    }

    /// <summary>Packs; 0 when the result would not be smaller than <paramref name="target"/>.</summary>
    /// <param name="bytes">What to pack.</param>
    /// <param name="target">Where to.</param>
    /// <param name="heads">Scratch of <see cref="HeadCount"/> places, in any state.</param>
    public static int Pack(ReadOnlySpan<byte> bytes, Span<byte> target, Span<int> heads)
    {
        int at = 0, written = 0, literalStart = 0;
        while (at + 2 < bytes.Length)
        {
            var hash = Hash(bytes[at], bytes[at + 1], bytes[at + 2]);
            var candidate = heads[hash];
            heads[hash] = at;
            // What an earlier string has left there is taken when it fits by chance.
            if ((uint)candidate >= (uint)at || at - candidate > DistanceMax || !StartsSame(bytes, candidate, at))
            {
                at++;
                continue;
            }

            if (!TryLiterals(bytes[literalStart..at], target, ref written)) return 0;
            var max = Math.Min(MatchBytesMax, bytes.Length - at);
            var length = bytes.Slice(at, max).CommonPrefixLength(bytes.Slice(candidate, max));
            if (!TryMatch(length, at - candidate, target, ref written)) return 0;
            at += length;
            literalStart = at;
        }

        return TryLiterals(bytes[literalStart..], target, ref written) ? written : 0;
    }

    /// <summary>Places of scratch that <see cref="Pack"/> needs.</summary>
    public const int HeadCount = 1 << HashBits;

    private static bool StartsSame(ReadOnlySpan<byte> bytes, int first, int second) =>
        bytes[first] == bytes[second] && bytes[first + 1] == bytes[second + 1] && bytes[first + 2] == bytes[second + 2];

    private static int Hash(byte a, byte b, byte c) =>
        (int)((uint)(a << 16 | b << 8 | c) * 2654435761 >> (32 - HashBits));

    private static bool TryLiterals(ReadOnlySpan<byte> literals, Span<byte> target, ref int written)
    {
        while (literals.Length > 0)
        {
            var count = Math.Min(LiteralsMax, literals.Length);
            if (target.Length - written < count + 1) return false;
            target[written++] = (byte)(count - 1);
            literals[..count].CopyTo(target[written..]);
            written += count;
            literals = literals[count..];
        }

        return true;
    }

    private static bool TryMatch(int length, int distance, Span<byte> target, ref int written)
    {
        if (target.Length - written < 3) return false;
        var coded = length - 2;
        var far = distance - 1;
        if (coded < 7)
        {
            target[written++] = (byte)(coded << 5 | far >> 8);
        }
        else
        {
            target[written++] = (byte)(7 << 5 | far >> 8);
            target[written++] = (byte)(coded - 7);
        }

        target[written++] = (byte)far;
        return true;
    }
}
