using Tercel.Cache.Server.Admin;
using Tercel.Cache.Server.Commands;
using Tercel.Resp;

namespace Tercel.Cache.Server.Sessions;

/// <summary>What is remembered of a command that took long: SLOWLOG and LATENCY.</summary>
internal static class SlowCommands
{
    public static void Add(CacheServer server, Session session, CommandInfo info, in CommandArgs args, long us)
    {
        var nowMs = server.NowMs;
        var address = session.Connection?.RemoteEndPoint?.ToString() ?? "";
        // The first argument of a memcached command is all of its bytes.
        var words = session.Memcached is null ? args : args.From(1);
        server.SlowLog.Add(words, us, nowMs, new ClientName(address, session.Profile?.Name ?? ""));
        var isFast = (info.Flags & CommandFlags.Fast) != 0;
        server.Latency.Record(isFast ? "fast-command" : "command", us / 1000, nowMs);
    }
}
