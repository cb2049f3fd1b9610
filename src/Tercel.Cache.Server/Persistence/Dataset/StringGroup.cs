using Tercel.Cache.Server.Persistence.Rdb;
using Tercel.Primitives;

namespace Tercel.Cache.Server.Persistence.Dataset;

/// <summary>Short strings that were read and are to be stored together.</summary>
/// <remarks>Thread: one at a time. Copies key and value, since the reader's bytes do not stay.</remarks>
internal sealed class StringGroup
{
    /// <summary>Longer entries go their own way. Units: bytes of key and value.</summary>
    public const int EntryBytesMax = 1024;

    private const int ItemsMax = 256;
    private const int BytesMax = 64 * 1024;
    // So many index buckets are on their way from memory at a time.
    private const int PrefetchAhead = 16;

    private readonly byte[] _bytes = new byte[BytesMax + EntryBytesMax];
    private readonly Item[] _items = new Item[ItemsMax];
    private readonly ulong[] _hashes = new ulong[ItemsMax];
    private int _count;
    private int _bytesUsed;

    public bool IsFull => _count == ItemsMax || _bytesUsed >= BytesMax;

    public void Add(in RdbEntry entry, ReadOnlySpan<byte> value, in ValueOptions options)
    {
        var target = _bytes.AsSpan(_bytesUsed);
        entry.Key.CopyTo(target);
        value.CopyTo(target[entry.Key.Length..]);
        _items[_count++] = new Item(_bytesUsed, entry.Key.Length, value.Length, entry.Database, options);
        _bytesUsed += entry.Key.Length + value.Length;
    }

    /// <summary>Stores everything and is empty again. Errors: a key that is there already is damage.</summary>
    public void Store(Keyspace keyspace, long nowMs)
    {
        keyspace.TryMakeRoom(_bytesUsed, nowMs);
        for (var i = 0; i < _count; i++)
        {
            _hashes[i] = keyspace.Key(KeyOf(_items[i]), _items[i].Database).Hash;
            keyspace.PrefetchBucket(_hashes[i]);
            if (i >= PrefetchAhead) Store(keyspace, i - PrefetchAhead, nowMs);
        }

        for (var i = Math.Max(0, _count - PrefetchAhead); i < _count; i++) Store(keyspace, i, nowMs);
        _count = _bytesUsed = 0;
    }

    public void Clear() => _count = _bytesUsed = 0;

    private void Store(Keyspace keyspace, int index, long nowMs)
    {
        ref readonly var item = ref _items[index];
        var key = keyspace.Key(KeyOf(item), item.Database);
        var shard = keyspace.ShardOf(_hashes[index]);
        keyspace.Enter(shard);
        try
        {
            if (keyspace.TryPeek(key, nowMs, out _))
                RdbException.Throw($"the key \"{RdbReader.Printable(key.Bytes)}\" comes twice", 0);
            var value = _bytes.AsSpan(item.Start + item.KeyLength, item.ValueLength);
            Invariant.Holds(keyspace.SetString(key, value, item.Options, nowMs) == StoreStatus.Ok);
        }
        finally
        {
            keyspace.Exit(shard);
        }
    }

    private ReadOnlySpan<byte> KeyOf(in Item item) => _bytes.AsSpan(item.Start, item.KeyLength);

    private readonly record struct Item(int Start, int KeyLength, int ValueLength, int Database, ValueOptions Options);
}
