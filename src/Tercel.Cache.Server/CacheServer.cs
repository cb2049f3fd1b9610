using Tercel.Cache.Server.Access;
using Tercel.Cache.Server.Admin;
using Tercel.Cache.Server.Commands;
using Tercel.Cache.Server.Sessions;
using Tercel.Cache.Server.Settings;

namespace Tercel.Cache.Server;

/// <summary>The state all sessions share.</summary>
/// <remarks>Thread: any; every member takes care of itself. Lifetime: made before the loops, disposed after
/// them.</remarks>
internal sealed class CacheServer : IDisposable
{
    private long _lastSessionId;

    public CacheServer(CacheServerOptions options, TimeProvider clock)
    {
        Options = options;
        Clock = clock;
        Keyspace = new Keyspace(options.Keyspace);
        Commands = CommandFamilies.BuildTable();
        Access = new AccessControl(Live);
        SlowLog = new SlowLog(Live);
        Latency = new LatencyMonitor(Live);
    }

    public CacheServerOptions Options { get; }

    public TimeProvider Clock { get; }

    public Keyspace Keyspace { get; }

    public CommandTable Commands { get; }

    /// <summary>What CONFIG SET can change.</summary>
    public LiveSettings Live { get; } = new();

    /// <summary>Users and their rights.</summary>
    public AccessControl Access { get; }

    public SlowLog SlowLog { get; }

    public LatencyMonitor Latency { get; }

    public KeyObservers Observers { get; } = new();

    public BlockedClients Blocking { get; } = new();

    /// <summary>Where changes go, or null while none are kept.</summary>
    public IJournal? Journal { get; set; }

    /// <summary>Why commands that write are refused, while they are.</summary>
    public WriteStop WriteStop { get; set; }

    /// <summary>Units: Unix milliseconds.</summary>
    public long NowMs => Clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>A number no other session has or had.</summary>
    public long NextSessionId() => Interlocked.Increment(ref _lastSessionId);

    public void Dispose() => Keyspace.Dispose();
}
