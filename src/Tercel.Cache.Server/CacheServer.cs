using Tercel.Cache.Server.Access;
using Tercel.Cache.Server.Admin;
using Tercel.Cache.Server.Sessions;
using Tercel.Cache.Server.Settings;

namespace Tercel.Cache.Server;

/// <summary>The state all sessions share.</summary>
internal sealed class CacheServer
{
    public CacheServer()
    {
        Access = new AccessControl(Live);
        SlowLog = new SlowLog(Live);
        Latency = new LatencyMonitor(Live);
    }

    public required Keyspace Keyspace { get; init; }

    /// <summary>What CONFIG SET can change.</summary>
    public LiveSettings Live { get; } = new();

    /// <summary>Users and their rights.</summary>
    public AccessControl Access { get; }

    public SlowLog SlowLog { get; }

    public LatencyMonitor Latency { get; }

    public KeyObservers Observers { get; } = new();

    public BlockedClients Blocking { get; } = new();
}
