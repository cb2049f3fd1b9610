using Tercel.Cache.Server.Access;
using Tercel.Cache.Server.Admin;
using Tercel.Cache.Server.Commands;
using Tercel.Cache.Server.Commands.SingleFlight;
using Tercel.Cache.Server.Memcached;
using Tercel.Cache.Server.Sessions;
using Tercel.Cache.Server.Settings;
using Tercel.Network;
using Tercel.Resp;

namespace Tercel.Cache.Server;

/// <summary>The state all sessions share.</summary>
/// <remarks>Thread: any; every member takes care of itself. Lifetime: made before the loops, disposed after
/// them.</remarks>
internal sealed class CacheServer : IDisposable
{
    private const int SampleMs = 100;

    private readonly RespLimits _limits = RespLimits.Usual;
    private long _lastSessionId;
    private long _sampledMs;
    private KeyspaceStatistics _countsAtReset;

    public CacheServer(CacheServerOptions options, TimeProvider clock)
    {
        Options = options;
        Network = options.Network;
        Clock = clock;
        Keyspace = new Keyspace(options.Keyspace);
        Blocking = new BlockedClients(this);
        Observers = new KeyObservers(this);
        Commands = CommandFamilies.BuildTable();
        Memcached = new MemcachedTable(Commands);
        Policies = new FlightPolicies(Keyspace.Tags);
        Leases = new Leases(Keyspace);
        Statistics = new ServerStatistics(Commands.ById.Count, NowMs);
        Watches = new WatchTable(Keyspace);
        Access = new AccessControl(Live);
        SlowLog = new SlowLog(Live);
        Latency = new LatencyMonitor(Live);
        Config = new ConfigTable(this);
    }

    public CacheServerOptions Options { get; }

    public TimeProvider Clock { get; }

    public Keyspace Keyspace { get; }

    public CommandTable Commands { get; }

    /// <summary>The commands of memcached clients.</summary>
    public MemcachedTable Memcached { get; }

    /// <summary>How keys of a prefix are refilled.</summary>
    public FlightPolicies Policies { get; }

    /// <summary>Who refills which key.</summary>
    public Leases Leases { get; }

    /// <summary>What CONFIG SET can change.</summary>
    public LiveSettings Live => Options.Live;

    /// <summary>All settings by Redis' names.</summary>
    public ConfigTable Config { get; }

    /// <summary>The files that keep the dataset.</summary>
    public IPersistence Persistence { get; set; } = new NoPersistence();

    /// <summary>Users and their rights.</summary>
    public AccessControl Access { get; }

    /// <summary>The limits of connections, which CONFIG SET can change.</summary>
    public NetworkOptions Network { get; set; }

    /// <summary>What the loops count.</summary>
    public ServerStatistics Statistics { get; }

    public SlowLog SlowLog { get; }

    public LatencyMonitor Latency { get; }

    public KeyObservers Observers { get; }

    /// <summary>Keys of WATCH.</summary>
    public WatchTable Watches { get; }

    public SessionTable Sessions { get; } = new();

    /// <summary>CLIENT PAUSE.</summary>
    public PauseState Pause { get; } = new();

    /// <summary>Told of exceptions that commands threw; they are bugs, and the client gets an error.</summary>
    public Action<Exception>? CommandFailed { get; init; }

    /// <summary>Whether replies wait until changes are on the disk.</summary>
    public bool WaitsForDisk => Journal is not null && Live.AppendSync == AppendSync.Always;

    public BlockedClients Blocking { get; }

    /// <summary>Asks the program to stop, with the reason; null where nobody can.</summary>
    public Action<string>? StopRequested { get; set; }

    /// <summary>How many clients do what; whoever keeps the clients sets it.</summary>
    public Func<ClientGauges> Gauges { get; set; } = static () => default;

    /// <summary>Where changes go, or null while none are kept.</summary>
    public IJournal? Journal { get; set; }

    /// <summary>Why commands that write are refused, while they are.</summary>
    public WriteStop WriteStop { get; set; }

    /// <summary>A snapshot is under way: entries are handed to it before they change.</summary>
    public bool IsSnapshotting { get; set; }

    /// <summary>How often keys were changed since the start.</summary>
    public ChangeCounts Changes { get; } = new();

    /// <summary>Units: Unix milliseconds.</summary>
    public long NowMs => Clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>The keyspace's counts since the start or the last CONFIG RESETSTAT.</summary>
    public KeyspaceStatistics CountsSinceReset()
    {
        var now = Keyspace.ReadStatistics();
        var reset = _countsAtReset;
        return now with
        {
            Hits = now.Hits - reset.Hits, Misses = now.Misses - reset.Misses, Expired = now.Expired - reset.Expired,
            Evicted = now.Evicted - reset.Evicted, Invalidated = now.Invalidated - reset.Invalidated,
        };
    }

    /// <summary>Keeps rates and peaks, ten times a second; called by one loop as often as it likes.</summary>
    public void Sample(long nowMs)
    {
        if (nowMs - _sampledMs < SampleMs) return;
        _sampledMs = nowMs;
        Statistics.Sample(nowMs, Statistics.Calls(Commands.ById), Keyspace.ReadStatistics().UsedBytes);
    }

    /// <summary>CONFIG RESETSTAT.</summary>
    public void ResetStatistics()
    {
        lock (Statistics) _countsAtReset = Keyspace.ReadStatistics();
        Statistics.Reset();
    }

    /// <summary>A number no other session has or had.</summary>
    public long NextSessionId() => Interlocked.Increment(ref _lastSessionId);

    /// <summary>What the session's client may send in one command.</summary>
    public RespLimits LimitsOf(Session session) => _limits with
    {
        BulkBytesMax = (int)Live.ArgumentBytesMax, Unauthenticated = session.User is null,
    };

    public void Dispose() => Keyspace.Dispose();
}
