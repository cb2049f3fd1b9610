using Tercel.Cache.Table;

namespace Tercel.Cache;

/// <summary>What a keyspace has counted since its start, and what its memory is used for.</summary>
/// <remarks>Shape: sums over all shards, read without stopping them, hence a little apart from each other.
/// <c>default</c> is an empty keyspace.</remarks>
public readonly record struct KeyspaceStatistics
{
    /// <summary>Reads that found a value.</summary>
    public long Hits { get; init; }

    /// <summary>Reads that found nothing.</summary>
    public long Misses { get; init; }

    /// <summary>Entries removed because their time to live ended.</summary>
    public long Expired { get; init; }

    /// <summary>Entries removed because memory was needed.</summary>
    public long Evicted { get; init; }

    /// <summary>Entries removed because one of their tags was invalidated.</summary>
    public long Invalidated { get; init; }

    /// <summary>All memory taken: what counts against the maximum. Units: bytes.</summary>
    public long UsedBytes { get; init; }

    /// <summary>Memory of segments, which hold keys and small values. Units: bytes.</summary>
    public long SegmentBytes { get; init; }

    /// <summary>The part of <see cref="SegmentBytes"/> that holds live entries. Units: bytes.</summary>
    public long LiveBytes { get; init; }

    /// <summary>Memory of the index. Units: bytes.</summary>
    public long IndexBytes { get; init; }

    /// <summary>Memory of collections. Units: bytes.</summary>
    public long CollectionBytes { get; init; }

    /// <summary>Dead entries inside the segments, which compaction reclaims. Units: bytes.</summary>
    public long DeadBytes { get; init; }

    /// <summary>Memory of the fingerprints of evicted keys. Units: bytes.</summary>
    public long GhostBytes { get; init; }

    /// <summary>Entries, those of flushed databases included until they are swept.</summary>
    public long Entries { get; init; }

    /// <summary>Segments of newcomers.</summary>
    public int SmallSegments { get; init; }

    /// <summary>Segments of what was read since it came.</summary>
    public int MainSegments { get; init; }

    /// <summary>Segments that wait for compaction.</summary>
    public int SparseSegments { get; init; }

    internal static KeyspaceStatistics Of(Keyspace keyspace)
    {
        var total = new KeyspaceStatistics { UsedBytes = keyspace.Pool.BytesUsed };
        foreach (var shard in keyspace.Shards) total = total.With(shard);
        return total;
    }

    private KeyspaceStatistics With(Shard shard) => this with
    {
        Hits = Hits + shard.Counters.Hits,
        Misses = Misses + shard.Counters.Misses,
        Expired = Expired + shard.Counters.Expired,
        Evicted = Evicted + shard.Counters.Evicted,
        Invalidated = Invalidated + shard.Counters.Invalidated,
        SegmentBytes = SegmentBytes + shard.Log.Bytes,
        LiveBytes = LiveBytes + shard.Log.UsedBytes - shard.Log.DeadBytes,
        DeadBytes = DeadBytes + shard.Log.DeadBytes,
        IndexBytes = IndexBytes + shard.Index.BytesUsed,
        CollectionBytes = CollectionBytes + shard.Heap.BytesUsed,
        GhostBytes = GhostBytes + shard.GhostBytes,
        Entries = Entries + shard.Index.Count,
        SmallSegments = SmallSegments + shard.Log.Small.Count,
        MainSegments = MainSegments + shard.Log.Main.Count,
        SparseSegments = SparseSegments + shard.Log.Sparse.Count,
    };
}
