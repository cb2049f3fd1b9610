namespace Tercel.Network;

// The connections of one loop, and how they end. Nothing closes while a handler's method runs: those that may be
// finished and those that failed are collected, and closed between batches. Thread: the loop's.
internal sealed class ConnectionSet(EventLoop loop, Poller poller, LoopGroup group)
{
    private readonly List<LoopConnection> _all = [];
    private readonly List<LoopConnection> _deadlines = [];
    private List<LoopConnection> _finish = [];
    private List<LoopConnection> _failed = [];
    private List<LoopConnection> _spare = [];

    public IReadOnlyList<LoopConnection> All => _all;

    public bool HasClosing => _finish.Count + _failed.Count > 0;

    public void Add(LoopConnection connection)
    {
        connection.Place = _all.Count;
        _all.Add(connection);
    }

    public void WatchDeadline(LoopConnection connection, long deadlineMs)
    {
        connection.DeadlineMs = deadlineMs;
        if ((connection.Flags & ConnectionFlags.DeadlineWatched) != 0) return;
        connection.Flags |= ConnectionFlags.DeadlineWatched;
        _deadlines.Add(connection);
    }

    /// <summary>Fails connections whose deadline is over. Cost: one look at each that has one.</summary>
    public void CheckDeadlines(long nowMs)
    {
        for (var i = _deadlines.Count - 1; i >= 0; i--)
        {
            var connection = _deadlines[i];
            if (!connection.IsClosed && connection.DeadlineMs > nowMs) continue;
            connection.Flags &= ~ConnectionFlags.DeadlineWatched;
            _deadlines[i] = _deadlines[^1];
            _deadlines.RemoveAt(_deadlines.Count - 1);
            if (connection.DeadlineMs != 0) connection.Fail();
        }
    }

    public void FinishLater(LoopConnection connection)
    {
        if ((connection.Flags & ConnectionFlags.FinishQueued) != 0) return;
        connection.Flags |= ConnectionFlags.FinishQueued;
        _finish.Add(connection);
    }

    public void CloseLater(LoopConnection connection) => _failed.Add(connection);

    /// <summary>Closes what has nothing left to do, and what failed.</summary>
    public void CloseAll(GuardedHandler handler)
    {
        while (HasClosing)
        {
            foreach (var connection in Take(ref _finish)) Finish(connection);
            foreach (var connection in Take(ref _failed)) Close(connection, handler);
        }
    }

    /// <summary>Closes every connection once its output has left, at that time at the latest.</summary>
    public void CloseEveryone(long deadlineMs)
    {
        foreach (var connection in _all)
        {
            connection.CloseAfterSend();
            connection.DeadlineMs = deadlineMs;
        }
    }

    /// <summary>All that was sent has left: says so to the peer, and waits for its end, since the system throws away
    /// what the peer has not read yet when a socket is closed with unread input.</summary>
    private void Finish(LoopConnection connection)
    {
        connection.Flags &= ~ConnectionFlags.FinishQueued;
        if (connection.IsClosed || connection.OutputBytesPending > 0) return;
        if ((connection.Flags & ConnectionFlags.InputEnded) != 0)
        {
            const ConnectionFlags HasMore = ConnectionFlags.ShowAgain | ConnectionFlags.OverSoftMax;
            if ((connection.Flags & HasMore) == 0 || (connection.Flags & ConnectionFlags.Closing) != 0)
                connection.Fail();
            return;
        }

        const ConnectionFlags Ended = ConnectionFlags.Closing | ConnectionFlags.SendingEnded;
        if ((connection.Flags & Ended) != ConnectionFlags.Closing) return;
        connection.EndSending();
        connection.DeadlineMs = Math.Min(connection.DeadlineMs, loop.NowMs + LoopLimits.LingerMs);
        if ((connection.Ready & Readiness.Readable) != 0) loop.Queue(connection);
        else if (loop.IsStopping) connection.Fail();
    }

    private void Close(LoopConnection connection, GuardedHandler handler)
    {
        handler.Closed(connection);
        var last = _all[^1];
        _all[connection.Place] = last;
        last.Place = connection.Place;
        _all.RemoveAt(_all.Count - 1);
        poller.Remove(connection);
        connection.Release();
        if ((connection.Flags & ConnectionFlags.Refused) != 0)
        {
            group.RefusalEnded();
        }
        else
        {
            loop.Unassign();
            group.ConnectionClosed();
        }
    }

    private List<LoopConnection> Take(ref List<LoopConnection> list)
    {
        _spare.Clear();
        (list, _spare) = (_spare, list);
        return _spare;
    }
}
