using System.Buffers.Binary;
using System.Numerics;

namespace Tercel.Primitives;

/// <summary>A fast 64-bit hash of bytes that is the same on every machine and in every run (XXH64).</summary>
/// <remarks>Not for secrets and not against attackers who choose the input. Cost: about 0.1 ns per byte.
/// Source: the XXH64 specification, github.com/Cyan4973/xxHash.</remarks>
public static class Hash64
{
    private const ulong P1 = 0x9E3779B185EBCA87;
    private const ulong P2 = 0xC2B2AE3D27D4EB4F;
    private const ulong P3 = 0x165667B19E3779F9;
    private const ulong P4 = 0x85EBCA77C2B2AE63;
    private const ulong P5 = 0x27D4EB2F165667C5;
    private const int StripeBytes = 32;

    /// <summary>The hash of <paramref name="bytes"/>; another <paramref name="seed"/> gives an independent
    /// one.</summary>
    public static ulong Of(ReadOnlySpan<byte> bytes, ulong seed = 0)
    {
        var rest = bytes;
        var hash = bytes.Length >= StripeBytes ? Stripes(ref rest, seed) : seed + P5;
        hash += (ulong)bytes.Length;
        while (rest.Length >= 8)
        {
            hash = BitOperations.RotateLeft(hash ^ Round(0, Read64(rest)), 27) * P1 + P4;
            rest = rest[8..];
        }

        if (rest.Length >= 4)
        {
            hash = BitOperations.RotateLeft(hash ^ BinaryPrimitives.ReadUInt32LittleEndian(rest) * P1, 23) * P2 + P3;
            rest = rest[4..];
        }

        foreach (var value in rest) hash = BitOperations.RotateLeft(hash ^ value * P5, 11) * P1;
        return Avalanche(hash);
    }

    private static ulong Stripes(ref ReadOnlySpan<byte> rest, ulong seed)
    {
        var (a, b, c, d) = (seed + P1 + P2, seed + P2, seed, seed - P1);
        while (rest.Length >= StripeBytes)
        {
            a = Round(a, Read64(rest));
            b = Round(b, Read64(rest[8..]));
            c = Round(c, Read64(rest[16..]));
            d = Round(d, Read64(rest[24..]));
            rest = rest[StripeBytes..];
        }

        var hash = BitOperations.RotateLeft(a, 1) + BitOperations.RotateLeft(b, 7)
            + BitOperations.RotateLeft(c, 12) + BitOperations.RotateLeft(d, 18);
        return Merge(Merge(Merge(Merge(hash, a), b), c), d);
    }

    private static ulong Round(ulong lane, ulong input) => BitOperations.RotateLeft(lane + input * P2, 31) * P1;

    private static ulong Merge(ulong hash, ulong lane) => (hash ^ Round(0, lane)) * P1 + P4;

    private static ulong Avalanche(ulong hash)
    {
        hash = (hash ^ (hash >> 33)) * P2;
        hash = (hash ^ (hash >> 29)) * P3;
        return hash ^ (hash >> 32);
    }

    private static ulong Read64(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt64LittleEndian(bytes);
}
