using System.Text;
using Tercel.Cache;
using Tercel.Primitives;
using Xunit;

namespace Tercel.Tests.Cache;

/// <summary>A keyspace beside a dictionary that does the same.</summary>
internal sealed class KeyspaceWithModel : IDisposable
{
    private const int Databases = 3;
    private static readonly int[] OddKeyLengths = [0, 1, 7, 8, 9, 15, 16, 17, 31, 100, 254, 255, 256, 5000, 65_535];
    private static readonly int[] OddValueLengths =
        [0, 1, 2, 3, 100, 4000, 4080, 5000, 16_300, 20_000, 70_000, 3_000_000];


    private readonly Prng _random;
    private readonly Dictionary<(int Database, string Key), (byte[] Bytes, long ExpireAtMs)> _model = [];
    private long _nowMs = 1_000_000;

    public KeyspaceWithModel(ulong seed, long bytes, int shards, int pageBytes)
    {
        _random = new Prng(seed);
        Keyspace = new Keyspace(new KeyspaceOptions
        {
            MemoryBytesMax = bytes, ShardCount = shards, PageBytes = pageBytes, HashSeed = seed | 1,
            Eviction = EvictionPolicy.NoEviction,
        });
    }

    public Keyspace Keyspace { get; }

    public void Step()
    {
        if (_random.Chance(0.3)) _nowMs += _random.Below(50);
        var database = _random.Below(Databases);
        var key = RandomKey();
        switch (_random.Below(20))
        {
            case < 5: Set(database, key, RandomValue()); break;
            case < 7: Remove(database, key); break;
            case 7: Add(database, key); break;
            case < 10: Grow(database, key); break;
            case 10: Expire(database, key); break;
            case 11: Rename(database, key, RandomKey()); break;
            case 12: Copy(database, key, _random.Below(Databases), RandomKey()); break;
            case 13 when _random.Chance(0.01): Flush(_random.Below(Databases + 1) - 1); break;
            case 14 when _random.Chance(0.02): Swap(_random.Below(Databases), _random.Below(Databases)); break;
            case 15: Keyspace.Tick(_random.Below(Keyspace.ShardCount), _nowMs, 3); break;
            default: Compare(database, key); break;
        }
    }

    /// <summary>What is live now.</summary>
    public Dictionary<(int Database, string Key), string> Contents() =>
        _model.Where(entry => entry.Value.ExpireAtMs == 0 || _nowMs <= entry.Value.ExpireAtMs)
            .ToDictionary(entry => entry.Key,
                entry => SnapshotPassTests.Sink.Describe(entry.Value.Bytes, entry.Value.ExpireAtMs));

    public void CompareAll()
    {
        Keyspace.CheckIntegrity();
        foreach (var (database, key) in _model.Keys.ToArray()) Compare(database, key);
        _nowMs += 3_600_000;
        Keyspace.TickAll(_nowMs);
        foreach (var key in _model.Keys.ToArray()) Live(key);
        for (var i = 0; i < Databases; i++)
            Assert.Equal(_model.Keys.Count(key => key.Database == i), Keyspace.Count(i));
        foreach (var (database, key) in _model.Keys.ToArray()) Remove(database, key);
        Assert.Equal(0, Keyspace.Count(0));
        Keyspace.CheckIntegrity();
    }

    public void Dispose() => Keyspace.Dispose();

    private static byte[] Bytes(string key) => Encoding.Latin1.GetBytes(key);

    private string RandomKey()
    {
        if (_random.Chance(0.97)) return $"key:{_random.Below(600)}";
        return new string((char)('a' + _random.Below(3)), _random.Pick(OddKeyLengths));
    }

    private byte[] RandomValue()
    {
        var length = _random.Chance(0.97) ? _random.Below(200) : _random.Pick(OddValueLengths);
        if (_random.Chance(0.1)) return Bytes(((long)_random.Next() >> _random.Below(60)).ToString());
        var value = new byte[length];
        for (var i = 0; i < length; i += 97) value[i] = (byte)_random.Next();
        return value;
    }

    private (byte[] Bytes, long ExpireAtMs)? Live((int Database, string Key) key)
    {
        if (!_model.TryGetValue(key, out var found)) return null;
        if (found.ExpireAtMs == 0 || _nowMs <= found.ExpireAtMs) return found;
        _model.Remove(key);
        return null;
    }

    private void Compare(int database, string key)
    {
        var expected = Live((database, key));
        using var entered = new Entered(Keyspace, Bytes(key), database);
        Assert.Equal(expected is not null, Keyspace.TryPeek(entered.Key, _nowMs, out var value));
        if (expected is not { } found) return;
        Assert.True(value.Bytes.SequenceEqual(found.Bytes));
        Assert.Equal(found.ExpireAtMs, value.ExpireAtMs);
    }

