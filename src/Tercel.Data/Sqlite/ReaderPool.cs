using Tercel.Primitives;

namespace Tercel.Data.Sqlite;

// The reader connections of one lane. A free one is taken with one interlocked exchange; when all are out, the
// caller waits in a bounded queue, and the session that comes back is handed to the longest waiting.
internal sealed class ReaderPool
{
    private readonly SqliteReadSession?[] _free;
    private readonly SqliteReadSession[] _all;
    private readonly Queue<TaskCompletionSource<SqliteReadSession>> _waiting = new();
    private readonly SqliteOptions _options;
    private readonly TimeProvider _time;
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _waitingCount;
    private int _closed;
    private volatile bool _stopping;

    public ReaderPool(IReadOnlyList<SqliteConnection> connections, SqliteOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        _all = [.. connections.Select((connection, slot) => new SqliteReadSession(connection, this, slot))];
        _free = [.. _all];
    }

    // A caller is asked for its token only when it has to wait.
    public ValueTask<IReadSession> Rent(ICaller? caller, CancellationToken cancellation)
    {
        if (_stopping) throw Stopping();
        return TryTake() is { } session
            ? new(session.Start(caller, cancellation))
            : new(Wait(caller?.Token ?? cancellation));
    }

    public void Return(SqliteReadSession session)
    {
        Volatile.Write(ref _free[session.Slot], session);
        // The slot is visible before the waiters are counted; Wait does it the other way round.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _waitingCount) > 0) HandOver();
        if (_stopping) CloseFree();
    }

    // Refuses new renters, and those who wait.
    public void Refuse()
    {
        _stopping = true;
        lock (_waiting)
        {
            while (_waiting.TryDequeue(out var waiter)) waiter.TrySetException(Stopping());
        }
    }

    // After Refuse: waits for those who have a session, at most for the time given; then interrupts them.
    public async Task Stop(TimeSpan timeMax)
    {
        CloseFree();
        if (await Drained(timeMax)) return;
        foreach (var session in _all) session.Interrupt();
        await Drained(timeMax);
    }

    private async Task<bool> Drained(TimeSpan timeMax)
    {
        try
        {
            await _drained.Task.WaitAsync(timeMax, _time);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private SqliteReadSession? TryTake()
    {
        var start = Thread.GetCurrentProcessorId();
        for (var i = 0; i < _free.Length; i++)
        {
            ref var slot = ref _free[(uint)(start + i) % (uint)_free.Length];
            if (Volatile.Read(ref slot) is null) continue;
            if (Interlocked.Exchange(ref slot, null) is { } session) return session;
        }

        return null;
    }

    private async Task<IReadSession> Wait(CancellationToken cancellation)
    {
        var waiter = new TaskCompletionSource<SqliteReadSession>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_waiting)
        {
            if (_stopping) throw Stopping();
            if (_waiting.Count >= _options.ReadQueueCapacity) DropAbandoned();
            if (_waiting.Count >= _options.ReadQueueCapacity)
                throw new StoreException(StoreFailure.Busy, "too many requests wait for a reader connection");
            _waiting.Enqueue(waiter);
            Volatile.Write(ref _waitingCount, _waiting.Count);
        }

        Interlocked.MemoryBarrier();
        HandOver(); // one may have come back between the look and the queue
        try
        {
            var session = await waiter.Task.WaitAsync(_options.ReadWaitMax, _time, cancellation);
            return session.Start(null, cancellation);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            var failure = e is TimeoutException
                ? new StoreException(StoreFailure.Busy, "no reader connection was free in time")
                : new StoreException(StoreFailure.Cancelled, "the caller gave up");
            if (waiter.TrySetException(failure)) return await waiter.Task;
            return (await waiter.Task).Start(null, cancellation); // it was handed over at the last moment
        }
    }

    private void HandOver()
    {
        lock (_waiting)
        {
            while (_waiting.Count > 0 && TryTake() is { } session)
            {
                var given = false;
                while (!given && _waiting.TryDequeue(out var waiter)) given = waiter.TrySetResult(session);
                if (!given) Volatile.Write(ref _free[session.Slot], session);
            }

            Volatile.Write(ref _waitingCount, _waiting.Count);
        }
    }

    private void DropAbandoned()
    {
        for (var count = _waiting.Count; count > 0; count--)
        {
            var waiter = _waiting.Dequeue();
            if (!waiter.Task.IsCompleted) _waiting.Enqueue(waiter);
        }
    }

    private void CloseFree()
    {
        while (TryTake() is { } session)
        {
            session.Close();
            if (Interlocked.Increment(ref _closed) == _all.Length) _drained.TrySetResult();
        }
    }

    private static StoreException Stopping() => new(StoreFailure.Stopping, "the database is closing");
}
