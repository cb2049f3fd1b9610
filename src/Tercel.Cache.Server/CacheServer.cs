using Tercel.Cache.Server.Sessions;

namespace Tercel.Cache.Server;

/// <summary>The state all sessions share.</summary>
internal sealed class CacheServer
{
    public required Keyspace Keyspace { get; init; }

    public KeyObservers Observers { get; } = new();

    public BlockedClients Blocking { get; } = new();
}
