// Why this is correct: bytes are only read between the pointer and the count the loop has given, and a batch has run
// before the loop uses its receive buffer again (EndOfBatch).
using System.Runtime.CompilerServices;
using Tercel.Cache.Server.Admin;
using Tercel.Cache.Server.Memcached;
using Tercel.Cache.Server.Observers;
using Tercel.Cache.Server.Settings;
using Tercel.Network;
using Tercel.Resp;

namespace Tercel.Cache.Server.Sessions;

/// <summary>The sessions of one event loop: reads their commands into batches, runs these, sends the replies.</summary>
/// <remarks>Thread: its loop.</remarks>
internal sealed unsafe class SessionLoop : ILoopHandler, IDisposable
{
    private readonly CacheServer _server;
    private readonly IEventLoop _loop;
    private readonly SessionInput _input;
    private readonly SessionUpkeep _upkeep;
    private readonly LoopStatistics _statistics;

    public SessionLoop(CacheServer server, IEventLoop loop, int loopCount)
    {
        _server = server;
        _loop = loop;
        Dispatcher = new Dispatcher(server);
        Replies = new ReplySender(server, Dispatcher);
        _statistics = server.Statistics.AddLoop();
        _upkeep = new SessionUpkeep(server, loop, loopCount);
        var runner = new BatchRunner(server, Dispatcher, Replies, loop, _statistics);
        _input = new SessionInput(server, loop, runner, Replies, _upkeep);
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
            Memcached = connection.Listener.Tag is ListenerProtocol.Memcached ? new MemcachedState() : null,
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
        var taken = _input.Read(session, bytes, count);
        _statistics.Reads++;
        _statistics.InputBytes += taken;
        return taken;
    }

    public void EndOfBatch()
    {
        _input.RunBatch();
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
        if (session.HasLeases) _server.Leases.EndOf(session.Id);
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
        // Before the look at the other states: nobody else ends the connection's pause.
        session.Connection?.ResumeReading();
        if (session.Has(SessionStates.Stopped)) return;
        // Not here: another session's command may be running.
        if (session.HeldInput is not null) session.Loop?._loop.Post(static state => RunHeldLater(state), session);
    }

    public void Dispose()
    {
        _input.Dispose();
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
            var taken = _input.Read(session, bytes, held.Length);
            EndOfBatch();
            // What was not read comes behind what the batch gave back.
            if (taken < held.Length) (session.HeldInput ??= new ReplyWriter()).Raw(held.Written[taken..]);
        }

        session.Partial = partial;
        held.Dispose();
        return session.HeldInput is null && !session.Has(SessionStates.Stopped);
    }
}
