namespace Tercel.Cache;

/// <summary>A key whose shard is entered until disposed: the short way to work on one key.</summary>
/// <remarks>Made by <see cref="Keyspace.EnterKey"/>. Never held across a wait. Make room before entering.</remarks>
public readonly ref struct KeyScope : IDisposable
{
    private readonly Keyspace _keyspace;
    private readonly int _shard;

    internal KeyScope(Keyspace keyspace, ReadOnlySpan<byte> key, int database)
    {
        _keyspace = keyspace;
        Key = keyspace.Key(key, database);
        _shard = keyspace.ShardOf(Key.Hash);
        keyspace.Enter(_shard);
    }

    /// <summary>The key, for the keyspace's methods.</summary>
    public KeyRef Key { get; }

    /// <summary>Leaves the shard.</summary>
    public void Dispose() => _keyspace.Exit(_shard);
}
