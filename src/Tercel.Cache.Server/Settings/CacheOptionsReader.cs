using System.Net;
using Tercel.Cache.Server.Persistence;
using Tercel.Chassis.Configuration;
using Tercel.Network;
using Tercel.Primitives;
using ChassisValues = Tercel.Chassis.Configuration.Settings;

namespace Tercel.Cache.Server.Settings;

/// <summary>Turns settings into the options of the server, its loops and its listeners.</summary>
internal static class CacheOptionsReader
{
    /// <summary>The options of the server, with the first values of what can change.</summary>
    public static CacheServerOptions Server(ChassisValues settings, string? configFile)
    {
        var policy = settings.Get(CacheSettings.MaxMemoryPolicy);
        return new CacheServerOptions
        {
            Keyspace = new KeyspaceOptions
            {
                MemoryBytesMax = MemoryBytes(settings), Eviction = CacheTypes.PolicyOf(policy),
            },
            Network = Network(settings),
            Persistence = Files(settings),
            Databases = settings.Get(CacheSettings.Databases),
            ConfigFile = configFile,
            FixedSettings = Texts(settings),
            Live = Live(settings, policy),
        };
    }

    private static PersistenceOptions Files(ChassisValues settings) => new()
    {
        Folder = Path.GetFullPath(settings.Get(CacheFileSettings.Dir)),
        SnapshotName = settings.Get(CacheFileSettings.DbFileName),
        AppendFolderName = settings.Get(CacheFileSettings.AppendDirName),
        AppendName = settings.Get(CacheFileSettings.AppendFileName),
        LoadsTruncated = settings.Get(CacheFileSettings.AofLoadTruncated),
        Compresses = settings.Get(CacheFileSettings.RdbCompression),
        PutsDamagedAside = settings.Get(CacheFileSettings.DamagedFiles) == "aside",
    };

    private static NetworkOptions Network(ChassisValues settings) => new()
    {
        LoopCount = Loops(settings.Get(CacheSettings.Loops)),
        ConnectionsMax = settings.Get(CacheSettings.MaxClients),
        BufferBytesMax = settings.Get(CacheSettings.BufferMemory) is > 0 and var bytes ? bytes : long.MaxValue,
        InputBytesMax = settings.Get(CacheSettings.ClientQueryBufferLimit),
    };

    // A loop with more connections serves more requests per wake-up, and the kernel's half of the network work needs
    // processors too: docs/decisions/0053-loops-of-the-cache.md has the numbers.
    private static int Loops(int wanted) => wanted > 0 ? wanted : Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>Where to listen, or what does not go together.</summary>
    public static Result<IReadOnlyList<Listener>> Listeners(ChassisValues settings)
    {
        var listeners = new List<Listener>();
        var tlsPort = settings.Get(CacheSettings.TlsPort);
        var tls = Tls(settings);
        if (tlsPort > 0 && tls is null)
        {
            return new Error(
                SettingsErrors.MissingValue, "--tls-port needs --tls-cert-file and --tls-key-file, PEM files");
        }

        foreach (var text in CacheTypes.SplitAddresses(settings.Get(CacheSettings.Bind)))
        {
            if (!CacheTypes.TryAddress(text, out var address, out var mayBeMissing)) continue;
            if (mayBeMissing && !IsHere(address)) continue;
            Add(settings.Get(CacheSettings.Port), null, ListenerProtocol.Redis);
            Add(tlsPort, tls, ListenerProtocol.Redis);
            Add(settings.Get(CacheSettings.MemcachedPort), null, ListenerProtocol.Memcached);

            void Add(int port, TlsOptions? options, ListenerProtocol protocol)
            {
                if (port == 0) return;
                var place = new IPEndPoint(address, port);
                listeners.Add(new Listener
                {
                    EndPoint = place, Tls = options, Tag = protocol, RefusalMessage = Refusal(protocol),
                });
            }
        }

        if (settings.Get(CacheSettings.UnixSocket) is { Length: > 0 } path)
        {
            var protocol = ListenerProtocol.Redis;
            listeners.Add(new Listener { UnixPath = path, Tag = protocol, RefusalMessage = Refusal(protocol) });
        }

        return listeners.Count > 0
            ? listeners
            : new Error(SettingsErrors.InvalidValue, "there is nothing to listen on: set a port or a Unix socket");
    }

