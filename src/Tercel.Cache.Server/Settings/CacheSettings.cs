using Tercel.Cache.Server.Commands;
using Tercel.Chassis.Configuration;

namespace Tercel.Cache.Server.Settings;

/// <summary>The settings of the cache server that have to do with connections, memory and watching; see
/// <see cref="CacheFileSettings"/> for the others.</summary>
/// <remarks>Names are Redis' where Redis has the setting: <c>maxmemory-policy</c> is <c>cache.maxmemory_policy</c>,
/// <c>--maxmemory-policy</c> and <c>TERCEL_CACHE_MAXMEMORY_POLICY</c>.</remarks>
internal static class CacheSettings
{
    public const string Prefix = "cache.";
    public const string VariablePrefix = "TERCEL_CACHE_";

    public static readonly Setting<int> Port = Declare(
        "port", SettingType.Int(0, 65535), 6379, "The port for Redis clients; 0 = no TCP port.");

    public static readonly Setting<string> Bind = Declare(
        "bind", CacheTypes.Addresses, "127.0.0.1", "The addresses to listen on, several between spaces or commas.");

    public static readonly Setting<string> UnixSocket = Declare(
        "unixsocket", SettingType.Text(100), "", "The path of a Unix socket to listen on too.");

    public static readonly Setting<int> TlsPort = Declare(
        "tls-port", SettingType.Int(0, 65535), 0, "The port for TLS clients; 0 = none.");

    public static readonly Setting<string> TlsCertFile = Declare(
        "tls-cert-file", SettingType.Text(), "", "The certificate chain for TLS, PEM.");

    public static readonly Setting<string> TlsKeyFile = Declare(
        "tls-key-file", SettingType.Text(), "", "The private key of the certificate, PEM.");

    public static readonly Setting<string> TlsCaCertFile = Declare(
        "tls-ca-cert-file", SettingType.Text(), "", "The authorities that client certificates must come from, PEM.");

    public static readonly Setting<string> TlsAuthClients = Declare(
        "tls-auth-clients", CacheTypes.Words("yes", "no", "optional"), "yes",
        "Whether clients must show a certificate when there is a `tls-ca-cert-file`.");

    public static readonly Setting<int> MemcachedPort = Declare(
        "memcached-port", SettingType.Int(0, 65535), 0, "The port for memcached clients; 0 = none.");

    public static readonly Setting<long> MemcachedItemBytesMax = Declare(
        "memcached-max-item-size", CacheTypes.Memory(1024, EngineLimits.ValueBytesMax), 1L << 20,
        "Largest value a memcached client may store.");

    public static readonly Setting<int> AdminPort = Declare(
        "admin-port", SettingType.Int(0, 65535), 0,
        "The port of `/metrics`, `/livez` and `/readyz`; 0 = none.");

    public static readonly Setting<string> AdminBind = Declare(
        "admin-bind", SettingType.Text(64), "127.0.0.1",
        "The address of the admin port: an IP address, `localhost`, or `*` for all.");

    public static readonly Setting<int> Loops = Declare(
        "loops", SettingType.Int(0, 1024), 0, "Threads that serve clients; 0 = half the processors, at least one.");

    public static readonly Setting<int> Databases = Declare(
        "databases", SettingType.Int(1, EngineLimits.DatabaseCount), EngineLimits.DatabaseCount,
        "Databases that SELECT knows.");

    public static readonly Setting<string> MaxMemory = Declare(
        "maxmemory", CacheTypes.MemoryOrPercent, "75%",
        "Memory for the data: a size, or a part of the memory of the machine or control group.");

    public static readonly Setting<string> MaxMemoryPolicy = Declare(
        "maxmemory-policy", CacheTypes.Policy, CacheTypes.AllKeysLru,
        "What to evict when memory is full: any key (`allkeys-*`), keys with a time to live (`volatile-*`), nothing.");

    public static readonly Setting<string> RequirePass = new(
        Prefix + "requirepass", SettingType.Text(512), "", "The password of the default user.")
    {
        Alias = VariablePrefix + "REQUIREPASS",
        Flag = "--requirepass",
        IsSecret = true,
    };

    public static readonly Setting<bool> ProtectedMode = Declare(
        "protected-mode", SettingType.Bool, true,
        "Without a password, only clients of this machine are let in.");

    public static readonly Setting<string> AclFile = Declare(
        "aclfile", SettingType.Text(), "", "A file of users, one `user NAME RULES` per line.");

