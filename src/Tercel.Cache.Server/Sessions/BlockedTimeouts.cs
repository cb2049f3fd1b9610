namespace Tercel.Cache.Server.Sessions;

/// <summary>The deadlines of one loop's parked clients.</summary>
/// <remarks>Thread: its loop's. Looked at once per turn, at least every 100 ms.</remarks>
internal sealed class BlockedTimeouts(CacheServer server)
{
    private const int CleanUpMin = 64;

    private readonly CacheServer _server = server;
    private readonly PriorityQueue<BlockedClient, long> _deadlines = new();
    private int _cleanUpAt = CleanUpMin;

    public void Add(BlockedClient client)
    {
        if (client.DeadlineMs == long.MaxValue) return;
        _deadlines.Enqueue(client, client.DeadlineMs);
        if (_deadlines.Count >= _cleanUpAt) CleanUp();
    }

    public void Tick(long nowMs)
    {
        while (_deadlines.TryPeek(out var client, out var deadlineMs) && deadlineMs <= nowMs)
        {
            _deadlines.Dequeue();
            _server.Blocking.TimeOut(client);
            // Somebody runs its command just now: should it have to wait on, it ends in the next turn.
            if (client.IsTaken) _deadlines.Enqueue(client, nowMs + 1);
        }
    }

    /// <summary>Forgets those who were served long before their time, each time the queue has doubled.</summary>
    private void CleanUp()
    {
        var waiting = _deadlines.UnorderedItems.Where(static item => !item.Element.IsDone).ToList();
        _deadlines.Clear();
        foreach (var (client, deadlineMs) in waiting) _deadlines.Enqueue(client, deadlineMs);
        _cleanUpAt = Math.Max(CleanUpMin, waiting.Count * 2);
    }
}
