namespace Tercel.Cache.Server.Sessions;

/// <summary>Who watches which key, by shard.</summary>
/// <remarks>Thread: any; a shard's part is touched only with that shard entered. Cost: one predicted branch per change
/// while nobody watches. Keys are told apart by their hash: two in 2^64 may be mistaken, which aborts a transaction for
/// nothing.</remarks>
internal sealed class WatchTable
{
    private readonly Keyspace _keyspace;
    private readonly Lazy<Dictionary<ulong, List<WatchedKeys>>?[]> _shards;
    private int _count;

    public WatchTable(Keyspace keyspace)
    {
        _keyspace = keyspace;
        _shards = new(() => new Dictionary<ulong, List<WatchedKeys>>?[keyspace.ShardCount]);
    }

    /// <summary>Whether anybody watches anything.</summary>
    public bool IsUsed => Volatile.Read(ref _count) != 0;

    /// <summary>The key's shard is entered.</summary>
    public void Add(in KeyRef key, WatchedKeys watcher)
    {
        var shard = _shards.Value[_keyspace.ShardOf(key.Hash)] ??= [];
        var name = NameOf(key.Hash, key.Database);
        if (!shard.TryGetValue(name, out var watchers)) shard.Add(name, watchers = []);
        watchers.Add(watcher);
        Interlocked.Increment(ref _count);
    }

    /// <summary>Forgets all keys of a session; no shard is entered, or those of its keys are.</summary>
    public void Remove(WatchedKeys watcher)
    {
        foreach (var key in watcher.Keys)
        {
            var index = _keyspace.ShardOf(key.Hash);
            var name = NameOf(key.Hash, key.Database);
            _keyspace.Enter(index);
            try
            {
                if (_shards.Value[index] is not { } shard || !shard.TryGetValue(name, out var watchers)) continue;
                if (watchers.Remove(watcher)) Interlocked.Decrement(ref _count);
                if (watchers.Count == 0) shard.Remove(name);
            }
            finally
            {
                _keyspace.Exit(index);
            }
        }
    }

    /// <summary>A key was changed; its shard is entered.</summary>
    public void Touch(in KeyRef key)
    {
        if (_shards.Value[_keyspace.ShardOf(key.Hash)] is not { } shard) return;
        if (!shard.TryGetValue(NameOf(key.Hash, key.Database), out var watchers)) return;
        foreach (var watcher in watchers) watcher.IsDirty = true;
    }

    /// <summary>A database (-1 = all) was flushed or swapped; all shards are entered. Keys that neither existed nor
    /// exist now have not changed.</summary>
    public void TouchDatabase(int database, long nowMs)
    {
        if (!IsUsed) return;
        // Each stands here once per key: looked at once.
        var seen = new HashSet<WatchedKeys>();
        foreach (var shard in _shards.Value)
        {
            if (shard is null) continue;
            foreach (var watchers in shard.Values)
                foreach (var watcher in watchers)
                    if (seen.Add(watcher) && IsAffected(watcher, database, nowMs)) watcher.IsDirty = true;
        }
    }

    // The hash of a key is the same in all databases.
    private static ulong NameOf(ulong hash, int database) => hash + (ulong)database * 0x9E37_79B9_7F4A_7C15;

    private bool IsAffected(WatchedKeys watcher, int database, long nowMs)
    {
        foreach (var key in watcher.Keys)
        {
            if (database >= 0 && key.Database != database) continue;
            if (key.Existed || _keyspace.TryPeek(_keyspace.Key(key.Key, key.Database), nowMs, out _)) return true;
        }

        return false;
    }
}
