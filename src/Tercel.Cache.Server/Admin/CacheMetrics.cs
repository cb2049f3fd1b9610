using Tercel.Chassis.Observability;
using Tercel.Network;

namespace Tercel.Cache.Server.Admin;

/// <summary>What <c>/metrics</c> tells of the cache.</summary>
internal static class CacheMetrics
{
    /// <summary>Registers all metrics; they are read when somebody asks.</summary>
    public static void Register(MetricsRegistry registry, CacheServer server)
    {
        Keyspace(registry, server);
        Clients(registry, server);
        Files(registry, server);
    }

    /// <summary>Registers what the loops tell; once they are there.</summary>
    public static void RegisterLoops(MetricsRegistry registry, LoopGroup loops)
    {
        foreach (var loop in loops.Loops)
        {
            var label = ("loop", loop.Index.ToString(System.Globalization.CultureInfo.InvariantCulture));
            registry.CounterFrom(
                "tercel_cache_loop_busy_seconds_total",
                "Time that each loop was at work; its rate is the loop's utilisation.",
                () => loop.BusyMicroseconds / 1e6, label);
            registry.Gauge(
                "tercel_cache_loop_connections", "Connections of each loop.", () => loop.ConnectionCount, label);
        }

        registry.CounterFrom(
            "tercel_cache_buffer_overflows_total", "Clients closed because they kept too much input or output.",
            () => loops.BufferOverflows);
        registry.CounterFrom(
            "tercel_cache_failures_total", "Errors of the server itself while it served a client; each is a bug.",
            () => loops.HandlerFailures);
        registry.CounterFrom(
            "tercel_cache_connections_refused_total", "Client connections refused because of maxclients.",
            () => loops.Connections.Refused);
    }

    private static void Keyspace(MetricsRegistry registry, CacheServer server)
    {
        const string Reads = "tercel_cache_reads_total";
        const string ReadsHelp = "Keys looked up by commands that read, by whether they were there.";
        const string Removals = "tercel_cache_removals_total";
        const string RemovalsHelp = "Keys that went without a command asking for it, by cause.";
        registry.CounterFrom(Reads, ReadsHelp, () => server.Keyspace.ReadStatistics().Hits, ("result", "hit"));
        registry.CounterFrom(Reads, ReadsHelp, () => server.Keyspace.ReadStatistics().Misses, ("result", "miss"));
        registry.CounterFrom(
            Removals, RemovalsHelp, () => server.Keyspace.ReadStatistics().Expired, ("cause", "expired"));
        registry.CounterFrom(
            Removals, RemovalsHelp, () => server.Keyspace.ReadStatistics().Evicted, ("cause", "evicted"));
        registry.CounterFrom(
            Removals, RemovalsHelp, () => server.Keyspace.ReadStatistics().Invalidated, ("cause", "invalidated"));
        for (var database = 0; database < server.Options.Databases; database++)
        {
            var number = database;
            registry.Gauge(
                "tercel_cache_keys", "Keys of each database.", () => server.Keyspace.Count(number),
                ("db", number.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        }

        const string Memory = "tercel_cache_memory_bytes";
        const string MemoryHelp = "Memory in use, by purpose; `live` is the part of `segments` that holds entries.";
        registry.Gauge(Memory, MemoryHelp, () => server.Keyspace.ReadStatistics().SegmentBytes, ("use", "segments"));
        registry.Gauge(Memory, MemoryHelp, () => server.Keyspace.ReadStatistics().LiveBytes, ("use", "live"));
        registry.Gauge(Memory, MemoryHelp, () => server.Keyspace.ReadStatistics().IndexBytes, ("use", "index"));
        registry.Gauge(
            Memory, MemoryHelp, () => server.Keyspace.ReadStatistics().CollectionBytes, ("use", "collections"));
        registry.Gauge(Memory, MemoryHelp, () => server.Gauges().BufferBytes, ("use", "buffers"));
        registry.Gauge(
            "tercel_cache_memory_max_bytes", "The maximum for the data: maxmemory.",
            () => server.Keyspace.MemoryBytesMax);
        registry.CounterFrom(
            "tercel_cache_out_of_memory_total", "Commands refused because memory was full.",
            () => server.Statistics.OutOfMemory);
    }

    private static void Clients(MetricsRegistry registry, CacheServer server)
    {
        const string Connections = "tercel_cache_connections";
        const string ConnectionsHelp = "Client connections, by what they do; `open` is all.";
        registry.Gauge(Connections, ConnectionsHelp, () => server.Gauges().Connected, ("state", "open"));
        registry.Gauge(Connections, ConnectionsHelp, () => server.Gauges().Blocked, ("state", "blocked"));
        registry.Gauge(Connections, ConnectionsHelp, () => server.Gauges().Subscribed, ("state", "subscribed"));
        registry.Gauge(Connections, ConnectionsHelp, () => server.Gauges().Tracking, ("state", "tracking"));
        registry.CounterFrom(
            "tercel_cache_connections_accepted_total", "Client connections accepted.",
            () => server.Statistics.Sum(static loop => loop.ConnectionsReceived));
        const string Network = "tercel_cache_network_bytes_total";
        const string NetworkHelp = "Bytes exchanged with clients.";
        registry.CounterFrom(
            Network, NetworkHelp, () => server.Statistics.Sum(static loop => loop.InputBytes), ("direction", "in"));
        registry.CounterFrom(
            Network, NetworkHelp, () => server.Statistics.Sum(static loop => loop.OutputBytes), ("direction", "out"));
        CommandMetrics.Register(registry, server);
    }

    private static void Files(MetricsRegistry registry, CacheServer server)
    {
        registry.Gauge(
            "tercel_cache_loading", "1 while the dataset is read at start.",
            () => server.Persistence.State.IsLoading ? 1 : 0);
        registry.Gauge(
            "tercel_cache_unsaved_changes", "Changes since the last snapshot.",
            () => server.Persistence.State.ChangesSinceSave);
        registry.Gauge(
            "tercel_cache_snapshot_time_seconds", "Unix time of the last snapshot.",
            () => server.Persistence.State.LastSaveUnixSeconds);
        registry.Gauge(
            "tercel_cache_snapshot_ok", "1 when the last snapshot succeeded.",
            () => server.Persistence.State.LastSaveOk ? 1 : 0);
        registry.CounterFrom(
            "tercel_cache_snapshots_total", "Snapshots written.", () => server.Persistence.State.Saves);
        registry.Gauge(
            "tercel_cache_append_bytes", "Size of the append-only files.",
            () => server.Persistence.State.AppendBytes);
        registry.Gauge(
            "tercel_cache_append_ok", "1 when the last write to the append-only file succeeded.",
            () => server.Persistence.State.LastWriteOk ? 1 : 0);
        registry.CounterFrom(
            "tercel_cache_append_rewrites_total", "Times the append-only file was written anew.",
            () => server.Persistence.State.Rewrites);
    }
}
