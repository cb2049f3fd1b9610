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
}
