// Why this is correct: the batch is the loop's own, and its entries point at bytes that stay in place while it runs.
using Tercel.Cache.Server.Admin;
using Tercel.Cache.Server.Commands;
using Tercel.Cache.Server.Memcached;
using Tercel.Network;
using Tercel.Primitives;
using Tercel.Resp;

namespace Tercel.Cache.Server.Sessions;

/// <summary>Runs the commands of a batch in order.</summary>
/// <remarks>Thread: one loop.</remarks>
internal sealed unsafe class BatchRunner
{
    private const byte ErrorMark = (byte)'-';

    private readonly CacheServer _server;
    private readonly Keyspace _keyspace;
    private readonly Dispatcher _dispatcher;
    private readonly ReplySender _replies;
    private readonly IEventLoop _loop;
    private readonly LoopStatistics _statistics;
    private readonly BatchClock _clock;

    public BatchRunner(
        CacheServer server, Dispatcher dispatcher, ReplySender replies, IEventLoop loop, LoopStatistics statistics)
    {
        _server = server;
        _keyspace = server.Keyspace;
        _dispatcher = dispatcher;
        _replies = replies;
        _loop = loop;
        _statistics = statistics;
        _clock = new BatchClock(server, statistics.Commands);
    }

    public void Run(CommandBatch batch)
    {
        if (batch.Count > 1) Prefetch(batch);
        _clock.Start();
        var nowMs = _loop.NowMs;
        for (var i = 0; i < batch.Count; i++)
        {
            if (batch.SessionAt(i).Has(SessionStates.Stopped))
            {
                Hold(batch, i);
            }
            else if (IsQuick(batch, i))
            {
                RunOne(batch, i, nowMs);
            }
            else
            {
                _clock.EndQuick(batch, i);
                RunOne(batch, i, nowMs);
                _dispatcher.LeaveHeld();
                nowMs += EndSlow(batch, i);
            }
        }

        _dispatcher.LeaveHeld();
        var ns = _clock.EndQuick(batch, batch.Count);
        // The time of a quick command is known only when it was alone.
        if (batch.Count == 1 && IsQuick(batch, 0)) Watch(batch, 0, ns);
        batch.Clear();
    }

    private static bool IsQuick(CommandBatch batch, int index) =>
        batch.InfoAt(index) is { IsQuick: true };

    private void Prefetch(CommandBatch batch)
    {
        for (var i = 0; i < batch.Count; i++)
            if (batch.At(i)->IsPlain) _keyspace.PrefetchEntry(batch.At(i)->Hash);
        if (batch.NamesElements) CollectionPrefetch.Run(_keyspace, batch);
    }

    private void RunOne(CommandBatch batch, int index, long nowMs)
    {
        var session = batch.SessionAt(index);
        var info = batch.InfoAt(index);
        var command = batch.At(index);
        if (!_replies.GoesOnWith(session)) _dispatcher.LeaveHeld();
        var reply = _replies.Begin(session);
        var start = reply.Length;
        try
        {
            if (command->IsPlain && session.States == SessionStates.None && session.User is { MayEverything: true })
                _dispatcher.RunPlain(session, info!, batch.ArgsAt(index), command->Hash, reply, nowMs); // plain
            else
                _dispatcher.Run(session, info, command->Found, batch.ArgsAt(index), reply, nowMs);
        }
        catch (Exception e) when (e is not BrokenInvariantException)
        {
            _dispatcher.Forget();
            _server.CommandFailed?.Invoke(e);
            reply.Truncate(start);
            reply.Internal();
        }

        command->HasRun = _dispatcher.Outcome == CommandOutcome.Ran;
        if (reply.Length <= start || reply.Written[start] != ErrorMark) return;
        _statistics.Failed(info, reply.Written[start..], command->HasRun);
        if (session.Memcached is not null) MemcachedReplies.Translate(reply, start);
    }

    /// <summary>Returns the milliseconds that passed, for the time that the commands behind it see.</summary>
    private long EndSlow(CommandBatch batch, int index)
    {
        var ns = _clock.EndSlow(batch.InfoAt(index), batch.At(index)->HasRun);
        Watch(batch, index, ns);
        return ns / 1_000_000;
    }

    /// <summary>SLOWLOG and LATENCY.</summary>
    private void Watch(CommandBatch batch, int index, long ns)
    {
        var us = ns / 1000;
        var live = _server.Live;
        if ((live.SlowLogUs < 0 || us < live.SlowLogUs) && live.LatencyThresholdMs == 0) return;
        if (batch.InfoAt(index) is not { } info || (info.Flags & CommandFlags.SkipMonitor) != 0) return;
        SlowCommands.Add(_server, batch.SessionAt(index), info, batch.ArgsAt(index), us);
    }

    /// <summary>Keeps a command of a session that became unable to go on after it was read.</summary>
    private static void Hold(CommandBatch batch, int index)
    {
        batch.At(index)->HasRun = false;
        var session = batch.SessionAt(index);
        if (session.IsClosing) return;
        var args = batch.ArgsAt(index);
        var held = session.HeldInput ??= new ReplyWriter();
        if (session.Memcached is not null)
        {
            held.Raw(MemcachedReader.Original(args));
            return;
        }

        held.Array(args.Count);
        for (var i = 0; i < args.Count; i++) held.Bulk(args[i]);
    }
}
