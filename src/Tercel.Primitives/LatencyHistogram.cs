using System.Numerics;

namespace Tercel.Primitives;

/// <summary>Counts durations in log-linear buckets: small, mergeable, and exact at every power of two.</summary>
/// <remarks>
/// Shape: unit 1 µs; values below 16 µs have a bucket each, and every octave above has 16, up to 2^27 µs (134 s), where
/// larger values are counted too. A reported quantile is the upper edge of its bucket, so it is never below the true
/// value and at most 1/16 (6.25 %) above it. Thread: any; <see cref="Record"/> is two interlocked adds. Cost: 3 KiB
/// each.
/// </remarks>
public sealed class LatencyHistogram
{
    private const int SubBits = 4;
    private const int SubCount = 1 << SubBits;

    /// <summary>Durations of 2^27 µs and more count in the last bucket, which is theirs alone.</summary>
    public const int OctavesMax = 27;

    /// <summary>The number of buckets.</summary>
    public const int BucketCount = SubCount + (OctavesMax - SubBits) * SubCount + 1;

    private readonly long[] _counts = new long[BucketCount];
    private long _sumUs;

    /// <summary>The sum of all recorded durations, in µs.</summary>
    public long SumUs => Volatile.Read(ref _sumUs);

    /// <summary>How many durations were recorded.</summary>
    public long Count
    {
        get
        {
            long count = 0;
            foreach (ref var bucket in _counts.AsSpan()) count += Volatile.Read(ref bucket);
            return count;
        }
    }

    /// <summary>Counts one duration; negative ones count as zero.</summary>
    public void Record(long us)
    {
        us = Math.Max(us, 0);
        Interlocked.Increment(ref _counts[BucketOf(us)]);
        Interlocked.Add(ref _sumUs, us);
    }

    /// <summary>Counts several equal durations, without the cost of interlocked adds.</summary>
    /// <remarks>Thread: for a histogram that one thread writes and others read.</remarks>
    public void RecordByOwner(long us, int times)
    {
        us = Math.Max(us, 0);
        ref var count = ref _counts[BucketOf(us)];
        Volatile.Write(ref count, count + times);
        Volatile.Write(ref _sumUs, _sumUs + us * times);
    }

    /// <summary>Adds the counts of this histogram to another one.</summary>
    public void AddTo(LatencyHistogram total)
    {
        for (var i = 0; i < BucketCount; i++)
        {
            var count = Volatile.Read(ref _counts[i]);
            if (count != 0) Interlocked.Add(ref total._counts[i], count);
        }

        Interlocked.Add(ref total._sumUs, SumUs);
    }

    /// <summary>The duration in µs that the given part of all, 0 to 1, did not exceed; 0 when nothing was
    /// recorded.</summary>
    public long QuantileUs(double part)
    {
        Invariant.Holds(part is >= 0 and <= 1);
        var rank = Math.Max(1, (long)Math.Ceiling(part * Count));
        long seen = 0;
        for (var i = 0; i < BucketCount; i++)
        {
            seen += Volatile.Read(ref _counts[i]);
            if (seen >= rank) return UpperEdgeUs(i);
        }

        return 0;
    }

    /// <summary>How many durations were below 2^<paramref name="octave"/> µs; exact.</summary>
    public long CountBelowPowerOfTwo(int octave)
    {
        Invariant.Holds(octave is >= 0 and <= OctavesMax);
        var end = BucketOf(1L << octave);
        long count = 0;
        for (var i = 0; i < end; i++) count += Volatile.Read(ref _counts[i]);
        return count;
    }

    /// <summary>The bucket that counts a duration.</summary>
    public static int BucketOf(long us)
    {
        if (us < SubCount) return (int)us;
        var octave = BitOperations.Log2((ulong)us);
        if (octave >= OctavesMax) return BucketCount - 1;
        var sub = (int)(us >> (octave - SubBits)) - SubCount;
        return SubCount + (octave - SubBits) * SubCount + sub;
    }

    /// <summary>The largest duration in µs that a bucket counts (the last bucket has no real edge).</summary>
    public static long UpperEdgeUs(int bucket)
    {
        if (bucket < SubCount) return bucket;
        var octave = (bucket - SubCount) / SubCount + SubBits;
        var sub = (bucket - SubCount) % SubCount;
        return ((long)(SubCount + sub + 1) << (octave - SubBits)) - 1;
    }
}
