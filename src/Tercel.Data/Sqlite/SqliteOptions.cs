namespace Tercel.Data.Sqlite;

/// <summary>How hard a commit tries to survive a power cut.</summary>
public enum SqliteSynchronous
{
    /// <summary>Every commit is on the disk before it is answered.</summary>
    Full,

    /// <summary>A power cut may lose the newest commits (a crash of the process may not); the file stays
    /// sound.</summary>
    Normal,
}

/// <summary>Place, connections and limits of one SQLite database.</summary>
public sealed record SqliteOptions
{
    /// <summary>The database file.</summary>
    public required string Path { get; init; }

    /// <summary>Allows writes, and turns the file to write-ahead logging.</summary>
    public bool Writable { get; init; }

    /// <summary>Makes the file when it is missing; only with <see cref="Writable"/>.</summary>
    public bool CreateIfMissing { get; init; }

    /// <summary>Connections for pages.</summary>
    /// <remarks>More than processors: a thread that is interrupted in mid-read must not make another wait.</remarks>
    public int Readers { get; init; } = Math.Max(4, 2 * Environment.ProcessorCount);

    /// <summary>Connections for exports and other streams.</summary>
    public int StreamReaders { get; init; } = 4;

    /// <summary>Longest run of one statement, reading or writing.</summary>
    public TimeSpan StatementTimeMax { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest run of a statement whose rows leave at the client's pace; until each row at most
    /// <see cref="StatementTimeMax"/>.</summary>
    public TimeSpan StreamTimeMax { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Longest run of one statement of a migration.</summary>
    public TimeSpan MigrationTimeMax { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Longest wait for a free reader.</summary>
    public TimeSpan ReadWaitMax { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Readers' requests that may wait at once, for each lane.</summary>
    public int ReadQueueCapacity { get; init; } = 1024;

    /// <summary>Longest wait for a lock that another process holds.</summary>
    public TimeSpan LockWaitMax { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Write requests that may wait; one more is <see cref="StoreFailure.Busy"/>.</summary>
    public int WriteQueueCapacity { get; init; } = 4096;

    /// <summary>Write requests that share one commit at most.</summary>
    public int WriteBatchMax { get; init; } = 1024;

    /// <summary>A batch takes no further requests after this time.</summary>
    public TimeSpan WriteBatchTimeMax { get; init; } = TimeSpan.FromMilliseconds(2);

    /// <summary>What a commit waits for.</summary>
    public SqliteSynchronous Synchronous { get; init; } = SqliteSynchronous.Full;

    /// <summary>Page cache of each connection.</summary>
    public long CacheBytes { get; init; } = 16 << 20;

    /// <summary>How much of the file readers see through a memory map; 0 turns it off.</summary>
    public long MmapBytes { get; init; } = 256L << 20;

    /// <summary>Prepared statements that each connection keeps.</summary>
    public int StatementCacheCapacity { get; init; } = 256;

    /// <summary>Largest text, blob or row.</summary>
    public int ValueBytesMax { get; init; } = 16 << 20;

    /// <summary>The log is copied into the file at this size even when writes never pause.</summary>
    public long WalBytesMax { get; init; } = 64L << 20;

    /// <summary>How long <see cref="IAsyncDisposable.DisposeAsync"/> lets running work finish.</summary>
    public TimeSpan StopTimeMax { get; init; } = TimeSpan.FromSeconds(10);

    // A pool of none, or a queue that takes nothing, would refuse everything later and say nothing now.
    internal void Check()
    {
        ArgumentException.ThrowIfNullOrEmpty(Path);
        ArgumentOutOfRangeException.ThrowIfLessThan(Readers, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(StreamReaders, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(ReadQueueCapacity, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(WriteQueueCapacity, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(WriteBatchMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(StatementCacheCapacity, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(ValueBytesMax, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(CacheBytes);
        ArgumentOutOfRangeException.ThrowIfNegative(MmapBytes);
    }
}
