using Tercel.Network;

namespace Tercel.Cache.Server.Sessions;

/// <summary>What a loop does between batches: expiry and compaction of its part of the shards, idle clients, the end
/// of a pause.</summary>
/// <remarks>Thread: one loop. Shards are divided among the loops; each turn's work is bounded.</remarks>
internal sealed class SessionUpkeep
{
    private const int StepsPerShard = 64;
    private const int IdleCheckMs = 500;
    private const int IdleChecksMax = 256;

    private readonly CacheServer _server;
    private readonly int _firstShard;
    private readonly int _shardStep;
    private readonly List<Session> _sessions = [];
    private readonly List<Session> _postponed = [];
    private readonly List<Session> _publishers = [];
    private int _nextShard;
    private int _nextSession;
    private long _lastMs;
    private long _idleCheckedMs;

    public SessionUpkeep(CacheServer server, IEventLoop loop, int loopCount)
    {
        _server = server;
        _firstShard = loop.Index;
        _shardStep = loopCount;
        _nextShard = _firstShard;
    }

    public void Add(Session session)
    {
        session.Place = _sessions.Count;
        _sessions.Add(session);
    }

    public void Remove(Session session)
    {
        var last = _sessions[^1];
        _sessions[session.Place] = last;
        last.Place = session.Place;
        _sessions.RemoveAt(_sessions.Count - 1);
        _postponed.Remove(session);
        _publishers.Remove(session);
    }

    /// <summary>The session waits for the end of CLIENT PAUSE.</summary>
    public void Postpone(Session session)
    {
        SessionLoop.Park(session);
        _postponed.Add(session);
    }

    /// <summary>The session has published more than the loops could deliver so far.</summary>
    public void WaitForMail(Session session)
    {
        if (session.Has(SessionStates.Parked)) return;
        SessionLoop.Park(session);
        _publishers.Add(session);
    }

    public void Tick(long nowMs)
    {
        if (nowMs == _lastMs) return;
        var elapsed = _lastMs == 0 ? 1 : Math.Clamp(nowMs - _lastMs, 1, 1000);
        _lastMs = nowMs;
        if (_postponed.Count > 0 && !_server.Pause.IsOn(nowMs)) GoOn(_postponed);
        if (_publishers.Count > 0 && !_server.Observers.IsAnyLoopSlow) GoOn(_publishers);
        TickShards(nowMs, elapsed);
        if (_firstShard == 0) _server.Sample(nowMs);
        CloseIdle(nowMs);
    }

    private static void GoOn(List<Session> sessions)
    {
        foreach (var session in sessions) SessionLoop.Unpark(session);
        sessions.Clear();
    }

    // One shard per millisecond while busy; after a rest, as many as the rest was long, each at most once.
    private void TickShards(long nowMs, long elapsedMs)
    {
        if (!_server.Live.ActiveExpiry) return;
        var count = _server.Keyspace.ShardCount;
        var mine = (count - _firstShard + _shardStep - 1) / _shardStep;
        for (var left = Math.Min(elapsedMs, mine); left > 0; left--)
        {
            if (_nextShard >= count) _nextShard = _firstShard;
            if (_nextShard >= count) return;
            _server.Keyspace.Tick(_nextShard, nowMs, StepsPerShard);
            _nextShard += _shardStep;
        }
    }

    private void CloseIdle(long nowMs)
    {
        if (nowMs - _idleCheckedMs < IdleCheckMs) return;
        _idleCheckedMs = nowMs;
        var idleMs = _server.Live.IdleSeconds * 1000L;
        if (idleMs <= 0) return;
        for (var left = Math.Min(_sessions.Count, IdleChecksMax); left > 0; left--)
        {
            if (_nextSession >= _sessions.Count) _nextSession = 0;
            var session = _sessions[_nextSession++];
            // As in Redis, whoever waits for something is not idle.
            if (session.Has(SessionStates.Parked | SessionStates.Subscribed)) continue;
            if (nowMs - session.ActiveMs > idleMs) session.Connection?.CloseAfterSend();
        }
    }
}
