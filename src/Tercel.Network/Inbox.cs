namespace Tercel.Network;

// Work posted to a loop by other threads. Two lists are swapped, so posting in the steady state allocates nothing.
// Its length is bounded by those who post: each of them keeps at most so much work on its way.
internal sealed class Inbox
{
    private readonly Lock _lock = new();
    private List<(Action<object?> Work, object? State)> _coming = [];
    private List<(Action<object?> Work, object? State)> _running = [];
    private volatile bool _any;
    private bool _ended;

    public bool IsEmpty => !_any;

    /// <summary>False when the loop has ended.</summary>
    public bool TryAdd(Action<object?> work, object? state)
    {
        lock (_lock)
        {
            if (_ended) return false;
            _coming.Add((work, state));
            _any = true;
            return true;
        }
    }

    /// <summary>What was posted so far, in order. Lifetime: until the next call.</summary>
    public List<(Action<object?> Work, object? State)> TakeAll()
    {
        _running.Clear();
        lock (_lock)
        {
            (_coming, _running) = (_running, _coming);
            _any = false;
        }

        return _running;
    }

    /// <summary>Ends it if nothing is waiting; afterwards nothing can be posted.</summary>
    public bool TryEnd()
    {
        lock (_lock)
        {
            if (_coming.Count > 0) return false;
            _ended = true;
            return true;
        }
    }
}