    /// <summary>What a client hears that is one too many.</summary>
    private static ReadOnlyMemory<byte> Refusal(ListenerProtocol protocol) =>
        protocol == ListenerProtocol.Redis
            ? "-ERR max number of clients reached\r\n"u8.ToArray()
            : "ERROR Too many open connections\r\n"u8.ToArray();

    public static long MemoryBytes(ChassisValues settings) =>
        CacheTypes.MaxMemory(settings.Get(CacheSettings.MaxMemory)) is > 0 and var bytes
            ? bytes
            : CacheTypes.MaxMemory(CacheSettings.MaxMemory.Default) ?? 1L << 30;

    private static LiveSettings Live(ChassisValues settings, string policy) => new()
    {
        IdleSeconds = settings.Get(CacheSettings.Timeout),
        ProtectedMode = settings.Get(CacheSettings.ProtectedMode),
        ArgumentBytesMax = settings.Get(CacheSettings.ProtoMaxBulkLen),
        Output = settings.Get(CacheSettings.ClientOutputBufferLimit),
        MemoryPolicy = policy,
        Password = settings.Get(CacheSettings.RequirePass),
        MemcachedItemBytesMax = settings.Get(CacheSettings.MemcachedItemBytesMax),
        TrackedKeysMax = settings.Get(CacheSettings.TrackingTableMaxKeys),
        NotifiedEvents = settings.Get(CacheSettings.NotifyKeyspaceEvents),
        SlowLogUs = settings.Get(CacheSettings.SlowLogLogSlowerThan),
        SlowLogLengthMax = settings.Get(CacheSettings.SlowLogMaxLen),
        LatencyThresholdMs = settings.Get(CacheSettings.LatencyMonitorThreshold),
        LatencyTracking = settings.Get(CacheSettings.LatencyTracking),
        AccessLogLengthMax = settings.Get(CacheSettings.AclLogMaxLen),
        AppendOnly = settings.Get(CacheFileSettings.AppendOnly),
        AppendSync = settings.Get(CacheFileSettings.AppendFsync),
        RewritePercentage = settings.Get(CacheFileSettings.AutoAofRewritePercentage),
        RewriteBytesMin = settings.Get(CacheFileSettings.AutoAofRewriteMinSize),
        StopWritesOnSaveError = settings.Get(CacheFileSettings.StopWritesOnBgSaveError),
        SavePoints = settings.Get(CacheFileSettings.Save),
        DebugFor = settings.Get(CacheSettings.EnableDebugCommand),
        SaveOnStop = settings.Get(CacheFileSettings.ShutdownOnSigterm),
    };

    private static Dictionary<string, string> Texts(ChassisValues settings)
    {
        var texts = CacheSettings.All.Concat(CacheFileSettings.All).Where(static setting => !setting.IsSecret)
            .ToDictionary(static setting => CacheSettings.NameOf(setting.Key), settings.TextOf);
        texts["dir"] = Path.GetFullPath(settings.Get(CacheFileSettings.Dir));
        return texts;
    }

    private static TlsOptions? Tls(ChassisValues settings)
    {
        var certificate = settings.Get(CacheSettings.TlsCertFile);
        var key = settings.Get(CacheSettings.TlsKeyFile);
        if (certificate.Length == 0 || key.Length == 0) return null;
        var authority = settings.Get(CacheSettings.TlsCaCertFile);
        var clients = settings.Get(CacheSettings.TlsAuthClients);
        return new TlsOptions
        {
            CertificateFile = certificate,
            KeyFile = key,
            ClientAuthorityFile = authority.Length == 0 || clients == "no" ? null : authority,
            ClientCertificateRequired = clients == "yes",
        };
    }

    // Whether this machine has the address; "any" of a family it has not is missing too.
    private static bool IsHere(IPAddress address)
    {
        try
        {
            using var probe = new System.Net.Sockets.Socket(
                address.AddressFamily, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
            probe.Bind(new IPEndPoint(address, 0));
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }
}
