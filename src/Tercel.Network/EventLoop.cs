using System.Diagnostics;
using Tercel.Network.Tls;

namespace Tercel.Network;

// The turn of one loop: wait, mark what is ready, serve every connection that is ready once, end the batch, close, run
// posted work, send what was queued meanwhile, tick. All methods but Post, Assign and the readings are the loop
// thread's. Handlers are called only from here, through GuardedHandler.
internal sealed unsafe class EventLoop : IEventLoop, IDisposable
{
    private readonly Poller _poller;
    private readonly LoopGroup _group;
    private readonly GuardedHandler _handler;
    private readonly ConnectionInput _input;
    private readonly ConnectionSet _connections;
    private readonly Inbox _inbox = new();
    private readonly Thread _thread;
    private List<LoopConnection> _queue = [];
    private List<LoopConnection> _serving = [];
    private TlsScratch? _tlsScratch;
    private int _assigned;
    private int _asleep;
    private int _handshakesLeft;
    private long _busyTicks;
    private long _nowMs;
    private long _checkedMs;
    private long _stopAtMs;
    private bool _ended;

    public EventLoop(LoopGroup group, int index, Poller poller, Func<IEventLoop, ILoopHandler> handler)
    {
        Index = index;
        Options = group.Options;
        Budget = group.Budget;
        _group = group;
        _poller = poller;
        _connections = new ConnectionSet(this, poller, group);
        Accepting = new Accepting(this, poller, group);
        ReadClock();
        _thread = new Thread(Run, 1 << 20) { IsBackground = true, Name = $"loop {index}" };
        _handler = new GuardedHandler(handler(this), group);
        _input = new ConnectionInput(this, _handler);
    }

    public int Index { get; }

    public NetworkOptions Options { get; }

    public BufferBudget Budget { get; }

    public Accepting Accepting { get; }

    /// <summary>Shared by the TLS connections of the loop.</summary>
    public TlsScratch TlsScratch => _tlsScratch ??= new TlsScratch();

    public bool IsStopping => _stopAtMs != 0;

    public int ConnectionCount => Volatile.Read(ref _assigned);

    public bool IsCurrent => Thread.CurrentThread == _thread;

    public long BusyMicroseconds => Volatile.Read(ref _busyTicks) / (Stopwatch.Frequency / 1_000_000);

    public long NowMs => Volatile.Read(ref _nowMs);

    public void Start() => _thread.Start();

    /// <summary>True when the thread has ended within the time, or never ran.</summary>
    public bool Join(TimeSpan timeout) =>
        (_thread.ThreadState & System.Threading.ThreadState.Unstarted) != 0 || _thread.Join(timeout);

    public bool Post(Action<object?> work, object? state)
    {
        if (!_inbox.TryAdd(work, state)) return false;
        Interlocked.MemoryBarrier(); // with the one in Wait: either we see it asleep, or it sees the work
        if (Volatile.Read(ref _asleep) != 0 && Interlocked.Exchange(ref _asleep, 0) != 0) _poller.Wake();
        return true;
    }

    /// <summary>Counts a connection as this loop's. Any thread.</summary>
    public void Assign() => Interlocked.Increment(ref _assigned);

    public void Unassign() => Interlocked.Decrement(ref _assigned);

    /// <summary>Watches a listening socket; before the loop is started.</summary>
    public void Listen(Acceptor acceptor) => _poller.Add(acceptor);

    /// <summary>Takes over a socket that was counted before, as open or as refused.</summary>
    public void Adopt(in AcceptedSocket accepted, Acceptor acceptor, bool refused)
    {
        var connection = _poller.Adopt(accepted, this, acceptor.Listener, _group.NextId());
        _connections.Add(connection);
        if (refused)
        {
            connection.Flags |= ConnectionFlags.Refused;
            connection.Send(acceptor.Listener.RefusalMessage.Span);
            connection.CloseAfterSend();
        }
        else if (IsStopping)
        {
            connection.Fail();
        }
        else if (acceptor.Tls is not null)
        {
            connection.Tls = acceptor.Tls.NewSession();
            if (connection.Tls is null) connection.Fail();
            WatchDeadline(connection, NowMs + (long)Options.TlsHandshakeTimeout.TotalMilliseconds);
        }
        else
        {
            _handler.Opened(connection);
        }

        if (!connection.IsClosed) Queue(connection);
    }

    /// <summary>Has it looked at in this turn or the next.</summary>
    public void Queue(LoopConnection connection)
    {
        if ((connection.Flags & ConnectionFlags.Queued) != 0) return;
        connection.Flags |= ConnectionFlags.Queued;
        _queue.Add(connection);
    }

    public void WatchDeadline(LoopConnection connection, long deadlineMs) =>
        _connections.WatchDeadline(connection, deadlineMs);

    public void FinishLater(LoopConnection connection) => _connections.FinishLater(connection);

