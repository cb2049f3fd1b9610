namespace Tercel.Cache.Server;

/// <summary>What the cache server is started with.</summary>
internal sealed record CacheServerOptions
{
    /// <summary>The dataset and its limits.</summary>
    public KeyspaceOptions Keyspace { get; init; } = new();

    /// <summary>Longest argument a client may send. Units: bytes. Source: Redis' <c>proto-max-bulk-len</c>.</summary>
    public int ArgumentBytesMax { get; init; } = 512 * 1024 * 1024;

    /// <summary>Number of databases clients can select. Range: 1 to 16.</summary>
    public int Databases { get; init; } = EngineLimits.DatabaseCount;
}
