namespace Tercel.Cache.Server.Settings;

/// <summary>The settings that can change while the server runs, each with what it changes.</summary>
internal static class ConfigParameters
{
    private const long Unlimited = long.MaxValue;
    private static readonly string[] SyncWords = ["everysec", "always", "no"];
    private static readonly (long, long) Natural = (0, int.MaxValue);

    public static IEnumerable<ConfigParameter> Live(CacheServer server) =>
        [.. Memory(server), .. Clients(server), .. Watching(server.Live), .. Files(server)];

    private static IEnumerable<ConfigParameter> Memory(CacheServer server)
    {
        var live = server.Live;
        yield return ConfigParameter.Custom(
            "maxmemory",
            () => server.Keyspace.MemoryBytesMax.ToString(System.Globalization.CultureInfo.InvariantCulture),
            text =>
            {
                if (CacheTypes.MaxMemory(text) is not { } bytes) return "argument must be a memory value";
                server.Keyspace.MemoryBytesMax = bytes == 0 ? CacheTypes.MaxMemory("75%") ?? bytes : bytes;
                return null;
            });
        yield return ConfigParameter.Words(
            "maxmemory-policy", CacheTypes.Policies, () => live.MemoryPolicy, word =>
            {
                live.MemoryPolicy = word;
                server.Keyspace.Eviction = CacheTypes.PolicyOf(word);
            });
        yield return ConfigParameter.Memory(
            "proto-max-bulk-len", (1 << 20, EngineLimits.ValueBytesMax),
            () => live.ArgumentBytesMax, value => live.ArgumentBytesMax = value);
        yield return ConfigParameter.Memory(
            "memcached-max-item-size", (1024, EngineLimits.ValueBytesMax),
            () => live.MemcachedItemBytesMax, value => live.MemcachedItemBytesMax = value);
    }

    private static IEnumerable<ConfigParameter> Clients(CacheServer server)
    {
        var live = server.Live;
        yield return ConfigParameter.Integer(
            "maxclients", (1, 1_000_000),
            () => server.Network.ConnectionsMax, value => server.Network.ConnectionsMax = (int)value);
        yield return ConfigParameter.Integer(
            "timeout", Natural, () => live.IdleSeconds, value => live.IdleSeconds = (int)value);
        yield return ConfigParameter.Bool(
            "protected-mode", () => live.ProtectedMode, value => live.ProtectedMode = value);
        yield return ConfigParameter.Memory(
            "client-query-buffer-limit", (1 << 20, Unlimited),
            () => server.Network.InputBytesMax, value => server.Network.InputBytesMax = value);
        yield return ConfigParameter.Custom(
            "client-output-buffer-limit",
            () => live.Output.ToString(),
            text =>
            {
                if (!OutputLimits.TryParse(text, live.Output, out var limits))
                    return "Wrong number of arguments in buffer limit configuration.";
                live.Output = limits;
                return null;
            });
        yield return ConfigParameter.Memory(
            "maxmemory-clients", (0, Unlimited),
            () => server.Network.BufferBytesMax == Unlimited ? 0 : server.Network.BufferBytesMax,
            value => server.Network.BufferBytesMax = value == 0 ? Unlimited : value);
        yield return ConfigParameter.Integer(
            "tracking-table-max-keys", (0, Unlimited),
            () => live.TrackedKeysMax, value => live.TrackedKeysMax = value);
        yield return ConfigParameter.Custom(
            "requirepass",
            () => live.Password,
            text =>
            {
                live.Password = text;
                server.Access.SetDefaultPassword(text);
                return null;
            });
        yield return ConfigParameter.Integer(
            "acllog-max-len", Natural,
            () => live.AccessLogLengthMax, value => live.AccessLogLengthMax = (int)value);
    }

    private static IEnumerable<ConfigParameter> Watching(LiveSettings live)
    {
        yield return ConfigParameter.Custom(
            "notify-keyspace-events",
            () => KeyEventText.Format(live.NotifiedEvents),
            text =>
            {
                if (!KeyEventText.TryParse(text, out var events))
                    return "Invalid event class character. Use 'Ag$lshzxeKEtmdn'.";
                live.NotifiedEvents = events;
                return null;
            });
        yield return ConfigParameter.Integer(
            "slowlog-log-slower-than", (-1, Unlimited), () => live.SlowLogUs, value => live.SlowLogUs = value);
        yield return ConfigParameter.Integer(
            "slowlog-max-len", Natural,
            () => live.SlowLogLengthMax, value => live.SlowLogLengthMax = (int)value);
        yield return ConfigParameter.Integer(
            "latency-monitor-threshold", (0, Unlimited),
            () => live.LatencyThresholdMs, value => live.LatencyThresholdMs = value);
        yield return ConfigParameter.Bool(
            "latency-tracking", () => live.LatencyTracking, value => live.LatencyTracking = value);
    }

    private static IEnumerable<ConfigParameter> Files(CacheServer server)
    {
        var live = server.Live;
        yield return ConfigParameter.Custom(
            "appendonly",
            () => live.AppendOnly ? "yes" : "no",
            text =>
            {
                if (text is not ("yes" or "no")) return "argument must be 'yes' or 'no'";
                if (server.Persistence.SetAppendOnly(text == "yes") is { } why) return why;
                live.AppendOnly = text == "yes";
                return null;
            });
        yield return ConfigParameter.Words(
            "appendfsync", SyncWords,
            () => live.AppendSync.ToString().ToLowerInvariant(),
            word => live.AppendSync = Enum.Parse<AppendSync>(word, ignoreCase: true));
        yield return ConfigParameter.Integer(
            "auto-aof-rewrite-percentage", Natural,
            () => live.RewritePercentage, value => live.RewritePercentage = (int)value);
        yield return ConfigParameter.Memory(
            "auto-aof-rewrite-min-size", (0, Unlimited),
            () => live.RewriteBytesMin, value => live.RewriteBytesMin = value);
        yield return ConfigParameter.Bool(
            "stop-writes-on-bgsave-error",
            () => live.StopWritesOnSaveError, value => live.StopWritesOnSaveError = value);
        yield return ConfigParameter.Custom(
            "save",
            () => SavePointText.Format(live.SavePoints),
            text =>
            {
                if (!SavePointText.TryParse(text, out var points)) return "Invalid save parameters";
                live.SavePoints = points;
                return null;
            });
        yield return ConfigParameter.Words(
            "shutdown-on-sigterm", ["save", "nosave", "default"],
            () => live.SaveOnStop, word => live.SaveOnStop = word);
    }
}
