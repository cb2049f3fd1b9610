using System.Text;
using Tercel.Cache.Server.Commands.SingleFlight;
using Tercel.Cache.Server.Persistence.Rdb;
using Tercel.Cache.Values;
using Tercel.Primitives;

namespace Tercel.Cache.Server.Persistence.Dataset;

/// <summary>Puts entries into a keyspace.</summary>
/// <remarks>
/// Thread: one, and its helpers. Short strings are gathered first, so that the index buckets of a group are on their
/// way from memory before they are needed; <see cref="Flush"/> must end the loading. Errors: a member, field or key
/// that comes twice is damage.
/// </remarks>
internal sealed class KeyspaceSink : IRdbSink
{
    private readonly Keyspace _keyspace;
    private readonly LoadHelpers? _helpers;
    private readonly long _nowMs;
    private StringGroup? _group;
    private Dictionary<uint, uint>? _tagSets;
    private byte[] _key = [];
    private int _keyLength;
    private uint _tagSet;
    private int _database;
    private long _expireAtMs;
    private ValueKind _kind;

    // Of the collection that is being filled: its shard stays entered until its end.
    private int _shard = -1;

    /// <summary>Stores as at <paramref name="nowMs"/> (Unix milliseconds), short strings with the help of other
    /// threads where there are any.</summary>
    public KeyspaceSink(Keyspace keyspace, long nowMs, LoadHelpers? helpers = null)
    {
        _keyspace = keyspace;
        _helpers = helpers;
        _nowMs = nowMs;
    }

    /// <summary>A command stores one value: it replaces what is there, and its shard is entered already.</summary>
    public bool IsInCommand { get; init; }

    /// <summary>Where the policies of the file go; null = nowhere.</summary>
    public FlightPolicies? Policies { get; init; }

    public void String(in RdbEntry entry, ReadOnlySpan<byte> value)
    {
        if (IsInCommand || entry.Key.Length + value.Length > StringGroup.EntryBytesMax)
        {
            Store(_keyspace.Key(entry.Key, entry.Database), value, OptionsOf(entry));
            return;
        }

        _group ??= new StringGroup();
        _group.Add(entry, value, OptionsOf(entry));
        if (_group.IsFull) StoreGroup();
    }

    public void Begin(in RdbEntry entry, ValueKind kind, long count)
    {
        if (_key.Length < entry.Key.Length) _key = new byte[Math.Max(entry.Key.Length, 256)];
        entry.Key.CopyTo(_key);
        (_keyLength, _database, _expireAtMs, _kind) = (entry.Key.Length, entry.Database, entry.ExpireAtMs, kind);
        _tagSet = SetOf(entry);
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
        else
        {
            if (_expireAtMs != 0) _keyspace.SetExpiry(Key(), _expireAtMs, _nowMs);
            if (_tagSet != 0) _keyspace.SetTags(Key(), _tagSet, _nowMs);
        }

        Exit();
        if (!IsInCommand) _keyspace.TryMakeRoom(0, _nowMs);
    }

    public void TagSet(uint number, ReadOnlySpan<byte> names) =>
        (_tagSets ??= [])[number] = TagNames.Read(_keyspace.Tags, names);

    public void Aux(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (Policies is null || !name.SequenceEqual(RdbFormat.PolicyAux)) return;
        if (FlightPolicy.TryParse(Encoding.Latin1.GetString(value)) is not { } policy || !Policies.TrySet(policy))
            RdbException.Throw("a policy is damaged, or there are too many", 0);
    }

    /// <summary>Stores what was gathered, and waits for the helpers.</summary>
    public void Flush()
    {
        if (_group is not null) StoreGroup();
        _helpers?.Finish();
    }

    /// <summary>Leaves the shard of a collection that did not come to its end, and removes the part of it.</summary>
    public void Abandon()
    {
        if (_shard < 0) return;
        _keyspace.Remove(Key(), _nowMs);
        Exit();
    }

    private void StoreGroup()
    {
        if (_group is null) return;
        if (_helpers is null) _group.Store(_keyspace, _nowMs);
        else _group = _helpers.Exchange(_group);
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

    private ValueOptions OptionsOf(in RdbEntry entry) => new()
    {
        ExpireAtMs = entry.ExpireAtMs, ClientFlags = entry.ClientFlags, TagSet = SetOf(entry),
    };

    // A number that no field has named belongs to a file that somebody has put together.
    private uint SetOf(in RdbEntry entry)
    {
        if (entry.TagSet == 0 || IsInCommand) return 0;
        if (_tagSets is null || !_tagSets.TryGetValue(entry.TagSet, out var set))
        {
            RdbException.Throw($"the set of tags {entry.TagSet} was not named before", 0);
            return 0;
        }

        return set;
    }

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
}
