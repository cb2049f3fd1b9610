using System.Collections.Concurrent;

namespace Tercel.Cache.Server.Observers;

/// <summary>How many subscribers each name (channel, pattern or shard channel) has on each loop.</summary>
/// <remarks>Who they are only their loop knows: a message crosses to a loop once, however many listen there.
/// Thread: any; changes under a lock, reads without.</remarks>
internal sealed class ChannelTable
{
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<byte[], int[]> _counts = new(BytesComparer.Instance);
    private KeyValuePair<byte[], int[]>[]? _all = [];
    private int _count;

    /// <summary>Number of names; one word, for the branch of those who do not need it.</summary>
    public int Count => Volatile.Read(ref _count);

    public void Add(byte[] name, int loop, int loopCount)
    {
        lock (_lock)
        {
            if (!_counts.TryGetValue(name, out var counts))
            {
                _counts[name] = counts = new int[loopCount];
                Volatile.Write(ref _all, null);
                Volatile.Write(ref _count, _count + 1);
            }

            Volatile.Write(ref counts[loop], counts[loop] + 1);
        }
    }

    public void Remove(byte[] name, int loop)
    {
        lock (_lock)
        {
            if (!_counts.TryGetValue(name, out var counts)) return;
            Volatile.Write(ref counts[loop], counts[loop] - 1);
            if (counts.AsSpan().ContainsAnyExcept(0)) return;
            _counts.TryRemove(name, out _);
            Volatile.Write(ref _all, null);
            Volatile.Write(ref _count, _count - 1);
        }
    }

    /// <summary>Subscribers per loop; null when there are none.</summary>
    public int[]? Find(ReadOnlySpan<byte> name)
    {
        if (Count == 0) return null;
        return _counts.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(name, out var counts) ? counts : null;
    }

    public int CountOf(ReadOnlySpan<byte> name)
    {
        var sum = 0;
        foreach (var count in Find(name).AsSpan()) sum += count;
        return sum;
    }

    /// <summary>All names with their subscribers per loop, as they are now.</summary>
    public KeyValuePair<byte[], int[]>[] All()
    {
        if (Volatile.Read(ref _all) is { } known) return known;
        lock (_lock)
        {
            var all = _counts.ToArray();
            Volatile.Write(ref _all, all);
            return all;
        }
    }
}
