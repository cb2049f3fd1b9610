using Tercel.Cache.Server.Commands;
using Tercel.Resp;

namespace Tercel.Cache.Server.Sessions;

/// <summary>Clients that wait for a key.</summary>
/// <remarks>
/// A client is parked with the shards of its keys entered, and a change is noticed with the key's shard entered: none
/// comes between a client's look and its waiting. After the changing command has left its shards, and before its
/// client's next command, <see cref="BlockedServing"/> runs the commands of those who wait, the oldest first.
/// Thread: any; the lists are under a lock that is taken inside shards and never around them.
/// </remarks>
internal sealed class BlockedClients(CacheServer server)
{
    /// <summary>Looked at in one go: mostly the first or the first two have something to do.</summary>
    private const int CopiesMax = 8;

    private readonly CacheServer _server = server;
    private readonly Lock _lock = new();
    private readonly Dictionary<byte[], BlockedKey>[] _keys = NewTables(server.Options.Databases);
    private int _count;

    /// <summary>Number of waiting clients; one word, for the branch of those who change keys.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Parks the client of a command, or lets it wait on when it is parked already. The shards of its keys are
    /// entered.</summary>
    public void Park(in CommandContext context, long timeoutMs, BlockTimeoutReply onTimeout)
    {
        var session = context.Session;
        if (session.Blocked is { } known)
        {
            known.AsksAgain = true;
            return;
        }

        var deadlineMs = timeoutMs == 0 ? long.MaxValue : AddClamped(context.NowMs, timeoutMs);
        var client = new BlockedClient(context, deadlineMs, onTimeout);
        session.Blocked = client;
        lock (_lock)
        {
            var keys = new KeyPositions(SourceKeys(context.Info), context.Args);
            while (keys.MoveNext()) Wait(client, context.Args[keys.Index], session.Database);
            Volatile.Write(ref _count, _count + 1);
        }

        SessionLoop.Park(session);
        session.Loop?.Timeouts.Add(client);
    }

    /// <summary>A key was changed; its shard is entered.</summary>
    public void KeyChanged(ReadyKeys ready, in KeyRef key)
    {
        lock (_lock)
        {
            var table = _keys[key.Database].GetAlternateLookup<ReadOnlySpan<byte>>();
            if (!table.TryGetValue(key.Bytes, out var blocked)) return;
            blocked.CountChange();
            ready.Add(blocked);
        }
    }

    /// <summary>A database (-1 = all) was flushed or swapped; all shards are entered.</summary>
    public void DatabaseChanged(ReadyKeys ready, int database)
    {
        lock (_lock)
        {
            for (var i = 0; i < _keys.Length; i++)
            {
                if (database >= 0 && i != database) continue;
                foreach (var blocked in _keys[i].Values)
                {
                    blocked.CountChange();
                    ready.Add(blocked);
                }
            }
        }
    }

    /// <summary>Some of those who wait for the key, oldest first, without those that wait with one of these commands.
    /// </summary>
    public void CopyWaiting(BlockedKey key, List<CommandInfo> without, List<BlockedClient> clients)
    {
        clients.Clear();
        lock (_lock)
        {
            if (!key.HasKindsBeside(without)) return;
            for (var node = key.Clients.First; node is not null && clients.Count < CopiesMax; node = node.Next)
                if (node.Value.IsWaiting && !without.Contains(node.Value.Info)) clients.Add(node.Value);
        }
    }

    /// <summary>CLIENT UNBLOCK: ends the waiting of a client. False when it does not wait.</summary>
    public bool TryUnblock(Session session, bool withError)
    {
        if (session.Blocked is not { } client || !client.TryTake()) return false;
        using var reply = new ReplyWriter(64) { IsResp3 = session.IsResp3 };
        if (withError) reply.Error("UNBLOCKED client unblocked via CLIENT UNBLOCK"u8);
        else WriteTimeout(client, reply);
        End(client, reply.Written);
        return true;
    }

    /// <summary>The time of a client is up; nothing happens when it is being served just now.</summary>
    public void TimeOut(BlockedClient client)
    {
        if (!client.TryTake()) return;
        using var reply = new ReplyWriter(64) { IsResp3 = client.Session.IsResp3 };
        WriteTimeout(client, reply);
        End(client, reply.Written);
    }

    /// <summary>The client has left. Its session's loop.</summary>
    public void Forget(Session session)
    {
        if (session.Blocked is not { } client) return;
        client.IsGone = true;
        if (client.TryTake()) Remove(client);
    }

    /// <summary>Takes a client that is served out of all lists. It was taken.</summary>
    public void Remove(BlockedClient client)
    {
        client.End();
        lock (_lock)
        {
            foreach (var key in client.Keys)
            {
                key.Remove(client);
                if (key.Clients.Count == 0) _keys[key.Database].Remove(key.Key);
            }

            Volatile.Write(ref _count, _count - 1);
        }
    }

    /// <summary>Gives a removed client its reply, on its loop, where it goes on. Any thread, no shard
    /// entered.</summary>
    public static void Deliver(BlockedReply reply)
    {
        var loop = reply.Client.Session.Loop;
        if (loop is null || !loop.Loop.Post(static state => GoOn((BlockedReply)state!), reply)) reply.Free(); // given
    }

    /// <summary>The keys whose change may end the waiting: not the destination of a move.</summary>
    private static KeySpec SourceKeys(CommandInfo info) =>
        BlockedCommand.IsMove(info) ? KeySpec.One : info.Keys;

    private static void WriteTimeout(BlockedClient client, ReplyWriter reply)
    {
        if (client.OnTimeout == BlockTimeoutReply.Null) reply.Null();
        else reply.NullArray();
    }

    private static void GoOn(BlockedReply reply)
    {
        var session = reply.Client.Session;
        session.Blocked = null;
        if (session is { Connection.IsClosed: false, Loop: { } loop })
        {
            SessionLoop.Unpark(session);
            if (!session.Has(SessionStates.RepliesOff)) loop.BeginReply(session).Raw(reply.Bytes);
            loop.EndOfBatch();
        }

        reply.Free();
    }

    private static long AddClamped(long nowMs, long ms) => ms > long.MaxValue - nowMs ? long.MaxValue : nowMs + ms;

    private static Dictionary<byte[], BlockedKey>[] NewTables(int databases)
    {
        var tables = new Dictionary<byte[], BlockedKey>[databases];
        for (var i = 0; i < databases; i++) tables[i] = new(Observers.BytesComparer.Instance);
        return tables;
    }

    private void End(BlockedClient client, ReadOnlySpan<byte> reply)
    {
        Remove(client);
        Deliver(new BlockedReply(client, reply));
    }

    private void Wait(BlockedClient client, ReadOnlySpan<byte> name, int database)
    {
        var table = _keys[database].GetAlternateLookup<ReadOnlySpan<byte>>();
        if (!table.TryGetValue(name, out var key))
        {
            key = new BlockedKey(name.ToArray(), database);
            table[name] = key;
        }

        // Named twice: it is still the last in the row, since the lock is held from its first key to its last.
        if (key.Clients.Last?.Value == client) return;
        client.Keys.Add(key);
        key.Add(client);
    }
}
