// Unsafe: reads only inside the given bytes; the overlapping reads at the end start at most 16 bytes before it.
using System.Runtime.CompilerServices;

namespace Tercel.Cache.Table;

/// <summary>The keyed 64-bit hash of keys: nobody outside can make keys collide without knowing the secrets.</summary>
/// <remarks>Shape: the top 16 bits are the tag, 8 below choose the shard, the low 40 the bucket. Not stored anywhere:
/// it differs from process to process. Cost: two 128-bit multiplications up to 16 bytes, one more per 16 (four in
/// flight above 64). Source: the construction of wyhash.</remarks>
internal readonly unsafe struct KeyHash
{
    private readonly ulong _a;
    private readonly ulong _b;
    private readonly ulong _c;

    public KeyHash(ulong seed)
    {
        _a = Mix(seed ^ 0x9E3779B97F4A7C15, 0xD1B54A32D192ED03);
        _b = Mix(seed ^ 0x94D049BB133111EB, 0xA0761D6478BD642F);
        _c = Mix(seed ^ 0xE7037ED1A0B428DB, 0x8EBC6AF09C88C6E3) | 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Of(ReadOnlySpan<byte> key)
    {
        fixed (byte* p = key) return Of(p, key.Length);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Of(byte* key, int length)
    {
        if (length > 16) return OfLong(key, length);
        ulong a, b;
        if (length >= 8)
        {
            a = *(ulong*)key;
            b = *(ulong*)(key + length - 8);
        }
        else if (length >= 4)
        {
            a = *(uint*)key;
            b = *(uint*)(key + length - 4);
        }
        else
        {
            a = length == 0 ? 0 : key[0] | ((ulong)key[length >> 1] << 8) | ((ulong)key[length - 1] << 16);
            b = 0;
        }

        return Mix(Mix(a ^ _a, b ^ _b) ^ _c, (ulong)length ^ _b);
    }

    private ulong OfLong(byte* key, int length)
    {
        var hash = _a ^ (ulong)length;
        var left = length;
        if (left > 64)
        {
            var (h1, h2, h3) = (hash ^ _b, hash ^ _c, hash + _b);
            for (; left > 64; left -= 64, key += 64)
            {
                hash = Mix(*(ulong*)key ^ _b, *(ulong*)(key + 8) ^ hash);
                h1 = Mix(*(ulong*)(key + 16) ^ _c, *(ulong*)(key + 24) ^ h1);
                h2 = Mix(*(ulong*)(key + 32) ^ _a, *(ulong*)(key + 40) ^ h2);
                h3 = Mix(*(ulong*)(key + 48) ^ _b, *(ulong*)(key + 56) ^ h3);
            }

            hash ^= h1 ^ h2 ^ h3;
        }

        for (; left > 16; left -= 16, key += 16) hash = Mix(*(ulong*)key ^ _b, *(ulong*)(key + 8) ^ hash);
        var end = key + left;
        return Mix(Mix(*(ulong*)(end - 16) ^ _a, *(ulong*)(end - 8) ^ hash) ^ _c, (ulong)length ^ _b);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong a, ulong b)
    {
        var high = Math.BigMul(a, b, out var low);
        return high ^ low;
    }
}