    private void Set(int database, string key, byte[] value)
    {
        var keep = _random.Chance(0.1);
        var expireAtMs = _random.Chance(0.4) ? _nowMs + _random.Below(1 << _random.Below(20)) : 0;
        var flags = (uint)_random.Below(2);
        var options = new ValueOptions { ExpireAtMs = expireAtMs, KeepExpiry = keep, ClientFlags = flags };
        Assert.Equal(StoreStatus.Ok, Keyspace.Put(Bytes(key), value, database, options, _nowMs));
        var old = Live((database, key));
        if (keep) expireAtMs = old?.ExpireAtMs ?? expireAtMs;
        if (expireAtMs != 0 && expireAtMs <= _nowMs) _model.Remove((database, key));
        else _model[(database, key)] = (value, expireAtMs);
    }

    private void Remove(int database, string key)
    {
        var expected = Live((database, key)) is not null;
        _model.Remove((database, key));
        Assert.Equal(expected, Keyspace.Drop(Bytes(key), database, _nowMs));
    }

    private void Add(int database, string key)
    {
        var delta = (long)_random.Next() >> _random.Below(64);
        var old = Live((database, key));
        using var entered = new Entered(Keyspace, Bytes(key), database);
        var status = Keyspace.AddInteger(entered.Key, delta, _nowMs, out var sum);
        long number = 0;
        var isNumber = old is null || long.TryParse(Encoding.Latin1.GetString(old.Value.Bytes), out number)
            && number.ToString() == Encoding.Latin1.GetString(old.Value.Bytes);
        if (!isNumber)
        {
            Assert.Equal(StoreStatus.NotAnInteger, status);
            return;
        }

        var exact = (Int128)number + delta;
        if (exact != (long)exact)
        {
            Assert.Equal(StoreStatus.Overflow, status);
            return;
        }

        Assert.Equal((StoreStatus.Ok, (long)exact), (status, sum));
        _model[(database, key)] = (Bytes(sum.ToString()), old?.ExpireAtMs ?? 0);
    }

    private void Grow(int database, string key)
    {
        var old = Live((database, key));
        var length = (old?.Bytes.Length ?? 0) + _random.Below(1 << _random.Below(15));
        using var entered = new Entered(Keyspace, Bytes(key), database);
        Assert.Equal(StoreStatus.Ok, Keyspace.OpenString(entered.Key, length, _nowMs, out var bytes));
        var expected = new byte[length];
        old?.Bytes.CopyTo(expected, 0);
        Assert.True(bytes.SequenceEqual(expected));
        if (length > 0) bytes[length - 1] = expected[length - 1] = (byte)_random.Next();
        _model[(database, key)] = (expected, old?.ExpireAtMs ?? 0);
    }

    private void Expire(int database, string key)
    {
        var old = Live((database, key));
        var expireAtMs = _random.Chance(0.2) ? 0 : _nowMs - 5 + _random.Below(1 << _random.Below(22));
        using var entered = new Entered(Keyspace, Bytes(key), database);
        Assert.Equal(old is not null, Keyspace.SetExpiry(entered.Key, expireAtMs, _nowMs));
        if (old is null) return;
        if (expireAtMs != 0 && expireAtMs <= _nowMs) _model.Remove((database, key));
        else _model[(database, key)] = (old.Value.Bytes, expireAtMs);
    }

    private void Rename(int database, string from, string to)
    {
        var old = Live((database, from));
        Keyspace.EnterAll();
        var status = Keyspace.Rename(Keyspace.Key(Bytes(from), database), Keyspace.Key(Bytes(to), database), _nowMs);
        Keyspace.ExitAll();
        Assert.Equal(old is null ? StoreStatus.NotFound : StoreStatus.Ok, status);
        if (old is null) return;
        _model.Remove((database, from));
        _model[(database, to)] = old.Value;
    }

    private void Copy(int database, string from, int toDatabase, string to)
    {
        var old = Live((database, from));
        Keyspace.EnterAll();
        var status = Keyspace.Copy(Keyspace.Key(Bytes(from), database), Keyspace.Key(Bytes(to), toDatabase), _nowMs);
        Keyspace.ExitAll();
        if (old is null) Assert.Equal(StoreStatus.NotFound, status);
        else if (from == to && database == toDatabase) Assert.Equal(StoreStatus.Refused, status);
        else _model[(toDatabase, to)] = old.Value;
    }

    private void Flush(int database)
    {
        Keyspace.Flush(database);
        foreach (var key in _model.Keys.Where(key => database < 0 || key.Database == database).ToArray())
            _model.Remove(key);
    }

    private void Swap(int first, int second)
    {
        Keyspace.Swap(first, second);
        var all = _model.ToArray();
        _model.Clear();
        foreach (var (key, value) in all)
            _model[(key.Database == first ? second : key.Database == second ? first : key.Database, key.Key)] = value;
    }
}
