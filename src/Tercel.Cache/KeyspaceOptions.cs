namespace Tercel.Cache;

/// <summary>How a <see cref="Keyspace"/> is built.</summary>
public sealed record KeyspaceOptions
{
    /// <summary>Memory for entries, index and collections together. Units: bytes. Default: 1 GiB.</summary>
    /// <remarks>Range: at least 1 MiB. Can be changed while running: <see cref="Keyspace.MemoryBytesMax"/>.</remarks>
    public long MemoryBytesMax { get; init; } = 1L << 30;

    /// <summary>Number of shards, a power of two; 0 = chosen from memory and processors.</summary>
    public int ShardCount { get; init; }

    /// <summary>Size of a page, the unit of segments and of collection memory: a power of two from 16 KiB to 1 MiB;
    /// 0 = chosen from memory and shards. Units: bytes.</summary>
    public int PageBytes { get; init; }

    /// <summary>Which entries may be evicted when memory is short.</summary>
    public EvictionPolicy Eviction { get; init; } = EvictionPolicy.AllKeys;

    /// <summary>Seed of the keyed hash; 0 = random. A fixed seed makes runs repeatable and is for tests only.</summary>
    public ulong HashSeed { get; init; }
}

/// <summary>Which entries may be evicted when memory is short.</summary>
public enum EvictionPolicy : byte
{
    /// <summary>Any entry: S3-FIFO by segment.</summary>
    AllKeys = 0,

    /// <summary>Only entries with a time to live.</summary>
    Volatile = 1,

    /// <summary>None: writes are refused instead.</summary>
    NoEviction = 2,
}
