// Why this is correct: the only pointer is the command's own function that estimates its growth.
using Tercel.Cache.Server.Commands;
using Tercel.Resp;

namespace Tercel.Cache.Server.Sessions;

/// <summary>Whether a command is run: found, allowed, and with room for what it may store; else the reply says
/// why not.</summary>
/// <remarks>Thread: any; called with no shard entered.</remarks>
internal sealed unsafe class Admission
{
    private readonly CacheServer _server;
    private readonly Keyspace _keyspace;

    public Admission(CacheServer server)
    {
        _server = server;
        _keyspace = server.Keyspace;
    }

    public bool Accepts(
        Session session, CommandInfo? info, LookupResult found, in CommandArgs args, ReplyWriter reply, long nowMs)
    {
        if (found != LookupResult.Found || info is null)
        {
            CommandLookup.Refuse(found, info, args, reply);
            return false;
        }

        return CommandChecks.IsAllowed(_server, session, info, args, reply)
            && CommandChecks.MayWrite(_server, info, reply) && HasRoom(session, info, args, reply, nowMs);
    }

    public bool HasRoom(Session session, CommandInfo info, in CommandArgs args, ReplyWriter reply, long nowMs)
    {
        var needs = (info.Flags & CommandFlags.DenyOom) != 0;
        long bytes = 0;
        if (needs)
        {
            bytes = KeyShards.BytesOf(args);
            if (info.Growth != null) bytes += info.Growth(_keyspace, session.Database, args, nowMs);
        }
        else if (session.Transaction is { } queued && info.Name == "EXEC")
        {
            needs = (queued.Flags & CommandFlags.DenyOom) != 0;
            bytes = queued.Queued.Length;
        }

        if (!needs)
        {
            // Such a command is never refused, but rewrites entries: EXPIRE of every key must not double the memory.
            if ((info.Flags & CommandFlags.Write) != 0 && _keyspace.IsOverdrawn) _keyspace.TryMakeRoom(0, nowMs);
            return true;
        }

        // What can never fit must not drive everything else out first.
        if (bytes <= _keyspace.MemoryBytesMax && _keyspace.TryMakeRoom(bytes, nowMs)) return true;
        reply.OutOfMemory();
        return false;
    }
}