    public void CloseLater(LoopConnection connection) => _connections.CloseLater(connection);

    public void TellDrained(LoopConnection connection) => _handler.Drained(connection);

    public void CountOverflow() => _group.CountOverflow();

    /// <summary>Has the handler do all it collected, so that the receive buffer can be used again.</summary>
    public void EndBatch()
    {
        _handler.EndOfBatch(_input.InBatch);
        _input.BatchEnded();
    }

    /// <summary>Closes everything when its output has left, at the latest after that time; then the thread ends. Any
    /// thread.</summary>
    public void StopWithin(TimeSpan timeout) => Post(
        _ =>
        {
            var stopAtMs = Math.Max(1, NowMs + (long)timeout.TotalMilliseconds);
            _stopAtMs = _stopAtMs == 0 ? stopAtMs : Math.Min(_stopAtMs, stopAtMs);
            _connections.CloseEveryone(_stopAtMs);
        },
        null);

    public void Dispose()
    {
        _input.Dispose();
        _tlsScratch?.Dispose();
        _poller.Dispose();
    }

    private void Run()
    {
        while (!_ended) Turn();
    }

    private void Turn()
    {
        var count = Wait();
        var started = Stopwatch.GetTimestamp();
        ReadClock();
        for (var i = 0; i < count; i++) Mark(ref _poller.Events[i]);
        ServeAll();
        if (RunPosted()) ServeAll();

        CheckTimes();
        _handler.Tick(NowMs);
        Volatile.Write(ref _busyTicks, _busyTicks + Stopwatch.GetTimestamp() - started);
    }

    private int Wait()
    {
        if (_queue.Count > 0 || !_inbox.IsEmpty || _connections.HasClosing) return _poller.Wait(0);
        Volatile.Write(ref _asleep, 1);
        Interlocked.MemoryBarrier(); // see Post
        var count = _poller.Wait(_inbox.IsEmpty ? LoopLimits.TickMs : 0);
        Volatile.Write(ref _asleep, 0);
        return count;
    }

    private void ReadClock() => Volatile.Write(ref _nowMs, Options.Clock.GetUtcNow().ToUnixTimeMilliseconds());

    private void Mark(ref PollEvent found)
    {
        if (found.Connection is { } connection)
        {
            connection.Ready |= found.Readiness;
            Queue(connection);
        }
        else if (found.Acceptor is { } acceptor)
        {
            Accepting.Accept(acceptor);
        }
    }

    /// <summary>Serves each queued connection once; those queued meanwhile have their turn next time.</summary>
    private void ServeAll()
    {
        _handshakesLeft = LoopLimits.TlsHandshakesPerTurn;
        (_queue, _serving) = (_serving, _queue);
        foreach (var connection in _serving)
        {
            connection.Flags &= ~ConnectionFlags.Queued;
            if (!connection.IsClosed) Serve(connection);
        }

        _serving.Clear();
        EndBatch();
        _connections.CloseAll(_handler);
    }

    private void Serve(LoopConnection connection)
    {
        if (connection.OutputBytesPending > 0 && (connection.Ready & Readiness.Writable) != 0) connection.Flush();
        if (connection.IsClosed) return;
        if ((connection.Flags & ConnectionFlags.Closing) != 0) _input.Discard(connection);
        else if (connection.Tls is { IsEstablished: false } && !Handshake(connection)) return;
        else if (connection.MayRead) _input.Serve(connection);
        else if ((connection.Flags & ConnectionFlags.Paused) != 0
            && (connection.Ready & (Readiness.PeerEnded | Readiness.HungUp)) != 0) connection.Fail();
    }

    /// <summary>One step of the TLS handshake, of which there are only so many per turn: the rest of a storm waits,
    /// and those who are connected are served in between.</summary>
    private bool Handshake(LoopConnection connection)
    {
        if ((connection.Ready & Readiness.Readable) == 0) return false;
        if (_handshakesLeft == 0)
        {
            Queue(connection);
            return false;
        }

        _handshakesLeft--;
        if (!_input.Handshake(connection)) return false;
        connection.DeadlineMs = 0;
        _handler.Opened(connection);
        return !connection.IsClosed;
    }

    /// <summary>Does what was posted so far; false when there was nothing.</summary>
    public bool RunPosted()
    {
        if (_inbox.IsEmpty) return false;
        foreach (var (work, state) in _inbox.TakeAll())
        {
            try
            {
                work(state);
            }
            catch (Exception e)
            {
                _group.CountFailure(e);
            }
        }

        return true;
    }

    private void CheckTimes()
    {
        if (NowMs - _checkedMs is >= 0 and < LoopLimits.TickMs && !IsStopping) return;
        _checkedMs = NowMs;
        Accepting.WakeRested(NowMs);
        _connections.CheckDeadlines(NowMs);
        _connections.CloseAll(_handler);
        if (IsStopping) _ended = _connections.All.Count == 0 && _inbox.TryEnd();
    }
}
