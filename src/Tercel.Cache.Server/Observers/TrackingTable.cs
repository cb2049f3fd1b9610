using System.Collections.Concurrent;
using Tercel.Cache.Server.Commands;
using Tercel.Cache.Server.Sessions;

namespace Tercel.Cache.Server.Observers;

/// <summary>Client-side caching: remembers what clients have read, and tells them when it is no longer true.</summary>
/// <remarks>Thread: any. A read is remembered and a change is told with the key's shard entered, so no change comes
/// between a client's read and its being remembered.</remarks>
internal sealed class TrackingTable(CacheServer server)
{
    /// <summary>Keys dropped per key added, until the table has its size again.</summary>
    private const int DropsPerKey = 4;

    private readonly CacheServer _server = server;
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<long, Session> _clients = new();
    private readonly TrackedKeys _keys = new();
    private PrefixListeners[] _prefixes = [];
    private int _clientCount;

    /// <summary>Number of tracking clients; one word, for the branch of those who change keys.</summary>
    public int ClientCount => Volatile.Read(ref _clientCount);

    public long KeyCount => _keys.Count;

    public long ItemCount => _keys.Items;

    public int PrefixCount => Volatile.Read(ref _prefixes).Length;

    /// <summary>CLIENT TRACKING ON; replaces what the session had.</summary>
    public void Start(Session session, TrackingState state)
    {
        lock (_lock)
        {
            session.Tracking = state;
            session.Set(SessionStates.Tracking, true);
            CollectPrefixesAfter(_clients.TryAdd(session.Id, session) ? 1 : 0);
        }
    }

    /// <summary>CLIENT TRACKING OFF, RESET, or the end of the session. What it has read is forgotten when it is
    /// changed.</summary>
    public void Forget(Session session)
    {
        if (session.Tracking is null) return;
        lock (_lock)
        {
            session.Tracking = null;
            session.Set(SessionStates.Tracking, false);
            CollectPrefixesAfter(_clients.TryRemove(session.Id, out _) ? -1 : 0);
            if (_clientCount == 0) _keys.Clear();
        }
    }

    /// <summary>A command has read; the shards of its keys are entered.</summary>
    public void Remember(in CommandContext context)
    {
        var session = context.Session;
        if ((context.Info.Flags & CommandFlags.ReadOnly) == 0 || session.Tracking is not { Remembers: true }) return;
        var keys = new KeyPositions(context.Info.Keys, context.Args);
        while (keys.MoveNext()) _keys.Add(context.Args[keys.Index], session.Id);
        var max = _server.Live.TrackedKeysMax;
        if (max <= 0) return;
        for (var drops = 0; _keys.Count > max && drops < DropsPerKey; drops++)
        {
            if (!_keys.TryTakeAny(out var key, out var readers)) break;
            TellReaders(context.Dispatcher.Outbox, null, readers, key);
        }
    }

    /// <summary>A key was changed by a session, or has left by itself (null).</summary>
    public void KeyChanged(Outbox outbox, Session? changer, ReadOnlySpan<byte> key)
    {
        if (_keys.TryTake(key, out var readers)) TellReaders(outbox, changer, readers, key);
        foreach (var listeners in Volatile.Read(ref _prefixes))
        {
            if (!key.StartsWith(listeners.Prefix)) continue;
            foreach (var session in listeners.Sessions) Tell(outbox, session, changer, MailKind.Invalidated, key);
        }
    }

    /// <summary>Nothing that clients have cached is true any more.</summary>
    public void AllChanged(Outbox outbox)
    {
        _keys.Clear();
        foreach (var session in _clients.Values) Tell(outbox, session, null, MailKind.AllInvalidated, default);
    }

    private void TellReaders(Outbox outbox, Session? changer, Readers readers, ReadOnlySpan<byte> key)
    {
        for (var i = 0; i < readers.Count; i++)
        {
            if (!_clients.TryGetValue(readers[i], out var session)) continue;
            if (session.Tracking is not { IsBroadcast: false }) continue;
            Tell(outbox, session, changer, MailKind.Invalidated, key);
        }
    }

    private void Tell(Outbox outbox, Session session, Session? changer, MailKind kind, ReadOnlySpan<byte> key)
    {
        if (session.Tracking is not { } state || (state.IsNoLoop && session == changer)) return;
        if (state.RedirectId == 0)
        {
            if (session.IsResp3) outbox.Tell(session, kind, key);
        }
        else if (_server.Sessions.Find(state.RedirectId) is { } target)
        {
            outbox.Tell(target, kind, key);
        }
        else
        {
            state.IsRedirectionBroken = true;
            Span<byte> id = stackalloc byte[sizeof(long)];
            BitConverter.TryWriteBytes(id, state.RedirectId);
            outbox.Tell(session, MailKind.RedirectionBroken, id);
        }
    }

    /// <summary>So many clients have come or gone; the lock is taken.</summary>
    private void CollectPrefixesAfter(int change)
    {
        Volatile.Write(ref _clientCount, _clientCount + change);
        _server.Observers.CountCommandObserver(change);
        var prefixes = new Dictionary<byte[], List<Session>>(BytesComparer.Instance);
        foreach (var session in _clients.Values)
        {
            if (session.Tracking is not { IsBroadcast: true } state) continue;
            foreach (var prefix in state.Prefixes)
            {
                if (!prefixes.TryGetValue(prefix, out var sessions)) prefixes.Add(prefix, sessions = []);
                sessions.Add(session);
            }
        }

        Volatile.Write(
            ref _prefixes, [.. prefixes.Select(static pair => new PrefixListeners(pair.Key, [.. pair.Value]))]);
    }

    private sealed record PrefixListeners(byte[] Prefix, Session[] Sessions);
}
