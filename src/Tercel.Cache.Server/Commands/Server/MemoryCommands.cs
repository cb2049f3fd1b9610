// Why this is correct: the only pointers are those of the command functions below.
using System.Text;
using Tercel.Resp;

namespace Tercel.Cache.Server.Commands.Server;

/// <summary>MEMORY.</summary>
internal static unsafe class MemoryCommands
{
    private const string Lines =
        """
        DOCTOR
            Return memory problems reports.
        MALLOC-STATS
            Return internal statistics report from the memory allocator.
        PURGE
            Attempt to purge dirty pages for reclamation by the allocator.
        STATS
            Return information about the memory usage of the server.
        USAGE <key> [SAMPLES <count>]
            Return memory in bytes used by <key> and its value. Nested values are
            sampled up to <count> times (default: 5, 0 means sample all).
        """;

    public static void Register(CommandTable table)
    {
        var memory = table.Add("MEMORY", -2, CommandFlags.None, KeySpec.None, null, "server", "4.0.0",
            "A container for memory diagnostics commands.");
        table.AddSub(memory, "USAGE", -3, CommandFlags.ReadOnly, KeySpec.At(2), &Usage, "4.0.0",
            "Estimates the memory usage of a key.");
        table.AddSub(memory, "STATS", 2, CommandFlags.None, KeySpec.None, &Stats, "4.0.0",
            "Returns details about memory usage.");
        table.AddSub(memory, "DOCTOR", 2, CommandFlags.None, KeySpec.None, &Doctor, "4.0.0",
            "Outputs a memory problems report.");
        table.AddSub(memory, "MALLOC-STATS", 2, CommandFlags.None, KeySpec.None, &MallocStats, "4.0.0",
            "Returns the allocator statistics.");
        table.AddSub(memory, "PURGE", 2, CommandFlags.None, KeySpec.None, &Purge, "4.0.0",
            "Asks the allocator to release memory.");
        table.AddSub(memory, "HELP", 2, CommandFlags.Loading, KeySpec.None, &Help, "4.0.0",
            "Returns helpful text about the different subcommands.");
    }

    private static void Usage(ref CommandContext c)
    {
        if (c.Args.Count is not (3 or 5) || (c.Args.Count == 5 && !c.Args[3].Is("samples"u8)))
        {
            c.Reply.Syntax();
            return;
        }

        if (c.Args.Count == 5 && !RespNumber.TryInteger(c.Args[4], out _)) c.Reply.NotAnInteger();
        else if (c.Keyspace.MemoryOf(c.Key(2), c.NowMs) is > 0 and var bytes) c.Reply.Integer(bytes);
        else c.Reply.Null();
    }

    private static void Stats(ref CommandContext c)
    {
        var keyspace = c.Keyspace.ReadStatistics();
        var buffers = c.Server.Gauges().BufferBytes;
        var keys = Keys(c.Server);
        var data = keyspace.LiveBytes + keyspace.CollectionBytes;
        var used = keyspace.UsedBytes + buffers;
        c.Reply.Map(14);
        Pair(c.Reply, "peak.allocated", Math.Max(c.Server.Statistics.PeakBytes, used));
        Pair(c.Reply, "total.allocated", used);
        Pair(c.Reply, "startup.allocated", 0);
        Pair(c.Reply, "replication.backlog", 0);
        Pair(c.Reply, "clients.slaves", 0);
        Pair(c.Reply, "clients.normal", buffers);
        Pair(c.Reply, "aof.buffer", c.Server.Persistence.State.AppendBufferBytes);
        Pair(c.Reply, "index.bytes", keyspace.IndexBytes);
        Pair(c.Reply, "overhead.total", Math.Max(used - data, 0));
        Pair(c.Reply, "keys.count", keys);
        Pair(c.Reply, "keys.bytes-per-key", keys > 0 ? used / keys : 0);
        Pair(c.Reply, "dataset.bytes", data);
        c.Reply.BulkText("dataset.percentage");
        c.Reply.Double(used > 0 ? 100.0 * data / used : 0);
        c.Reply.BulkText("fragmentation");
        c.Reply.Double(used > 0 ? (double)Environment.WorkingSet / used : 1);
    }

    private static void Doctor(ref CommandContext c)
    {
        var keyspace = c.Keyspace.ReadStatistics();
        var max = c.Keyspace.MemoryBytesMax;
        var text = new StringBuilder();
        if (Keys(c.Server) == 0) text.Append("There is no data yet.\n");
        if (keyspace.Evicted > 0 && keyspace.UsedBytes >= max / 10 * 9)
            text.Append("Memory is full, and keys are evicted: a higher maxmemory would raise the hit ratio.\n");
        if (c.Keyspace.Eviction == EvictionPolicy.NoEviction && keyspace.UsedBytes >= max / 10 * 9)
            text.Append("Memory is nearly full, and maxmemory-policy lets nothing be evicted: writes will fail.\n");
        if (keyspace.SegmentBytes > 64 << 20 && keyspace.LiveBytes < keyspace.SegmentBytes / 2)
            text.Append("Less than half of the memory of segments holds live entries; compaction is under way.\n");
        if (text.Length == 0) text.Append("Nothing is wrong with the memory of this server.\n");
        c.Reply.Verbatim("txt"u8, Encoding.UTF8.GetBytes(text.ToString()));
    }

    private static void MallocStats(ref CommandContext c)
    {
        var s = c.Keyspace.ReadStatistics();
        c.Reply.Verbatim("txt"u8, Encoding.UTF8.GetBytes(
            $"used {s.UsedBytes}\nsegments {s.SegmentBytes}\nlive {s.LiveBytes}\nindex {s.IndexBytes}\n"
            + $"collections {s.CollectionBytes}\n"));
    }

    // Pages that are free go back to the pool at once; there is nothing to wait for.
    private static void Purge(ref CommandContext c) => c.Reply.Ok();

    private static void Help(ref CommandContext c) => c.Reply.Help("MEMORY", Lines);

    private static long Keys(CacheServer server)
    {
        long keys = 0;
        for (var database = 0; database < server.Options.Databases; database++)
            keys += server.Keyspace.Count(database);
        return keys;
    }

    private static void Pair(ReplyWriter reply, string name, long value)
    {
        reply.BulkText(name);
        reply.Integer(value);
    }
}
