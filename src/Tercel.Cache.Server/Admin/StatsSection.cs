namespace Tercel.Cache.Server.Admin;

/// <summary>INFO stats.</summary>
internal static class StatsSection
{
    public static void Write(CacheServer server, InfoText text)
    {
        var statistics = server.Statistics;
        var (commands, input, output) = statistics.Rates();
        var keyspace = server.CountsSinceReset();
        var clients = server.Gauges();
        text.Section("Stats")
            .Line("total_connections_received", statistics.Sum(static loop => loop.ConnectionsReceived))
            .Line("total_commands_processed", statistics.Calls(server.Commands.ById))
            .Line("instantaneous_ops_per_sec", commands)
            .Line("total_net_input_bytes", statistics.Sum(static loop => loop.InputBytes))
            .Line("total_net_output_bytes", statistics.Sum(static loop => loop.OutputBytes))
            .Zeros("total_net_repl_input_bytes", "total_net_repl_output_bytes")
            .Line("instantaneous_input_kbps", input / 1024, 2).Line("instantaneous_output_kbps", output / 1024, 2)
            .Line("instantaneous_input_repl_kbps", "0.00").Line("instantaneous_output_repl_kbps", "0.00")
            .Line("rejected_connections", statistics.Sum(static loop => loop.ConnectionsRejected))
            .Zeros("sync_full", "sync_partial_ok", "sync_partial_err")
            .Line("expired_keys", keyspace.Expired).Line("expired_stale_perc", "0.00")
            .Zeros("expired_time_cap_reached_count", "expire_cycle_cpu_milliseconds")
            .Line("evicted_keys", keyspace.Evicted)
            .Zeros("evicted_clients", "total_eviction_exceeded_time", "current_eviction_exceeded_time")
            .Line("keyspace_hits", keyspace.Hits).Line("keyspace_misses", keyspace.Misses)
            .Line("pubsub_channels", clients.Channels).Line("pubsub_patterns", clients.Patterns)
            .Line("pubsubshard_channels", clients.ShardChannels)
            .Zeros("latest_fork_usec", "total_forks", "migrate_cached_sockets", "slave_expires_tracked_keys",
                "active_defrag_hits", "active_defrag_misses", "active_defrag_key_hits", "active_defrag_key_misses",
                "total_active_defrag_time", "current_active_defrag_time")
            .Line("tracking_total_keys", clients.TrackedKeys).Line("tracking_total_items", clients.TrackedItems)
            .Line("tracking_total_prefixes", clients.TrackedPrefixes).Line("unexpected_error_replies", 0)
            .Line("total_error_replies", statistics.Errors().Values.Sum()).Line("dump_payload_sanitizations", 0)
            .Line("total_reads_processed", statistics.Sum(static loop => loop.Reads))
            .Line("total_writes_processed", statistics.Sum(static loop => loop.Writes))
            .Zeros("io_threaded_reads_processed", "io_threaded_writes_processed", "reply_buffer_shrinks",
                "reply_buffer_expands");
    }
}
