namespace Tercel.Cache.Server.Sessions;

/// <summary>The keys one session watches.</summary>
/// <remarks>Thread: its session's loop; <see cref="IsDirty"/> is set by any, with the key's shard entered.</remarks>
internal sealed class WatchedKeys
{
    private readonly List<WatchedKey> _keys = [];
    private readonly HashSet<(ulong Hash, int Database)> _known = [];
    private volatile bool _isDirty;

    /// <summary>One of the keys was changed since WATCH.</summary>
    public bool IsDirty
    {
        get => _isDirty;
        set => _isDirty = value;
    }

    public IReadOnlyList<WatchedKey> Keys => _keys;

    /// <summary>False when the key is watched already.</summary>
    public bool TryAdd(in KeyRef key, bool existed)
    {
        if (!_known.Add((key.Hash, key.Database))) return false;
        _keys.Add(new WatchedKey(key.Bytes.ToArray(), key.Database, key.Hash, existed));
        return true;
    }
}

/// <summary>A watched key; a key that existed and is gone at EXEC has expired or was evicted: that is a change
/// too.</summary>
internal readonly record struct WatchedKey(byte[] Key, int Database, ulong Hash, bool Existed);
