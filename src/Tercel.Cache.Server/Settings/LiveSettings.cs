using Tercel.Cache.Server.Commands;

namespace Tercel.Cache.Server.Settings;

/// <summary>What CONFIG SET can change while the server runs; the parts read it where they use it.</summary>
/// <remarks>Thread: read by any loop, written by one CONFIG SET at a time; every member is one machine word, so a
/// reader sees the old or the new value. Names beside the members are those of CONFIG GET.</remarks>
internal sealed class LiveSettings
{
    /// <summary><c>timeout</c>: an idle client is closed after so long; 0 = never. Units: seconds.</summary>
    public int IdleSeconds { get; set; }

    /// <summary><c>protected-mode</c>: without a password only loopback may connect.</summary>
    public bool ProtectedMode { get; set; } = true;

    /// <summary><c>proto-max-bulk-len</c>: largest argument. Units: bytes.</summary>
    public long ArgumentBytesMax { get; set; } = EngineLimits.ValueBytesMax;

    /// <summary><c>client-output-buffer-limit</c>, replaced as a whole.</summary>
    public OutputLimits Output { get; set; } = new();

    /// <summary><c>maxmemory-policy</c>, as it was named; the keyspace has what it means.</summary>
    public string MemoryPolicy { get; set; } = CacheTypes.AllKeysLru;

    /// <summary><c>requirepass</c>, for CONFIG GET; empty = none.</summary>
    public string Password { get; set; } = "";

    /// <summary><c>memcached-max-item-size</c>. Units: bytes.</summary>
    public long MemcachedItemBytesMax { get; set; } = 1L << 20;

    /// <summary><c>tracking-table-max-keys</c>; 0 = no limit.</summary>
    public long TrackedKeysMax { get; set; } = 1_000_000;

    /// <summary><c>notify-keyspace-events</c>.</summary>
    public KeyEvents NotifiedEvents { get; set; }

    /// <summary><c>slowlog-log-slower-than</c>; negative = never. Units: microseconds.</summary>
    public long SlowLogUs { get; set; } = 10_000;

    /// <summary><c>slowlog-max-len</c>.</summary>
    public int SlowLogLengthMax { get; set; } = 128;

    /// <summary><c>latency-monitor-threshold</c>; 0 = off. Units: milliseconds.</summary>
    public long LatencyThresholdMs { get; set; }

    /// <summary><c>latency-tracking</c>: histograms per command.</summary>
    public bool LatencyTracking { get; set; } = true;

    /// <summary><c>acllog-max-len</c>.</summary>
    public int AccessLogLengthMax { get; set; } = 128;

    /// <summary><c>appendonly</c>.</summary>
    public bool AppendOnly { get; set; }

    /// <summary><c>appendfsync</c>.</summary>
    public AppendSync AppendSync { get; set; } = AppendSync.EverySec;

    /// <summary><c>auto-aof-rewrite-percentage</c>; 0 = never by itself.</summary>
    public int RewritePercentage { get; set; } = 100;

    /// <summary><c>auto-aof-rewrite-min-size</c>. Units: bytes.</summary>
    public long RewriteBytesMin { get; set; } = 64L << 20;

    /// <summary><c>stop-writes-on-bgsave-error</c>.</summary>
    public bool StopWritesOnSaveError { get; set; } = true;

    /// <summary><c>save</c>: a snapshot after so many seconds with so many changes; empty = only when asked for. An
    /// immutable list, replaced as a whole.</summary>
    public IReadOnlyList<SavePoint> SavePoints { get; set; } = [];

    /// <summary><c>shutdown-on-sigterm</c>: <c>save</c>, <c>nosave</c> or <c>default</c>.</summary>
    public string SaveOnStop { get; set; } = "default";

    /// <summary><c>enable-debug-command</c>: who may use DEBUG: <c>no</c>, <c>local</c>, <c>yes</c>.</summary>
    public string DebugFor { get; init; } = "local";

    /// <summary>DEBUG SET-ACTIVE-EXPIRE: whether expired keys are removed before somebody meets them.</summary>
    public bool ActiveExpiry { get; set; } = true;
}

/// <summary>How much output a client may have waiting: closed over the hard limit at once, over the soft one after its
/// time.</summary>
/// <remarks>Units: bytes, seconds; 0 = no limit. A class, so that readers never see half of a change.</remarks>
internal sealed record OutputLimit(long HardBytes, long SoftBytes, int SoftSeconds)
{
    public static OutputLimit None { get; } = new(0, 0, 0);
}

/// <summary>When the append-only file is made durable.</summary>
internal enum AppendSync
{
    Always,
    EverySec,
    No,
}

/// <summary>A snapshot is due after that time when at least so many keys changed.</summary>
internal readonly record struct SavePoint(int Seconds, int Changes);
