using System.Diagnostics.CodeAnalysis;

namespace Tercel.Client.Near;

/// <summary>What a near cache did since the client was made.</summary>
public readonly record struct NearCacheStatistics(long Hits, long Misses, long Invalidations, long Bytes, int Count);

/// <summary>Values kept in this process. The server remembers which keys this client has read (CLIENT TRACKING) and
/// pushes an invalidation when one changes; a lost connection clears everything.</summary>
/// <remarks>
/// Shape: bounded by bytes; the SIEVE policy evicts (Zhang et al., NSDI 2024). Thread: any.
/// A value is stored only if nothing happened to its key between asking for it and its coming: a miss leaves a
/// mark, every invalidation and every write of this client removes the mark, and <see cref="Store"/> needs it.
/// </remarks>
internal sealed class NearCache
{
    private const int EntryOverheadBytes = 150;

    private readonly Lock _gate = new();
    private readonly Dictionary<byte[], Entry> _entries = new(KeyComparer.Instance);
    private readonly Dictionary<byte[], Entry>.AlternateLookup<ReadOnlySpan<byte>> _bySpan;
    private readonly LinkedList<Entry> _order = new();
    private readonly long _bytesMax;
    private readonly TimeSpan _ageMax;
    private readonly TimeProvider _time;
    private LinkedListNode<Entry>? _hand;
    private long _bytes;
    private long _hits;
    private long _misses;
    private long _invalidations;

    public NearCache(TercelClientOptions options)
    {
        _bytesMax = options.NearCacheBytesMax;
        _ageMax = options.NearCacheAgeMax;
        _time = options.Time;
        _bySpan = _entries.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    public NearCacheStatistics Statistics
    {
        get
        {
            lock (_gate) return new(_hits, _misses, _invalidations, _bytes, _order.Count);
        }
    }

    /// <summary>The near value; when there is none, leaves a mark for the value that is being asked for.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value, when near.</param>
    /// <param name="mark">Goes to <see cref="Store"/> with the value that comes.</param>
    public bool TryGet(ReadOnlySpan<byte> key, out ReadOnlyMemory<byte> value, [NotNullWhen(false)] out object? mark)
    {
        lock (_gate)
        {
            if (_bySpan.TryGetValue(key, out var entry))
            {
                if (entry.IsStored && _time.GetElapsedTime(entry.StoredAt) <= _ageMax)
                {
                    entry.WasRead = true;
                    _hits++;
                    (value, mark) = (entry.Value, null);
                    return true;
                }

                if (entry.IsStored) Remove(entry);
            }

            _misses++;
            value = default;
            // Several callers may ask at once: the mark of the last one counts.
            var asked = new Entry(key.ToArray());
            _bySpan[key] = asked;
            mark = asked;
            return false;
        }
    }

    /// <summary>Keeps a value that came, unless its key was touched since it was asked for.</summary>
    public void Store(object mark, ReadOnlyMemory<byte>? value)
    {
        var entry = (Entry)mark;
        lock (_gate)
        {
            if (!_entries.TryGetValue(entry.Key, out var current) || !ReferenceEquals(current, entry)) return;
            var bytes = entry.Key.Length + (value?.Length ?? 0) + EntryOverheadBytes;
            if (value is null || bytes > _bytesMax / 8)
            {
                _entries.Remove(entry.Key);
                return;
            }

            entry.Fill(value.Value, bytes, _time.GetTimestamp());
            entry.Node = _order.AddFirst(entry);
            _bytes += bytes;
            while (_bytes > _bytesMax) EvictOne();
        }
    }

    /// <summary>The key has changed: its value, and any value on its way, must not be used any more.</summary>
    public void Invalidate(ReadOnlySpan<byte> key)
    {
        lock (_gate)
        {
            if (!_bySpan.TryGetValue(key, out var entry)) return;
            _invalidations++;
            if (entry.IsStored) Remove(entry);
            else _entries.Remove(entry.Key);
        }
    }

    /// <summary>Nothing may be used any more.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _entries.Clear();
            _order.Clear();
            _hand = null;
            _bytes = 0;
        }
    }

    private void EvictOne()
    {
        var node = _hand ?? _order.Last;
        while (node is not null && node.Value.WasRead)
        {
            node.Value.WasRead = false;
            node = node.Previous ?? _order.Last;
        }

        if (node is null) return;
        _hand = node.Previous;
        Remove(node.Value);
    }

    private void Remove(Entry entry)
    {
        if (entry.Node is { } node)
        {
            if (ReferenceEquals(_hand, node)) _hand = node.Previous;
            _order.Remove(node);
        }

        _entries.Remove(entry.Key);
        _bytes -= entry.Bytes;
    }

    private sealed class Entry(byte[] key)
    {
        public byte[] Key { get; } = key;

        public ReadOnlyMemory<byte> Value { get; private set; }

        public int Bytes { get; private set; }

        public long StoredAt { get; private set; }

        public bool IsStored => Bytes > 0;

        public bool WasRead { get; set; }

        public LinkedListNode<Entry>? Node { get; set; }

        public void Fill(ReadOnlyMemory<byte> value, int bytes, long now) =>
            (Value, Bytes, StoredAt) = (value, bytes, now);
    }

    private sealed class KeyComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static readonly KeyComparer Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = default(HashCode);
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
