namespace Tercel.Cache.Server.Admin;

/// <summary>INFO memory.</summary>
internal static class MemorySection
{
    public static void Write(CacheServer server, InfoText text)
    {
        var keyspace = server.Keyspace.ReadStatistics();
        var buffers = server.Gauges().BufferBytes;
        var used = keyspace.UsedBytes + buffers;
        var rss = Environment.WorkingSet;
        var peak = Math.Max(server.Statistics.PeakBytes, used);
        var data = keyspace.LiveBytes + keyspace.CollectionBytes;
        var max = server.Keyspace.MemoryBytesMax;
        text.Section("Memory")
            .Bytes("used_memory", used).Bytes("used_memory_rss", rss).Bytes("used_memory_peak", peak)
            .Line("used_memory_peak_perc", Percent(used, peak)).Line("used_memory_overhead", Math.Max(used - data, 0))
            .Line("used_memory_startup", 0).Line("used_memory_dataset", data)
            .Line("used_memory_dataset_perc", Percent(data, used))
            .Line("allocator_allocated", used).Line("allocator_active", used).Line("allocator_resident", rss)
            .Bytes("total_system_memory", GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)
            .Line("used_memory_lua", 0).Line("used_memory_vm_eval", 0).Line("used_memory_lua_human", "0B")
            .Zeros("used_memory_scripts_eval", "number_of_cached_scripts", "number_of_functions",
                "number_of_libraries", "used_memory_vm_functions", "used_memory_vm_total")
            .Line("used_memory_vm_total_human", "0B").Line("used_memory_functions", 0).Line("used_memory_scripts", 0)
            .Line("used_memory_scripts_human", "0B")
            .Bytes("maxmemory", max).Line("maxmemory_policy", server.Live.MemoryPolicy)
            .Line("allocator_frag_ratio", "1.00").Line("allocator_frag_bytes", 0)
            .Line("allocator_rss_ratio", Ratio(rss, used), 2).Line("allocator_rss_bytes", rss - used)
            .Line("rss_overhead_ratio", "1.00").Line("rss_overhead_bytes", 0)
            .Line("mem_fragmentation_ratio", Ratio(rss, used), 2).Line("mem_fragmentation_bytes", rss - used)
            .Zeros("mem_not_counted_for_evict", "mem_replication_backlog", "mem_total_replication_buffers",
                "mem_clients_slaves")
            .Line("mem_clients_normal", buffers).Line("mem_cluster_links", 0)
            .Line("mem_aof_buffer", server.Persistence.State.AppendBufferBytes)
            .Line("mem_allocator", "tercel").Zeros("active_defrag_running", "lazyfree_pending_objects",
                "lazyfreed_objects");
    }

    private static double Ratio(long part, long whole) => whole > 0 ? (double)part / whole : 1;

    private static string Percent(long part, long whole) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{100 * Ratio(part, whole):F2}%");
}
