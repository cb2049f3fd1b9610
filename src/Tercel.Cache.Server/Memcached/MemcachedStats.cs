using System.Globalization;
using System.Text;
using Tercel.Cache.Server.Admin;
using Tercel.Cache.Server.Commands;
using Tercel.Resp;

namespace Tercel.Cache.Server.Memcached;

/// <summary>stats, as tools for memcached read it.</summary>
internal static class MemcachedStats
{
    public static void Run(ref CommandContext c)
    {
        if (c.Args.Count == 2) General(ref c);
        else if (c.Args[2].SequenceEqual("settings"u8)) Settings(ref c);
        else if (c.Args[2].SequenceEqual("items"u8)) Items(ref c);
        else if (c.Args[2].SequenceEqual("slabs"u8)) Slabs(ref c);
        else if (c.Args[2].SequenceEqual("reset"u8))
        {
            c.Server.ResetStatistics();
            c.Reply.Line("RESET"u8);
            return;
        }
        else
        {
            c.Reply.Line("CLIENT_ERROR unknown stats"u8);
            return;
        }

        c.Reply.Line("END"u8);
    }

    private static void General(ref CommandContext c)
    {
        var server = c.Server;
        var statistics = server.Statistics;
        var keyspace = server.CountsSinceReset();
        var clients = server.Gauges();
        var usage = Environment.CpuUsage;
        var reply = c.Reply;
        Stat(reply, "pid", Environment.ProcessId);
        Stat(reply, "uptime", Math.Max(c.NowMs - statistics.StartMs, 0) / 1000);
        Stat(reply, "time", c.NowMs / 1000);
        Stat(reply, "version", Encoding.ASCII.GetString(ServerVersion.Memcached));
        Stat(reply, "pointer_size", 64);
        Stat(reply, "rusage_user", usage.UserTime.TotalSeconds.ToString("F6", CultureInfo.InvariantCulture));
        Stat(reply, "rusage_system", usage.PrivilegedTime.TotalSeconds.ToString("F6", CultureInfo.InvariantCulture));
        Stat(reply, "max_connections", server.Network.ConnectionsMax);
        Stat(reply, "curr_connections", clients.Connected);
        Stat(reply, "total_connections", statistics.Sum(static loop => loop.ConnectionsReceived));
        Stat(reply, "rejected_connections", statistics.Sum(static loop => loop.ConnectionsRejected));
        Stat(reply, "cmd_get", Calls(server, MemcachedVerb.Get, MemcachedVerb.GetMany, MemcachedVerb.Gets,
            MemcachedVerb.MetaGet, MemcachedVerb.MetaTouch));
        Stat(reply, "cmd_set", Calls(server, MemcachedVerb.Set, MemcachedVerb.Add, MemcachedVerb.Replace,
            MemcachedVerb.Append, MemcachedVerb.Prepend, MemcachedVerb.Cas, MemcachedVerb.MetaSet));
        Stat(reply, "cmd_flush", Calls(server, MemcachedVerb.FlushAll));
        Stat(reply, "cmd_touch", Calls(server, MemcachedVerb.Touch, MemcachedVerb.Gat, MemcachedVerb.Gats));
        Stat(reply, "cmd_meta", Calls(server, MemcachedVerb.MetaGet, MemcachedVerb.MetaTouch, MemcachedVerb.MetaSet,
            MemcachedVerb.MetaDelete, MemcachedVerb.MetaArithmetic, MemcachedVerb.MetaDebug, MemcachedVerb.MetaNoOp));
        Stat(reply, "get_hits", keyspace.Hits);
        Stat(reply, "get_misses", keyspace.Misses);
        Stat(reply, "get_expired", keyspace.Expired);
        Stat(reply, "bytes_read", statistics.Sum(static loop => loop.InputBytes));
        Stat(reply, "bytes_written", statistics.Sum(static loop => loop.OutputBytes));
        Stat(reply, "limit_maxbytes", server.Keyspace.MemoryBytesMax);
        Stat(reply, "accepting_conns", 1);
        Stat(reply, "threads", statistics.Loops.Count);
        Stat(reply, "bytes", keyspace.LiveBytes);
        Stat(reply, "curr_items", server.Keyspace.Count(0));
        Stat(reply, "total_items", Calls(server, MemcachedVerb.Set, MemcachedVerb.Add, MemcachedVerb.Replace,
            MemcachedVerb.Cas, MemcachedVerb.MetaSet));
        Stat(reply, "evictions", keyspace.Evicted);
        Stat(reply, "reclaimed", keyspace.Expired);
    }

    private static void Settings(ref CommandContext c)
    {
        var live = c.Server.Live;
        Stat(c.Reply, "maxbytes", c.Keyspace.MemoryBytesMax);
        Stat(c.Reply, "maxconns", c.Server.Network.ConnectionsMax);
        Stat(c.Reply, "tcpport", c.Server.Options.FixedSettings.GetValueOrDefault("memcached-port", "0"));
        Stat(c.Reply, "udpport", 0);
        Stat(c.Reply, "evictions", c.Keyspace.Eviction == EvictionPolicy.NoEviction ? "off" : "on");
        Stat(c.Reply, "num_threads", c.Server.Statistics.Loops.Count);
        Stat(c.Reply, "cas_enabled", "yes");
        Stat(c.Reply, "item_size_max", live.MemcachedItemBytesMax);
        Stat(c.Reply, "auth_enabled_ascii", c.Server.Access.DefaultNeedsPassword ? "yes" : "no");
        Stat(c.Reply, "flush_enabled", "yes");
    }

    // There are no slab classes: all items are told as one.
    private static void Items(ref CommandContext c)
    {
        var keyspace = c.Server.CountsSinceReset();
        Stat(c.Reply, "items:1:number", c.Keyspace.Count(0));
        Stat(c.Reply, "items:1:evicted", keyspace.Evicted);
        Stat(c.Reply, "items:1:reclaimed", keyspace.Expired);
    }

    private static void Slabs(ref CommandContext c)
    {
        var keyspace = c.Keyspace.ReadStatistics();
        Stat(c.Reply, "1:used_chunks", c.Keyspace.Count(0));
        Stat(c.Reply, "1:mem_requested", keyspace.LiveBytes);
        Stat(c.Reply, "active_slabs", 1);
        Stat(c.Reply, "total_malloced", keyspace.UsedBytes);
    }

    private static long Calls(CacheServer server, params ReadOnlySpan<MemcachedVerb> verbs)
    {
        long calls = 0;
        foreach (var verb in verbs) calls += server.Statistics.CountsOf(server.Memcached[verb].Id).Calls;
        return calls;
    }

    private static void Stat(ReplyWriter reply, string name, long value) =>
        Stat(reply, name, value.ToString(CultureInfo.InvariantCulture));

    private static void Stat(ReplyWriter reply, string name, string value) =>
        reply.Line(Encoding.ASCII.GetBytes($"STAT {name} {value}"));
}
