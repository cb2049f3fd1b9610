using System.Runtime.InteropServices;

namespace Tercel.Cache.Server.Admin;

/// <summary>The sections of INFO, named and filled as tools for Redis read them.</summary>
/// <remarks>What does not exist here (forks, scripts, replicas) is told as Redis tells it when unused. Source: INFO of
/// Redis 7.0.</remarks>
internal static class InfoSections
{
    /// <summary>Sections by name, in order; the second member says whether plain INFO has it.</summary>
    private static readonly (string Name, bool IsDefault, Action<CacheServer, InfoText> Write)[] All =
    [
        ("server", true, Server), ("clients", true, Clients), ("memory", true, MemorySection.Write),
        ("persistence", true, Persistence), ("stats", true, StatsSection.Write), ("replication", true, Replication),
        ("cpu", true, Cpu), ("modules", true, static (_, text) => text.Section("Modules")),
        ("commandstats", false, CommandSections.Counts), ("errorstats", true, CommandSections.Errors),
        ("latencystats", false, CommandSections.Latencies),
        ("cluster", true, static (_, text) => text.Section("Cluster").Line("cluster_enabled", 0)),
        ("keyspace", true, Keyspace), ("tercel", false, TercelSection.Write),
        ("prefixes", false, WhatIfSections.Prefixes), ("missratio", false, WhatIfSections.MissRatio),
    ];

    /// <summary>The sections that the words ask for; without words the usual ones.</summary>
    public static string Write(CacheServer server, IReadOnlyCollection<string> words)
    {
        var asked = words.Select(static word => word.ToLowerInvariant()).ToHashSet();
        var usual = asked.Count == 0 || asked.Contains("default");
        var everything = asked.Contains("all") || asked.Contains("everything");
        var text = new InfoText();
        foreach (var (name, isDefault, write) in All)
            if (everything || (usual && isDefault) || asked.Contains(name)) write(server, text);
        return text.ToString();
    }

    private static void Server(CacheServer server, InfoText text)
    {
        var now = server.NowMs;
        var uptime = Math.Max(now - server.Statistics.StartMs, 0) / 1000;
        server.Config.TryFind("port", out var port);
        text.Section("Server")
            .Line("redis_version", ServerVersion.Redis).Line("redis_git_sha1", "00000000").Line("redis_git_dirty", 0)
            .Line("redis_build_id", "tercel").Line("redis_mode", "standalone")
            .Line("tercel_version", ServerVersion.Tercel)
            .Line("os", RuntimeInformation.OSDescription).Line("arch_bits", 64)
            .Line("monotonic_clock", "POSIX clock_gettime")
            .Line("multiplexing_api", OperatingSystem.IsLinux() ? "epoll" : "poll")
            .Line("atomicvar_api", "dotnet").Line("gcc_version", "0.0.0")
            .Line("process_id", Environment.ProcessId).Line("process_supervised", "no")
            .Line("run_id", server.Statistics.RunId).Line("tcp_port", port?.Value ?? "0")
            .Line("server_time_usec", now * 1000).Line("uptime_in_seconds", uptime)
            .Line("uptime_in_days", uptime / 86400).Line("hz", 10).Line("configured_hz", 10)
            .Line("lru_clock", now / 1000 & 0xFFFFFF).Line("executable", Environment.ProcessPath ?? "")
            .Line("config_file", server.Options.ConfigFile ?? "")
            .Line("io_threads_active", server.Statistics.Loops.Count > 1);
    }

    private static void Clients(CacheServer server, InfoText text)
    {
        var clients = server.Gauges();
        text.Section("Clients")
            .Line("connected_clients", clients.Connected).Line("cluster_connections", 0)
            .Line("maxclients", server.Network.ConnectionsMax)
            .Zeros("client_recent_max_input_buffer", "client_recent_max_output_buffer")
            .Line("blocked_clients", clients.Blocked).Line("tracking_clients", clients.Tracking)
            .Line("pubsub_clients", clients.Subscribed).Line("clients_in_timeout_table", clients.Blocked);
    }

