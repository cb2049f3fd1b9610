using Tercel.Cache.Server.Commands;

namespace Tercel.Cache.Server.Observers;

/// <summary>Keys that expired or were evicted, until a loop tells of them: they are removed deep inside the engine,
/// where nothing may be sent.</summary>
/// <remarks>Thread: any. Bounded: over the maximum, clients that cache are told to forget everything, and
/// notifications are lost, as they may be.</remarks>
internal sealed class RemovedKeys(CacheServer server)
{
    private const int KeysMax = 100_000;

    private readonly CacheServer _server = server;
    private readonly Lock _lock = new();
    private List<RemovedKey> _keys = [];
    private List<RemovedKey> _telling = [];
    private bool _isFull;
    private volatile bool _any;

    /// <summary>One word, for the branch of those who look.</summary>
    public bool HasAny => _any;

    /// <summary>The key's shard is entered.</summary>
    public void Add(ReadOnlySpan<byte> key, int database, KeyEvents kind)
    {
        lock (_lock)
        {
            if (_keys.Count < KeysMax) _keys.Add(new RemovedKey(key.ToArray(), database, kind));
            else _isFull = true;
            _any = true;
        }
    }

    /// <summary>Tells of all; no shard is entered.</summary>
    public void Tell(Outbox outbox)
    {
        lock (_lock)
        {
            (_keys, _telling) = (_telling, _keys);
            var isFull = _isFull;
            (_isFull, _any) = (false, false);
            foreach (var removed in _telling) Tell(outbox, removed, isFull);
            _telling.Clear();
            if (isFull) _server.Observers.Tracking.AllChanged(outbox);
        }
    }

    private void Tell(Outbox outbox, RemovedKey removed, bool allInvalidated)
    {
        if (!allInvalidated) _server.Observers.Tracking.KeyChanged(outbox, null, removed.Key);
        if (removed.Kind == KeyEvents.None) return;
        var name = removed.Kind == KeyEvents.Expired ? "expired"u8 : "evicted"u8;
        KeyNotices.Publish(outbox, _server.Live.NotifiedEvents, removed.Database, removed.Key, name);
    }

    private readonly record struct RemovedKey(byte[] Key, int Database, KeyEvents Kind);
}
