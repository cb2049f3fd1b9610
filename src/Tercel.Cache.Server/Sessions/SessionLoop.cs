// Why this is correct: bytes are only read between the pointer and the count the loop has given, and a batch has run
// before the loop uses its receive buffer again (EndOfBatch).
using System.Runtime.CompilerServices;
using Tercel.Cache.Server.Admin;
using Tercel.Cache.Server.Commands;
using Tercel.Cache.Server.Observers;
using Tercel.Network;
using Tercel.Resp;

namespace Tercel.Cache.Server.Sessions;

/// <summary>The sessions of one event loop: reads their commands into batches, runs these, sends the replies.</summary>
/// <remarks>Thread: its loop.</remarks>
internal sealed unsafe class SessionLoop : ILoopHandler, IDisposable
{
    private readonly CacheServer _server;
    private readonly Keyspace _keyspace;
    private readonly IEventLoop _loop;
    private readonly CommandBatch _batch = new();
    private readonly BatchRunner _runner;
    private readonly SessionUpkeep _upkeep;
    private readonly LoopStatistics _statistics;

    public SessionLoop(CacheServer server, IEventLoop loop, int loopCount)
    {
        _server = server;
        _keyspace = server.Keyspace;
        _loop = loop;
        Dispatcher = new Dispatcher(server);
        Replies = new ReplySender(server, Dispatcher);
        _statistics = server.Statistics.AddLoop();
        _runner = new BatchRunner(server, Dispatcher, Replies, loop, _statistics);
        _upkeep = new SessionUpkeep(server, loop, loopCount);
        Audience = new Audience(server, this);
        Timeouts = new BlockedTimeouts(server);
        server.Observers.AddLoop(this);
    }

    public int Index => _loop.Index;

    /// <summary>Its clients that listen.</summary>
    public Audience Audience { get; }

    /// <summary>Its clients that wait for a key for a time.</summary>
    public BlockedTimeouts Timeouts { get; }

    /// <summary>Runs the commands of this loop, and nothing else's.</summary>
    public Dispatcher Dispatcher { get; }

    public IEventLoop Loop => _loop;

    public ReplySender Replies { get; }

    public bool Opened(Connection connection)
    {
        _statistics.ConnectionsReceived++;
        if (!SessionOpening.IsWelcome(_server, connection))
        {
            _statistics.ConnectionsRejected++;
            return false;
        }

        var session = new Session
        {
            Id = connection.Id, Connection = connection, Loop = this, CreatedMs = _loop.NowMs, ActiveMs = _loop.NowMs,
            User = _server.Access.FirstUser,
        };
        connection.OutputBytesHardMax = _server.Live.Output.Normal.HardBytes;
        connection.State = session;
        _server.Sessions.Add(session);
        _upkeep.Add(session);
        return true;
    }

    public int Received(Connection connection, byte* bytes, int count)
    {
        var session = Unsafe.As<Session>(connection.State);
        if (session is null || session.Has(SessionStates.Stopped)) return 0;
        if (session.HeldInput is not null && !RunHeld(session)) return 0;
        session.ActiveMs = _loop.NowMs;
        var taken = Read(session, bytes, count);
        _statistics.Reads++;
        _statistics.InputBytes += taken;
        return taken;
    }

    public void EndOfBatch()
    {
        RunBatch();
        Replies.SendAll();
        if (!Dispatcher.Outbox.IsEmpty) Dispatcher.Outbox.SendAll();
    }

    public void Closed(Connection connection)
    {
        if (connection.State is not Session session) return;
        Replies.Forget(session);
        _server.Blocking.Forget(session);
        Audience.Forget(session);
        _server.Sessions.Remove(session);
        _upkeep.Remove(session);
        Dispatcher.EndTransaction(session);
        session.HeldInput?.Dispose();
        session.HeldInput = null;
        session.IsClosing = true;
    }

    public void Drained(Connection connection)
    {
        if (connection.State is not Session session || !session.Has(SessionStates.Held)) return;
        session.Set(SessionStates.Held, false);
        RunHeld(session);
    }

