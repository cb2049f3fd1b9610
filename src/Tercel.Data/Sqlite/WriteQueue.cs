using System.Diagnostics.CodeAnalysis;

namespace Tercel.Data.Sqlite;

// The bounded line before the writer thread. Many threads add, one takes.
internal sealed class WriteQueue(int capacity)
{
    private readonly Queue<WriteRequest> _requests = new();
    private readonly object _gate = new();
    private bool _closed;

    public void Add(WriteRequest request)
    {
        lock (_gate)
        {
            if (_closed) throw Stopping();
            if (_requests.Count >= capacity) throw new StoreException(StoreFailure.Busy, "too many writes wait");
            _requests.Enqueue(request);
            if (_requests.Count == 1) Monitor.Pulse(_gate);
        }
    }

    public bool TryTake([NotNullWhen(true)] out WriteRequest? request)
    {
        lock (_gate) return _requests.TryDequeue(out request);
    }

    // Waits until there is a request, the queue is closed, or the time is over; false when there is none.
    public bool Wait(TimeSpan time)
    {
        lock (_gate)
        {
            if (_requests.Count == 0 && !_closed) Monitor.Wait(_gate, time);
            return _requests.Count > 0;
        }
    }

    // Nothing is added any more, and nothing is left.
    public bool IsEnded
    {
        get
        {
            lock (_gate) return _closed && _requests.Count == 0;
        }
    }

    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.PulseAll(_gate);
        }
    }

    public static StoreException Stopping() => new(StoreFailure.Stopping, "the database is closing");
}
