namespace Tercel.Chassis.Observability;

/// <summary>Numbers of the process and the runtime, read when somebody asks.</summary>
public static class RuntimeMetrics
{
    /// <summary>Registers them under their OpenTelemetry names.</summary>
    public static void Register(MetricsRegistry registry, TimeProvider time)
    {
        Process(registry, time);
        Memory(registry);
        Threads(registry);
    }

    private static void Process(MetricsRegistry registry, TimeProvider time)
    {
        var start = time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
        const string Cpu = "dotnet_process_cpu_time_seconds_total";
        const string CpuHelp = "CPU time used by the process.";
        registry.Gauge("process_start_time_seconds", "Unix time at which the process started.", () => start);
        registry.Gauge(
            "dotnet_process_cpu_count", "Cores that the process may use.", static () => Environment.ProcessorCount);
        if (OperatingSystem.IsBrowser() || OperatingSystem.IsIOS() || OperatingSystem.IsTvOS()) return;
        registry.CounterFrom(
            Cpu, CpuHelp, static () => Environment.CpuUsage.UserTime.TotalSeconds, ("cpu_mode", "user"));
        registry.CounterFrom(
            Cpu, CpuHelp, static () => Environment.CpuUsage.PrivilegedTime.TotalSeconds, ("cpu_mode", "system"));
    }

    private static void Memory(MetricsRegistry registry)
    {
        for (var generation = 0; generation <= GC.MaxGeneration; generation++)
        {
            var number = generation;
            registry.CounterFrom(
                "dotnet_gc_collections_total", "Garbage collections by generation.",
                () => GC.CollectionCount(number), ("gc_heap_generation", $"gen{number}"));
        }

        registry.CounterFrom(
            "dotnet_gc_heap_total_allocated_bytes_total", "Bytes allocated on the managed heap since the start.",
            static () => GC.GetTotalAllocatedBytes());
        registry.CounterFrom(
            "dotnet_gc_pause_time_seconds_total", "Time during which the garbage collector stopped the program.",
            static () => GC.GetTotalPauseDuration().TotalSeconds);
        registry.Gauge(
            "dotnet_gc_last_collection_memory_committed_size_bytes", "Managed memory committed at the last collection.",
            static () => GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes);
        registry.Gauge(
            "dotnet_process_memory_working_set_bytes", "Physical memory of the process.",
            static () => Environment.WorkingSet);
    }

    private static void Threads(MetricsRegistry registry)
    {
        registry.Gauge(
            "dotnet_thread_pool_thread_count", "Threads in the pool.", static () => ThreadPool.ThreadCount);
        registry.Gauge(
            "dotnet_thread_pool_queue_length", "Work items that wait for a pool thread.",
            static () => ThreadPool.PendingWorkItemCount);
        registry.CounterFrom(
            "dotnet_thread_pool_work_item_count_total", "Work items that the pool finished.",
            static () => ThreadPool.CompletedWorkItemCount);
        registry.CounterFrom(
            "dotnet_monitor_lock_contentions_total", "Times that a thread had to wait for a lock.",
            static () => Monitor.LockContentionCount);
    }
}
