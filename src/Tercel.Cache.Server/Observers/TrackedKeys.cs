namespace Tercel.Cache.Server.Observers;

/// <summary>Which clients have read which keys, in parts with a lock each.</summary>
/// <remarks>Thread: any. Key names count without their database, as in Redis. Cost: about 120 bytes per key on the
/// managed heap, bounded by <c>tracking-table-max-keys</c>.</remarks>
internal sealed class TrackedKeys
{
    private const int Parts = 64;

    private readonly Dictionary<byte[], Readers>[] _parts = new Dictionary<byte[], Readers>[Parts];
    private long _keys;
    private long _items;
    private int _nextPart;

    public TrackedKeys()
    {
        for (var i = 0; i < Parts; i++) _parts[i] = new Dictionary<byte[], Readers>(BytesComparer.Instance);
    }

    public long Count => Interlocked.Read(ref _keys);

    /// <summary>Pairs of key and client.</summary>
    public long Items => Interlocked.Read(ref _items);

    public void Add(ReadOnlySpan<byte> key, long reader)
    {
        var part = PartOf(key);
        lock (part)
        {
            var table = part.GetAlternateLookup<ReadOnlySpan<byte>>();
            if (!table.TryGetValue(key, out var readers)) Interlocked.Increment(ref _keys);
            if (!readers.TryAdd(reader)) return;
            table[key] = readers;
            Interlocked.Increment(ref _items);
        }
    }

    /// <summary>Takes a key out; false when nobody has read it.</summary>
    public bool TryTake(ReadOnlySpan<byte> key, out Readers readers)
    {
        readers = default;
        if (Count == 0) return false;
        var part = PartOf(key);
        lock (part)
        {
            if (!part.GetAlternateLookup<ReadOnlySpan<byte>>().Remove(key, out _, out readers)) return false;
        }

        Forget(readers);
        return true;
    }

    /// <summary>Takes some key out, to make room.</summary>
    public bool TryTakeAny(out byte[] key, out Readers readers)
    {
        for (var tries = 0; tries < Parts; tries++)
        {
            var part = _parts[(uint)Interlocked.Increment(ref _nextPart) % Parts];
            lock (part)
            {
                using var keys = part.GetEnumerator();
                if (!keys.MoveNext()) continue;
                (key, readers) = keys.Current;
                part.Remove(key);
            }

            Forget(readers);
            return true;
        }

        (key, readers) = ([], default);
        return false;
    }

    public void Clear()
    {
        foreach (var part in _parts)
        {
            lock (part)
            {
                foreach (var readers in part.Values) Forget(readers);
                part.Clear();
            }
        }
    }

    private void Forget(Readers readers)
    {
        Interlocked.Decrement(ref _keys);
        Interlocked.Add(ref _items, -readers.Count);
    }

    private Dictionary<byte[], Readers> PartOf(ReadOnlySpan<byte> key) =>
        _parts[(uint)BytesComparer.Instance.GetHashCode(key) % Parts];
}

/// <summary>The clients that have read one key; mostly one. default = none.</summary>
internal struct Readers
{
    private long _first;
    private List<long>? _more;

    public readonly int Count => (_first == 0 ? 0 : 1) + (_more?.Count ?? 0);

    public readonly long this[int index] => index == 0 ? _first : _more![index - 1]; // within Count

    public bool TryAdd(long reader)
    {
        if (_first == reader) return false;
        if (_first == 0)
        {
            _first = reader;
            return true;
        }

        _more ??= [];
        if (_more.Contains(reader)) return false;
        _more.Add(reader);
        return true;
    }
}
