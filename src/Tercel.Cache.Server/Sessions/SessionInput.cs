// Why this is correct: bytes are only read between the pointer and the count the loop has given, and a batch has run
// before the loop uses its receive buffer again.
using Tercel.Cache.Server.Commands;
using Tercel.Cache.Server.Memcached;
using Tercel.Network;
using Tercel.Resp;

namespace Tercel.Cache.Server.Sessions;

/// <summary>Reads the commands of a loop's sessions, in the protocol of each, into one batch.</summary>
/// <remarks>Thread: one loop.</remarks>
internal sealed unsafe class SessionInput : IDisposable
{
    private readonly CacheServer _server;
    private readonly Keyspace _keyspace;
    private readonly IEventLoop _loop;
    private readonly CommandBatch _batch = new();
    private readonly BatchRunner _runner;
    private readonly ReplySender _replies;
    private readonly SessionUpkeep _upkeep;

    public SessionInput(
        CacheServer server, IEventLoop loop, BatchRunner runner, ReplySender replies, SessionUpkeep upkeep)
    {
        _server = server;
        _keyspace = server.Keyspace;
        _loop = loop;
        _runner = runner;
        _replies = replies;
        _upkeep = upkeep;
    }

    /// <summary>Puts the whole commands among the bytes into the batch, which is run whenever it is full; returns how
    /// many bytes were taken.</summary>
    public int Read(Session session, byte* bytes, int count) =>
        session.Memcached is { } memcached
            ? ReadMemcached(session, memcached, bytes, count)
            : ReadRedis(session, bytes, count);

    private int ReadMemcached(Session session, MemcachedState state, byte* bytes, int count)
    {
        var taken = 0;
        while (taken < count)
        {
            if (_batch.IsFull) RunBatch();
            if (session.Has(SessionStates.Stopped)) break;
            var status = MemcachedReader.Read(
                bytes + taken, count - taken, _batch.Args, state, _server.Live.MemcachedItemBytesMax, out var command);
            if (status == MemcachedStatus.NeedMore) break;
            if (status == MemcachedStatus.Malformed)
            {
                RunBatch();
                _replies.Begin(session).Line("CLIENT_ERROR line too long"u8);
                session.IsClosing = true;
                _replies.SendAll();
                return count;
            }

            if (status == MemcachedStatus.Command)
            {
                var args = new CommandArgs(
                    bytes + taken, _batch.Args.At(command.FirstSlice), command.ArgCount);
                var info = _server.Memcached.Find(command.Verb, session);
                if (!Add(session, args, command.FirstSlice, LookupResult.Found, info)) break;
            }

            taken += command.Bytes;
        }

        return taken;
    }

    private int ReadRedis(Session session, byte* bytes, int count)
    {
        var at = bytes;
        var end = bytes + count;
        var user = session.User;
        var limits = _server.LimitsOf(session);
        while (at < end)
        {
            if (_batch.IsFull) RunBatch();
            if (session.Has(SessionStates.Stopped)) break;
            if (session.User != user)
            {
                user = session.User;
                limits = _server.LimitsOf(session);
            }

            var status = RespReader.Read(
                at, (int)(end - at), _batch.Args, limits, ref session.Partial, out var result);
            if (status == ReadStatus.NeedMore) break;
            if (status == ReadStatus.Malformed)
            {
                RunBatch();
                Refuse(session, result);
                return count;
            }

            if (status == ReadStatus.Command && !Add(session, at, result)) break;
            at += result.Bytes;
        }

        return (int)(at - bytes);
    }

    private bool Add(Session session, byte* start, in ReadResult result)
    {
        var args = new CommandArgs(start, _batch.Args.At(result.FirstSlice), result.ArgCount);
        var found = CommandLookup.Find(_server.Commands, args, out var info);
        return Add(session, args, result.FirstSlice, found, info);
    }

    /// <summary>Puts a command into the batch. False when it has to wait: CLIENT PAUSE.</summary>
    private bool Add(Session session, in CommandArgs args, int firstSlice, LookupResult found, CommandInfo? info)
    {
        session.LastCommand = info;
        if (_server.Pause.IsActive && _server.Pause.Delays(session, info, _loop.NowMs))
        {
            _batch.Args.Truncate(firstSlice);
            RunBatch();
            _upkeep.Postpone(session);
            return false;
        }

        var command = _batch.Add(session, info);
        command->Start = args.Start;
        command->FirstSlice = firstSlice;
        command->ArgCount = args.Count;
        command->Found = found;
        command->IsPlain = found == LookupResult.Found && info!.IsPlain; // found
        if (command->IsPlain)
        {
            command->Hash = _keyspace.Key(args[info!.Keys.First], 0).Hash; // found
            _keyspace.PrefetchBucket(command->Hash);
        }
        else if (info is null || info.EndsBatch)
        {
            RunBatch();
        }

        return true;
    }

    /// <summary>Runs what was read.</summary>
    public void RunBatch()
    {
        if (_batch.Count > 0) _runner.Run(_batch);
    }

    private void Refuse(Session session, in ReadResult result)
    {
        _replies.Begin(session);
        _replies.Writer.Protocol(result);
        session.IsClosing = true;
        _replies.SendAll();
    }

    public void Dispose() => _batch.Dispose();
}
