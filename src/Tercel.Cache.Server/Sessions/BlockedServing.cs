// Why this is correct: a saved command is pinned while its arguments are looked at.
using Tercel.Cache.Server.Commands;
using Tercel.Resp;

namespace Tercel.Cache.Server.Sessions;

/// <summary>Runs the commands of clients whose key has come, on the loop of the client that brought it.</summary>
/// <remarks>Thread: one dispatcher's, with no shard entered. A client that has left is skipped before anything is taken
/// for it. Replies wait for the journal, as those of the batch do.</remarks>
internal sealed unsafe class BlockedServing : IDisposable
{
    private readonly CacheServer _server;
    private readonly Dispatcher _dispatcher;
    private readonly ReadyKeys _ready;
    private readonly ReplyWriter _reply = new(256);
    private readonly ArgBuffer _args = new();
    private readonly ArgBuffer _argsForKey = new();
    private readonly List<BlockedClient> _clients = [];
    private readonly List<CommandInfo> _wantingMore = [];
    private readonly List<BlockedReply> _replies = [];

    public BlockedServing(CacheServer server, Dispatcher dispatcher, ReadyKeys ready)
    {
        _server = server;
        _dispatcher = dispatcher;
        _ready = ready;
    }

    /// <summary>Serves until no key is ready; a served BLMOVE may make others so.</summary>
    public void Serve(long nowMs)
    {
        while (_ready.TryTake(out var key) && key is not null) Serve(key, nowMs);
    }

    /// <summary>The journal has what was changed (or has failed: then the clients are cut off as those of the batch
    /// are).</summary>
    public void Deliver(bool mayLeave)
    {
        if (_replies.Count == 0) return;
        foreach (var reply in _replies)
        {
            if (mayLeave)
            {
                BlockedClients.Deliver(reply);
                continue;
            }

            reply.Client.Session.Connection?.Abort();
            reply.Free();
        }

        _replies.Clear();
    }

    public void Dispose()
    {
        _reply.Dispose();
        _args.Dispose();
        _argsForKey.Dispose();
    }

    private void Serve(BlockedKey key, long nowMs)
    {
        _wantingMore.Clear();
        do
        {
            _server.Blocking.CopyWaiting(key, _wantingMore, _clients);
            foreach (var client in _clients)
            {
                // What one of a kind did not find, the next of that kind will not find either.
                if (_wantingMore.Contains(client.Info) || !client.TryTake()) continue;
                if (IsGone(client)) _server.Blocking.Remove(client);
                else if (!TryRun(client, key, nowMs)) _wantingMore.Add(client.Info);
            }
        }
        while (_clients.Count > 0);
    }

    /// <summary>An exception is a bug of the command: the client hears of it, and the server goes on.</summary>
    private void Run(BlockedClient client, in CommandArgs args, long nowMs)
    {
        try
        {
            _dispatcher.RunSaved(client.Session, client.Info, args, _reply, nowMs);
        }
        catch (Exception e) when (e is not Primitives.BrokenInvariantException)
        {
            _dispatcher.Forget();
            _server.CommandFailed?.Invoke(e);
            client.AsksAgain = false;
            _reply.Clear();
            _reply.Internal();
        }
    }

    private bool HoldsList(BlockedKey key, long nowMs)
    {
        var keyspace = _server.Keyspace;
        var name = keyspace.Key(key.Key, key.Database);
        var shard = keyspace.ShardOf(name.Hash);
        keyspace.Enter(shard);
        var found = keyspace.TryPeek(name, nowMs, out var value) && value.Kind == ValueKind.List;
        keyspace.Exit(shard);
        return found;
    }

    private static bool IsGone(BlockedClient client) =>
        client.IsGone || client.Session.Connection is { IsClosed: true };

    /// <summary>Runs the command for that key alone. False when the client has to wait on: the key holds nothing, or a
    /// value of another kind.</summary>
    private bool TryRun(BlockedClient client, BlockedKey key, long nowMs)
    {
        client.AsksAgain = false;
        var versions = client.ReadVersions();
        _reply.Clear();
        _reply.IsResp3 = client.Session.IsResp3;
        _args.Clear();
        PartialCommand? partial = null;
        fixed (byte* start = client.Command.Span)
        {
            var status = RespReader.Read(
                start, client.Command.Length - 1, _args, RespLimits.Usual, ref partial, out var result);
            Primitives.Invariant.Holds(status == ReadStatus.Command);
            var all = new CommandArgs(start, _args.At(result.FirstSlice), result.ArgCount);
            var args = BlockedCommand.ForKey(client.Info, all, key.Key, start, client.Command.Length - 1, _argsForKey);
            if (BlockedCommand.IsMove(client.Info) && !HoldsList(key, nowMs)) client.AsksAgain = true;
            else Run(client, args, nowMs);
            client.AsksAgain |= !BlockedCommand.IsMove(client.Info) && _reply.Written.StartsWith("-WRONGTYPE"u8);
        }

        if (!client.AsksAgain)
        {
            _server.Blocking.Remove(client);
            _replies.Add(new BlockedReply(client, _reply.Written));
            return true;
        }

        client.PutBack();
        // It left meanwhile, and could not be removed by its own loop.
        if (client.IsGone && client.TryTake()) _server.Blocking.Remove(client);
        // Another loop changed a key meanwhile, and could not serve it: that is ours to do.
        else if (client.ReadVersions() != versions) client.Keys.ForEach(_ready.Add);
        return false;
    }
}
