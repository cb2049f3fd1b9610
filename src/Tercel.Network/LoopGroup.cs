using Tercel.Network.Linux;
using Tercel.Network.Portable;

namespace Tercel.Network;

/// <summary>The loops of a process part, with their listeners.</summary>
/// <remarks>Lifetime: started once, stopped once. Thread: any, one caller at a time.</remarks>
public sealed class LoopGroup : IDisposable
{
    private readonly EventLoop[] _loops;
    private readonly List<(Acceptor Acceptor, EventLoop Loop)> _acceptors = [];
    private long _lastId;
    private long _refused;
    private long _failures;
    private long _overflows;
    private int _open;
    private int _refusing;
    private int _nextLoop;
    private bool _started;
    private bool _disposed;

    /// <summary>Makes the loops; <paramref name="handler"/> is asked for one handler per loop.</summary>
    public LoopGroup(NetworkOptions options, Func<IEventLoop, ILoopHandler> handler)
    {
        Options = options;
        Budget = new BufferBudget(options);
        _loops = new EventLoop[options.LoopCount > 0 ? options.LoopCount : Environment.ProcessorCount];
        var portable = options.Portable || !OperatingSystem.IsLinux();
        for (var i = 0; i < _loops.Length; i++)
            _loops[i] = new EventLoop(this, i, portable ? new PortablePoller() : new EpollPoller(), handler);
    }

    /// <summary>The loops.</summary>
    public IReadOnlyList<IEventLoop> Loops => _loops;

    /// <summary>Connections open, and refused because of the limit since start.</summary>
    public (int Open, long Refused) Connections => (Volatile.Read(ref _open), Interlocked.Read(ref _refused));

    /// <summary>Input and output that all connections keep now. Units: bytes.</summary>
    public long BufferBytes => Budget.Bytes;

    /// <summary>Exceptions that handlers and posted work have thrown since start.</summary>
    public long HandlerFailures => Interlocked.Read(ref _failures);

    /// <summary>Connections closed since start because their buffers, or all buffers together, were over a
    /// limit.</summary>
    public long BufferOverflows => Interlocked.Read(ref _overflows);

    internal NetworkOptions Options { get; }

    internal BufferBudget Budget { get; }

    /// <summary>Opens the sockets, so that errors (address in use, bad certificate) come before anything runs; then
    /// starts.</summary>
    /// <returns>The addresses bound, in the order given, with the ports that were free for 0.</returns>
    /// <remarks>Errors: <see cref="NetworkException"/> with the address and what to do.</remarks>
    public IReadOnlyList<Listener> Start(IReadOnlyList<Listener> listeners)
    {
        if (_started) throw new InvalidOperationException("The loops were started before.");
        var acceptors = new List<Acceptor>();
        try
        {
            foreach (var listener in listeners) acceptors.Add(ListenerSocket.Open(listener, Options));
        }
        catch
        {
            foreach (var acceptor in acceptors) acceptor.Close();
            throw;
        }

        for (var i = 0; i < acceptors.Count; i++) _acceptors.Add((acceptors[i], _loops[i % _loops.Length]));
        foreach (var (acceptor, loop) in _acceptors) loop.Listen(acceptor);
        _started = true;
        foreach (var loop in _loops) loop.Start();
        return acceptors.ConvertAll(acceptor => acceptor.Listener);
    }

    /// <summary>Stops accepting, lets the loops go on for established connections.</summary>
    public void StopListening()
    {
        using var left = new CountdownEvent(1);
        foreach (var (acceptor, loop) in _acceptors)
        {
            left.AddCount();
            var posted = loop.Post(
                _ =>
                {
                    loop.Accepting.Stop(acceptor);
                    left.Signal();
                },
                null);
            if (!posted) left.Signal();
        }

        _acceptors.Clear();
        left.Signal();
        left.Wait();
    }

    /// <summary>Closes all connections after their output has left (bounded by the time given) and ends the
    /// threads.</summary>
    /// <remarks>Not to be called from a loop's thread. Errors: a handler that does not return keeps its thread; the
    /// call then comes back after a second more.</remarks>
    public void Stop(TimeSpan timeout)
    {
        if (!_started || _disposed) return;
        StopListening();
        foreach (var loop in _loops) loop.StopWithin(timeout);
        var ended = true;
        foreach (var loop in _loops) ended &= loop.Join(timeout + TimeSpan.FromSeconds(1));
        _disposed = true;
        if (!ended) return; // a running thread still uses its buffers
        foreach (var loop in _loops) loop.Dispose();
    }

    /// <summary>Stops at once if still running.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        Stop(TimeSpan.Zero);
        if (_disposed) return;
        _disposed = true;
        foreach (var loop in _loops) loop.Dispose();
    }

    internal long NextId() => Interlocked.Increment(ref _lastId);

    /// <summary>Counts one connection more, if that many are allowed.</summary>
    internal bool TryOpen()
    {
        if (Interlocked.Increment(ref _open) <= Options.ConnectionsMax) return true;
        Interlocked.Decrement(ref _open);
        Interlocked.Increment(ref _refused);
        return false;
    }

    internal void ConnectionClosed() => Interlocked.Decrement(ref _open);

    /// <summary>Whether a refused connection may be told so.</summary>
    internal bool TryRefuse()
    {
        if (Interlocked.Increment(ref _refusing) <= LoopLimits.RefusalsAtOnce) return true;
        Interlocked.Decrement(ref _refusing);
        return false;
    }

    internal void RefusalEnded() => Interlocked.Decrement(ref _refusing);

    /// <summary>The loop with the fewest connections; they take turns when equal.</summary>
    internal EventLoop AssignLoop()
    {
        var start = (int)((uint)Interlocked.Increment(ref _nextLoop) % (uint)_loops.Length);
        var best = _loops[start];
        for (var i = 1; i < _loops.Length; i++)
        {
            var other = _loops[(start + i) % _loops.Length];
            if (other.ConnectionCount < best.ConnectionCount) best = other;
        }

        best.Assign();
        return best;
    }

    internal void CountOverflow() => Interlocked.Increment(ref _overflows);

    internal void CountFailure(Exception e)
    {
        Interlocked.Increment(ref _failures);
        Options.HandlerFailed?.Invoke(e);
    }
}

/// <summary>A listener could not be opened; the message says which, why and what to do.</summary>
public sealed class NetworkException(string message, Exception? inner = null) : Exception(message, inner);
