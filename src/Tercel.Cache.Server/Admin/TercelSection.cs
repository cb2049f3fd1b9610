using System.Globalization;

namespace Tercel.Cache.Server.Admin;

/// <summary>INFO tercel: what Redis has no name for.</summary>
internal static class TercelSection
{
    public static void Write(CacheServer server, InfoText text)
    {
        var keyspace = server.Keyspace.ReadStatistics();
        text.Section("Tercel")
            .Line("shards", server.Keyspace.ShardCount).Line("loops", server.Statistics.Loops.Count)
            .Line("invalidated_keys", keyspace.Invalidated)
            .Line("memory_segments", keyspace.SegmentBytes).Line("memory_live", keyspace.LiveBytes)
            .Line("memory_index", keyspace.IndexBytes).Line("memory_collections", keyspace.CollectionBytes)
            .Line("memory_buffers", server.Gauges().BufferBytes)
            .Line("refused_out_of_memory", server.Statistics.OutOfMemory)
            .Line("gc_collections", Enumerable.Range(0, GC.MaxGeneration + 1).Sum(GC.CollectionCount))
            .Line("gc_pause_ms", GC.GetTotalPauseDuration().TotalMilliseconds.ToString(
                "F1", CultureInfo.InvariantCulture));
    }
}
