using Tercel.Cache.Server.Persistence;
using Tercel.Cache.Server.Settings;
using Tercel.Network;

namespace Tercel.Cache.Server;

/// <summary>What the cache server is started with.</summary>
internal sealed record CacheServerOptions
{
    /// <summary>The dataset and its limits.</summary>
    public KeyspaceOptions Keyspace { get; init; } = new();

    /// <summary>Where the dataset is kept; null = nowhere.</summary>
    public PersistenceOptions? Persistence { get; init; }

    /// <summary>The loops and the limits of connections; some change while the server runs.</summary>
    public NetworkOptions Network { get; init; } = new();

    /// <summary>What can change while the server runs, with its first values.</summary>
    public LiveSettings Live { get; init; } = new();

    /// <summary>Settings that cannot change and have not their default, by Redis' names, for CONFIG GET.</summary>
    public IReadOnlyDictionary<string, string> FixedSettings { get; init; } = new Dictionary<string, string>();

    /// <summary>The file the settings came from, for CONFIG REWRITE; null = none.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>Number of databases clients can select. Range: 1 to 16.</summary>
    public int Databases { get; init; } = EngineLimits.DatabaseCount;
}