    public void Tick(long nowMs)
    {
        _statistics.Writes = Replies.Sends;
        _statistics.OutputBytes = Replies.SentBytes;
        _upkeep.Tick(nowMs);
        Timeouts.Tick(nowMs);
        if (_server.Observers.Removals.HasAny) _server.Observers.Removals.Tell(Dispatcher.Outbox);
        if (!Dispatcher.Outbox.IsEmpty) Dispatcher.Outbox.SendAll();
    }

    /// <summary>A publisher goes on when the loops have delivered most of what is on its way.</summary>
    public void WaitForMail(Session publisher) => _upkeep.WaitForMail(publisher);

    /// <summary>Runs one command outside of a batch and sends its reply: for a parked client whose key has
    /// come.</summary>
    public void RunAlone(Session session, in CommandArgs args)
    {
        EndOfBatch();
        Replies.Begin(session);
        Dispatcher.Run(session, args, Replies.Writer, _loop.NowMs);
        EndOfBatch();
    }

    /// <summary>Sends a reply that no running command writes: the time of a parked client is up.</summary>
    public ReplyWriter BeginReply(Session session)
    {
        EndOfBatch();
        Replies.Begin(session);
        return Replies.Writer;
    }

    /// <summary>Nothing of the session is run until <see cref="Unpark"/>.</summary>
    public static void Park(Session session)
    {
        session.Set(SessionStates.Parked, true);
        session.Connection?.PauseReading();
    }

    public static void Unpark(Session session)
    {
        session.Set(SessionStates.Parked, false);
        if (session.Has(SessionStates.Stopped)) return;
        session.Connection?.ResumeReading();
        // Not here: another session's command may be running.
        if (session.HeldInput is not null) session.Loop?._loop.Post(static state => RunHeldLater(state), session);
    }

    public void Dispose()
    {
        _batch.Dispose();
        Dispatcher.Dispose();
        Replies.Dispose();
        Audience.Dispose();
    }

    private static void RunHeldLater(object? state)
    {
        if (state is Session { Loop: { } loop } session) loop.RunHeld(session);
    }

    /// <summary>Runs what was read before the session had to stop. False when it had to stop again.</summary>
    private bool RunHeld(Session session)
    {
        if (session.Has(SessionStates.Stopped)) return false;
        if (session.HeldInput is not { } held) return true;
        session.HeldInput = null;
        // What was read of a command that has not come in whole lies behind these.
        var partial = session.Partial;
        session.Partial = null;
        fixed (byte* bytes = held.Written)
        {
            var taken = Read(session, bytes, held.Length);
            EndOfBatch();
            // What was not read comes behind what the batch gave back.
            if (taken < held.Length) (session.HeldInput ??= new ReplyWriter()).Raw(held.Written[taken..]);
        }

        session.Partial = partial;
        held.Dispose();
        return session.HeldInput is null && !session.Has(SessionStates.Stopped);
    }

    private int Read(Session session, byte* bytes, int count)
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

    /// <summary>Puts a command into the batch. False when it has to wait: CLIENT PAUSE.</summary>
    private bool Add(Session session, byte* start, in ReadResult result)
    {
        var args = new CommandArgs(start, _batch.Args.At(result.FirstSlice), result.ArgCount);
        var found = CommandLookup.Find(_server.Commands, args, out var info);
        session.LastCommand = info;
        if (_server.Pause.IsActive && _server.Pause.Delays(session, info, _loop.NowMs))
        {
            _batch.Args.Truncate(result.FirstSlice);
            RunBatch();
            _upkeep.Postpone(session);
            return false;
        }

        var command = _batch.Add(session, info);
        command->Start = start;
        command->FirstSlice = result.FirstSlice;
        command->ArgCount = result.ArgCount;
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

    private void RunBatch()
    {
        if (_batch.Count > 0) _runner.Run(_batch);
    }

    private void Refuse(Session session, in ReadResult result)
    {
        Replies.Begin(session);
        Replies.Writer.Protocol(result);
        session.IsClosing = true;
        Replies.SendAll();
    }
}
