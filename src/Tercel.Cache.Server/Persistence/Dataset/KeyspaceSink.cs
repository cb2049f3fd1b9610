using Tercel.Cache.Server.Persistence.Rdb;
using Tercel.Cache.Values;
using Tercel.Primitives;

namespace Tercel.Cache.Server.Persistence.Dataset;

/// <summary>Puts entries into a keyspace.</summary>
/// <remarks>
/// Thread: one. Short strings are gathered first, so that the index buckets of a whole group are on their way from
/// memory before the first of it is stored; <see cref="Flush"/> must end the loading. Errors: a member, field or key
/// that comes twice is damage.
/// </remarks>
internal sealed class KeyspaceSink : IRdbSink
{
    private const int GroupMax = 32;
    private const int GatheredBytesMax = 1024;

    private readonly Keyspace _keyspace;
    private readonly long _nowMs;
    private byte[] _gathered = [];
    private Gathered[] _group = [];
    private byte[] _key = [];
    private int _count;
    private int _bytes;
    private int _keyLength;
    private int _database;
    private long _expireAtMs;
    private ValueKind _kind;

    // Of the collection that is being filled: its shard stays entered until its end.
    private int _shard = -1;

    /// <summary>Stores as at <paramref name="nowMs"/> (Unix milliseconds).</summary>
    public KeyspaceSink(Keyspace keyspace, long nowMs)
    {
        _keyspace = keyspace;
        _nowMs = nowMs;
    }

    /// <summary>A command stores one value: it replaces what is there, and its shard is entered already.</summary>
    public bool IsInCommand { get; init; }

    public void String(in RdbEntry entry, ReadOnlySpan<byte> value)
    {
        var bytes = entry.Key.Length + value.Length;
        if (bytes > GatheredBytesMax || IsInCommand)
        {
            Flush();
            Store(_keyspace.Key(entry.Key, entry.Database), value, OptionsOf(entry));
            return;
        }

        if (_count == GroupMax) Flush();
        if (_group.Length == 0)
            (_group, _gathered) = (new Gathered[GroupMax], new byte[GroupMax * GatheredBytesMax]);
        var target = _gathered.AsSpan(_bytes, bytes);
        entry.Key.CopyTo(target);
        value.CopyTo(target[entry.Key.Length..]);
        _keyspace.PrefetchBucket(_keyspace.Key(entry.Key, entry.Database).Hash);
        _group[_count++] = new Gathered(_bytes, entry.Key.Length, value.Length, entry.Database, OptionsOf(entry));
        _bytes += bytes;
    }

    public void Begin(in RdbEntry entry, ValueKind kind, long count)
    {
        Flush();
        if (_key.Length < entry.Key.Length) _key = new byte[Math.Max(entry.Key.Length, 256)];
        entry.Key.CopyTo(_key);
        (_keyLength, _database, _expireAtMs, _kind) = (entry.Key.Length, entry.Database, entry.ExpireAtMs, kind);
        var key = Key();
        Enter(_keyspace.ShardOf(key.Hash));
        if (_keyspace.TryPeek(key, _nowMs, out _) && !TryReplace(key)) RefuseTwice("the key", entry.Key);
        _keyspace.OpenCollection(key, kind, _nowMs, out _);
    }

    public void Element(ReadOnlySpan<byte> element)
    {
        _keyspace.OpenCollection(Key(), _kind, _nowMs, out var handle);
        if (_kind == ValueKind.List) new ListValue(handle).Push(element, head: false);
        else if (!new SetValue(handle).Add(element)) RefuseTwice("a member", element);
    }

    public void Scored(ReadOnlySpan<byte> member, double score)
    {
        _keyspace.OpenCollection(Key(), _kind, _nowMs, out var handle);
        if (new SortedSetValue(handle).Set(member, score, ScoreRules.OnlyNew, out _) != ScoreChange.Added)
            RefuseTwice("a member", member);
    }

    public void Field(ReadOnlySpan<byte> field, ReadOnlySpan<byte> value, long expireAtMs)
    {
        if (expireAtMs != 0 && expireAtMs <= _nowMs) return;
        _keyspace.OpenCollection(Key(), _kind, _nowMs, out var handle);
        if (!new HashValue(handle, _nowMs).Set(field, value, expireAtMs)) RefuseTwice("a field", field);
    }

    public void End()
    {
        _keyspace.OpenCollection(Key(), _kind, _nowMs, out var handle);
        // All fields of a hash may have been of the past.
        if (_kind == ValueKind.Hash && new HashValue(handle, _nowMs).Count == 0) _keyspace.Remove(Key(), _nowMs);
        else if (_expireAtMs != 0) _keyspace.SetExpiry(Key(), _expireAtMs, _nowMs);
        Exit();
        if (!IsInCommand) _keyspace.TryMakeRoom(0, _nowMs);
    }

    public void TagSet(uint number, ReadOnlySpan<byte> names)
    {
    }

    public void Aux(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
    }

    /// <summary>Stores what was gathered.</summary>
    public void Flush()
    {
        for (var i = 0; i < _count; i++)
        {
            ref readonly var item = ref _group[i];
            var bytes = _gathered.AsSpan(item.Start, item.KeyLength + item.ValueLength);
            Store(_keyspace.Key(bytes[..item.KeyLength], item.Database), bytes[item.KeyLength..], item.Options);
        }

        _count = _bytes = 0;
    }

    /// <summary>Leaves the shard of a collection that did not come to its end, and removes the part of it.</summary>
    public void Abandon()
    {
        if (_shard < 0) return;
        _keyspace.Remove(Key(), _nowMs);
        Exit();
    }

    private void Store(in KeyRef key, ReadOnlySpan<byte> value, in ValueOptions options)
    {
        // Loading goes on when there is no room: refusing a dataset for its size would be worse.
        if (!IsInCommand) _keyspace.TryMakeRoom(key.Bytes.Length + value.Length, _nowMs);
        Enter(_keyspace.ShardOf(key.Hash));
        if (!IsInCommand && _keyspace.TryPeek(key, _nowMs, out _)) RefuseTwice("the key", key.Bytes);
        var status = _keyspace.SetString(key, value, options, _nowMs);
        Invariant.Holds(status == StoreStatus.Ok);
        Exit();
    }

    private bool TryReplace(in KeyRef key) => IsInCommand && _keyspace.Remove(key, _nowMs);

    private static ValueOptions OptionsOf(in RdbEntry entry) =>
        new() { ExpireAtMs = entry.ExpireAtMs, ClientFlags = entry.ClientFlags };

    private KeyRef Key() => _keyspace.Key(_key.AsSpan(0, _keyLength), _database);

    private void Enter(int shard)
    {
        _keyspace.Enter(shard);
        _shard = shard;
    }

    private void Exit()
    {
        _keyspace.Exit(_shard);
        _shard = -1;
    }

    // A client's payload may say the same thing twice; a file of a dataset may not.
    private void RefuseTwice(string what, ReadOnlySpan<byte> name)
    {
        if (!IsInCommand) RdbException.Throw($"{what} \"{RdbReader.Printable(name)}\" comes twice", 0);
    }

    private readonly record struct Gathered(
        int Start, int KeyLength, int ValueLength, int Database, ValueOptions Options);
}