    private static void Persistence(CacheServer server, InfoText text)
    {
        var state = server.Persistence.State;
        text.Section("Persistence")
            .Line("loading", state.IsLoading).Line("async_loading", 0)
            .Zeros("current_cow_peak", "current_cow_size", "current_cow_size_age").Line("current_fork_perc", "0.00")
            .Zeros("current_save_keys_processed", "current_save_keys_total")
            .Line("rdb_changes_since_last_save", state.ChangesSinceSave)
            .Line("rdb_bgsave_in_progress", state.IsSaving).Line("rdb_last_save_time", state.LastSaveUnixSeconds)
            .Line("rdb_last_bgsave_status", state.LastSaveOk ? "ok" : "err")
            .Line("rdb_last_bgsave_time_sec", state.LastSaveSeconds)
            .Line("rdb_current_bgsave_time_sec", state.CurrentSaveSeconds).Line("rdb_saves", state.Saves)
            .Line("rdb_last_cow_size", 0).Line("rdb_last_load_keys_expired", 0)
            .Line("rdb_last_load_keys_loaded", state.LoadedKeys)
            .Line("aof_enabled", state.IsAppending).Line("aof_rewrite_in_progress", state.IsRewriting)
            .Line("aof_rewrite_scheduled", 0).Line("aof_last_rewrite_time_sec", state.LastRewriteSeconds)
            .Line("aof_current_rewrite_time_sec", state.CurrentRewriteSeconds)
            .Line("aof_last_bgrewrite_status", state.LastRewriteOk ? "ok" : "err")
            .Line("aof_rewrites", state.Rewrites).Line("aof_rewrites_consecutive_failures", state.LastRewriteOk ? 0 : 1)
            .Line("aof_last_write_status", state.LastWriteOk ? "ok" : "err")
            .Zeros("aof_last_cow_size", "module_fork_in_progress", "module_fork_last_cow_size");
        if (state.IsAppending)
        {
            text.Line("aof_current_size", state.AppendBytes).Line("aof_base_size", state.AppendBaseBytes)
                .Line("aof_pending_rewrite", 0).Line("aof_buffer_length", state.AppendBufferBytes)
                .Zeros("aof_pending_bio_fsync")
                .Line("aof_delayed_fsync", state.DelayedSyncs);
        }

        if (!state.IsLoading) return;
        var percent = state.LoadingBytes > 0 ? 100.0 * state.LoadedBytes / state.LoadingBytes : 0;
        text.Line("loading_start_time", server.Statistics.StartMs / 1000)
            .Line("loading_total_bytes", state.LoadingBytes).Line("loading_loaded_bytes", state.LoadedBytes)
            .Line("loading_loaded_perc", percent, 2).Line("loading_eta_seconds", 1);
    }

    private static void Replication(CacheServer server, InfoText text) => text.Section("Replication")
        .Line("role", "master").Line("connected_slaves", 0).Line("master_failover_state", "no-failover")
        .Line("master_replid", server.Statistics.RunId).Line("master_replid2", new string('0', 40))
        .Line("master_repl_offset", 0).Line("second_repl_offset", -1).Line("repl_backlog_active", 0)
        .Line("repl_backlog_size", 1 << 20).Zeros("repl_backlog_first_byte_offset", "repl_backlog_histlen");

    private static void Cpu(CacheServer server, InfoText text)
    {
        var usage = Environment.CpuUsage;
        text.Section("CPU")
            .Line("used_cpu_sys", usage.PrivilegedTime.TotalSeconds, 6)
            .Line("used_cpu_user", usage.UserTime.TotalSeconds, 6)
            .Line("used_cpu_sys_children", "0.000000").Line("used_cpu_user_children", "0.000000");
    }

    private static void Keyspace(CacheServer server, InfoText text)
    {
        text.Section("Keyspace");
        for (var database = 0; database < server.Options.Databases; database++)
        {
            var keys = server.Keyspace.Count(database);
            if (keys > 0) text.Line($"db{database}", $"keys={keys},expires=0,avg_ttl=0");
        }
    }
}