    public static readonly Setting<string> EnableDebugCommand = Declare(
        "enable-debug-command", CacheTypes.Words("no", "local", "yes"), "local",
        "Who may use DEBUG: nobody, clients of this machine, or all with the right to.");

    public static readonly Setting<int> MaxClients = Declare(
        "maxclients", SettingType.Int(1, 1_000_000), 10_000, "Clients served at the same time; more are refused.");

    public static readonly Setting<int> Timeout = Declare(
        "timeout", SettingType.Int(0, int.MaxValue), 0, "A client idle for so many seconds is closed; 0 = never.");

    public static readonly Setting<long> ProtoMaxBulkLen = Declare(
        "proto-max-bulk-len", CacheTypes.Memory(1 << 20, EngineLimits.ValueBytesMax), EngineLimits.ValueBytesMax,
        "Largest argument of a command.");

    public static readonly Setting<long> ClientQueryBufferLimit = Declare(
        "client-query-buffer-limit", CacheTypes.Memory(1 << 20, 1L << 40), 1L << 30,
        "Largest command as a whole.");

    public static readonly Setting<OutputLimits> ClientOutputBufferLimit = Declare(
        "client-output-buffer-limit", CacheTypes.OutputLimits, new OutputLimits(),
        "Output a client may leave unread: over the hard limit it is closed at once, over the soft one in time.");

    public static readonly Setting<long> BufferMemory = Declare(
        "maxmemory-clients", CacheTypes.Memory(0, 1L << 40), 256L << 20,
        "Input and output that all clients together may keep; whoever asks for more is closed.");

    public static readonly Setting<int> TrackingTableMaxKeys = Declare(
        "tracking-table-max-keys", SettingType.Int(0, int.MaxValue), 1_000_000,
        "Keys remembered for client-side caching; 0 = no limit.");

    public static readonly Setting<KeyEvents> NotifyKeyspaceEvents = Declare(
        "notify-keyspace-events", CacheTypes.Events, KeyEvents.None,
        "Which changes of keys are published, as letters of `KEg$lshzxenmA`.");

    public static readonly Setting<int> SlowLogLogSlowerThan = Declare(
        "slowlog-log-slower-than", SettingType.Int(-1, int.MaxValue), 10_000,
        "Commands that take at least so many microseconds stand in SLOWLOG; -1 = none.");

    public static readonly Setting<int> SlowLogMaxLen = Declare(
        "slowlog-max-len", SettingType.Int(0, 1_000_000), 128, "Entries that SLOWLOG keeps.");

    public static readonly Setting<int> LatencyMonitorThreshold = Declare(
        "latency-monitor-threshold", SettingType.Int(0, int.MaxValue), 0,
        "What takes at least so many milliseconds stands in LATENCY; 0 = nothing.");

    public static readonly Setting<bool> LatencyTracking = Declare(
        "latency-tracking", SettingType.Bool, true, "Keeps a histogram of the duration of every command.");

    public static readonly Setting<int> AclLogMaxLen = Declare(
        "acllog-max-len", SettingType.Int(0, 1_000_000), 128, "Entries that ACL LOG keeps.");

    public static IReadOnlyList<Setting> All { get; } =
    [
        Port, Bind, UnixSocket, TlsPort, TlsCertFile, TlsKeyFile, TlsCaCertFile, TlsAuthClients, MemcachedPort,
        MemcachedItemBytesMax, AdminPort, AdminBind, Loops, Databases, MaxMemory, MaxMemoryPolicy, RequirePass,
        ProtectedMode, AclFile, EnableDebugCommand, MaxClients, Timeout, ProtoMaxBulkLen, ClientQueryBufferLimit,
        ClientOutputBufferLimit, BufferMemory, TrackingTableMaxKeys, NotifyKeyspaceEvents, SlowLogLogSlowerThan,
        SlowLogMaxLen, LatencyMonitorThreshold, LatencyTracking, AclLogMaxLen,
    ];

    /// <summary>The key of a setting with Redis' name: <c>maxmemory-policy</c> is
    /// <c>cache.maxmemory_policy</c>.</summary>
    public static string KeyOf(string redisName) =>
        Prefix + redisName.Replace('-', '_').ToLowerInvariant();

    /// <summary>The name that CONFIG GET uses for a key.</summary>
    public static string NameOf(string key) => key[Prefix.Length..].Replace('_', '-');

    internal static Setting<T> Declare<T>(string name, SettingType<T> type, T @default, string description)
        where T : notnull =>
        new(KeyOf(name), type, @default, description)
        {
            Alias = VariablePrefix + name.Replace('-', '_').ToUpperInvariant(),
            Flag = "--" + name,
        };
}
