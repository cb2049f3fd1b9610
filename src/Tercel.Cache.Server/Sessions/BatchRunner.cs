// Why this is correct: the batch is the loop's own, and its entries point at bytes that stay in place while it runs.
using Tercel.Cache.Server.Commands;
using Tercel.Network;
using Tercel.Primitives;
using Tercel.Resp;

namespace Tercel.Cache.Server.Sessions;

/// <summary>Runs the commands of a batch in order.</summary>
/// <remarks>Thread: one loop. Time is taken once for all quick commands of a batch, and apart for each other
/// one.</remarks>
internal sealed unsafe class BatchRunner
{
    private readonly CacheServer _server;
    private readonly Keyspace _keyspace;
    private readonly Dispatcher _dispatcher;
    private readonly ReplySender _replies;
    private readonly IEventLoop _loop;

    public BatchRunner(CacheServer server, Dispatcher dispatcher, ReplySender replies, IEventLoop loop)
    {
        _server = server;
        _keyspace = server.Keyspace;
        _dispatcher = dispatcher;
        _replies = replies;
        _loop = loop;
    }

    public void Run(CommandBatch batch)
    {
        if (batch.Count > 1) Prefetch(batch);
        var nowMs = _loop.NowMs;
        for (var i = 0; i < batch.Count; i++)
        {
            var session = batch.SessionAt(i);
            if (session.Has(SessionStates.Stopped)) Hold(session, batch.ArgsAt(i));
            else if (IsQuick(batch, i)) RunQuick(batch, i, nowMs);
            else nowMs = RunSlow(batch, i, nowMs);
        }

        batch.Clear();
    }

    private void Prefetch(CommandBatch batch)
    {
        for (var i = 0; i < batch.Count; i++)
            if (batch.At(i)->IsPlain) _keyspace.PrefetchEntry(batch.At(i)->Hash);
    }

    private static bool IsQuick(CommandBatch batch, int index) =>
        batch.InfoAt(index) is { } info && (info.Flags & CommandFlags.Fast) != 0;

    private void RunQuick(CommandBatch batch, int index, long nowMs)
    {
        var session = batch.SessionAt(index);
        var command = batch.At(index);
        var reply = _replies.Begin(session);
        var start = reply.Length;
        try
        {
            if (command->IsPlain && session.States == SessionStates.None && session.User is { MayEverything: true })
                _dispatcher.RunPlain(
                    session, batch.InfoAt(index)!, batch.ArgsAt(index), command->Hash, reply, nowMs); // plain
            else
                _dispatcher.Run(session, batch.InfoAt(index), command->Found, batch.ArgsAt(index), reply, nowMs);
        }
        catch (Exception e) when (e is not BrokenInvariantException)
        {
            Fail(reply, start, e);
        }
    }

    private long RunSlow(CommandBatch batch, int index, long nowMs)
    {
        var session = batch.SessionAt(index);
        var reply = _replies.Begin(session);
        var start = reply.Length;
        try
        {
            _dispatcher.Run(session, batch.InfoAt(index), batch.At(index)->Found, batch.ArgsAt(index), reply, nowMs);
        }
        catch (Exception e) when (e is not BrokenInvariantException)
        {
            Fail(reply, start, e);
        }

        return _server.NowMs;
    }

    private void Fail(ReplyWriter reply, int start, Exception e)
    {
        _server.CommandFailed?.Invoke(e);
        reply.Truncate(start);
        reply.Internal();
    }

    /// <summary>Keeps a command of a session that became unable to go on after it was read.</summary>
    private static void Hold(Session session, in CommandArgs args)
    {
        if (session.IsClosing) return;
        var held = session.HeldInput ??= new ReplyWriter();
        held.Array(args.Count);
        for (var i = 0; i < args.Count; i++) held.Bulk(args[i]);
    }
}
