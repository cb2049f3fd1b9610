// Unsafe: one large block of the pool that belongs to this table; bucket numbers are masked by its size.
using System.Numerics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Tercel.Cache.Memory;

namespace Tercel.Cache.Eviction;

/// <summary>Remembers 16 bits of the hashes of keys that were evicted before anyone read them twice.</summary>
/// <remarks>Shape: buckets of 64 bytes: a cursor and 31 fingerprints, the oldest overwritten first. One in a thousand
/// strangers is mistaken for a ghost. Memory: about two bytes per ghost, and up to four ghosts per entry the shard has
/// when it was made; at most 1/64 of what the shard uses. Thread: under the shard's lock.</remarks>
internal unsafe struct GhostTable(PagePool pool)
{
    private const int BucketBytes = 64;
    private const int PerBucket = 31;
    private const int BucketsMin = 16;

    private readonly PagePool _pool = pool;
    private ushort* _buckets;
    private long _bucketCount;

    /// <summary>Memory of the table. Units: bytes.</summary>
    public readonly long BytesUsed => AddressSpace.RoundUp(_bucketCount * BucketBytes);

    /// <summary>Remembers a key that is being evicted.</summary>
    /// <param name="hash">The key's hash.</param>
    /// <param name="entries">How many entries the shard has: what the table is sized by.</param>
    /// <param name="bytesMax">What the table may use.</param>
    public void Add(ulong hash, long entries, long bytesMax)
    {
        if (_bucketCount * PerBucket < entries) Grow(entries, bytesMax);
        if (_bucketCount == 0) return;
        var bucket = BucketOf(hash);
        var at = 1 + (bucket[0] % PerBucket);
        bucket[at] = FingerprintOf(hash);
        bucket[0] = (ushort)at;
    }

    /// <summary>Forgets a key; true when it was remembered.</summary>
    public readonly bool Take(ulong hash)
    {
        if (_bucketCount == 0) return false;
        var bucket = BucketOf(hash);
        var wanted = Vector256.Create(FingerprintOf(hash));
        var low = Vector256.Equals(Vector256.Load(bucket), wanted).ExtractMostSignificantBits() & ~1u;
        var high = Vector256.Equals(Vector256.Load(bucket + 16), wanted).ExtractMostSignificantBits();
        var match = low | (high << 16);
        if (match == 0) return false;
        bucket[BitOperations.TrailingZeroCount(match)] = 0;
        return true;
    }

    public readonly void Prefetch(ulong hash)
    {
        if (Sse.IsSupported && _bucketCount != 0) Sse.Prefetch0(BucketOf(hash));
    }

    public void Clear()
    {
        if (_bucketCount > 0) _pool.ReturnLarge((byte*)_buckets, _bucketCount * BucketBytes);
        _bucketCount = 0;
        _buckets = null;
    }

    /// <summary>A larger table starts empty: ghosts are a hint, and come back soon.</summary>
    private void Grow(long entries, long bytesMax)
    {
        var wanted = (long)BitOperations.RoundUpToPowerOf2((ulong)(entries * 2 / PerBucket) + 1);
        while (wanted * BucketBytes > bytesMax) wanted /= 2;
        wanted = Math.Max(wanted, BucketsMin);
        if (wanted <= _bucketCount) return;
        Clear();
        _bucketCount = wanted;
        _buckets = (ushort*)_pool.TakeLarge(_bucketCount * BucketBytes);
    }

    private readonly ushort* BucketOf(ulong hash) =>
        _buckets + ((long)((hash >> 12) & (ulong)(_bucketCount - 1)) * (BucketBytes / sizeof(ushort)));

    /// <summary>Never 0, which is an empty place. Bits that choose neither shard nor bucket of the ghosts.</summary>
    private static ushort FingerprintOf(ulong hash) => (ushort)((hash >> 48) ^ (hash << 8) | 1);
}
