using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Tercel.Cache.Values.Tables;

/// <summary>The keyed hash of fields and members; who does not know the seed cannot make collisions.</summary>
/// <remarks>Source: the multiply-and-fold of wyhash.</remarks>
internal static class FieldHash
{
    private const ulong First = 0x9E3779B97F4A7C15;
    private const ulong Second = 0xD1B54A32D192ED03;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(ReadOnlySpan<byte> bytes, ulong seed)
    {
        ref var start = ref MemoryMarshal.GetReference(bytes);
        var length = bytes.Length;
        if (length > 16) return OfLong(ref start, length, seed);
        ulong a, b = 0;
        if (length >= 8)
        {
            a = Read64(ref start, 0);
            b = Read64(ref start, length - 8);
        }
        else if (length >= 4)
        {
            a = Unsafe.ReadUnaligned<uint>(ref start);
            b = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref start, length - 4));
        }
        else
        {
            a = length == 0 ? 0 : start | (uint)Unsafe.Add(ref start, length >> 1) << 8
                | (uint)Unsafe.Add(ref start, length - 1) << 16;
        }

        return Mix(Mix(a ^ seed ^ First, b ^ (seed + Second)) ^ seed, (ulong)length ^ Second);
    }

    private static ulong OfLong(ref byte start, int length, ulong seed)
    {
        var hash = seed ^ (ulong)length ^ First;
        var at = 0;
        for (; length - at > 16; at += 16)
            hash = Mix(Read64(ref start, at) ^ (seed + Second) ^ hash, Read64(ref start, at + 8) ^ hash);
        return Mix(
            Mix(Read64(ref start, length - 16) ^ seed ^ hash, Read64(ref start, length - 8) ^ (seed + Second)),
            hash ^ Second ^ (ulong)length);
    }

    private static ulong Read64(ref byte start, int at) => Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, at));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong a, ulong b)
    {
        var high = Math.BigMul(a, b, out var low);
        return high ^ low;
    }
}
