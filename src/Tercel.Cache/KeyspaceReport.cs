// Unsafe: looks at one live entry of an entered shard, found through the index.
using System.Runtime.CompilerServices;
using Tercel.Cache.Table;
using Tercel.Cache.Values;

namespace Tercel.Cache;

/// <summary>Adds up what the shards have counted.</summary>
internal static unsafe class KeyspaceReport
{
    // An index unit of two buckets holds about 13 keys when half of the units were split.
    private const int IndexBytesPerKey = 10;

    /// <summary>Reads every shard without its lock: single words, a little apart from each other.</summary>
    public static KeyspaceStatistics Read(Keyspace keyspace)
    {
        var sum = new KeyspaceStatistics { UsedBytes = keyspace.Pool.BytesUsed };
        for (var i = 0; i < keyspace.ShardCount; i++)
        {
            var shard = keyspace.ShardAt(i);
            sum = sum with
            {
                Hits = sum.Hits + shard.Counters.Hits,
                Misses = sum.Misses + shard.Counters.Misses,
                Expired = sum.Expired + shard.Counters.Expired,
                Evicted = sum.Evicted + shard.Counters.Evicted,
                Invalidated = sum.Invalidated + shard.Counters.Invalidated,
                SegmentBytes = sum.SegmentBytes + shard.Log.Bytes,
                LiveBytes = sum.LiveBytes + shard.Log.Bytes - shard.Log.DeadBytes,
                IndexBytes = sum.IndexBytes + shard.Index.BytesUsed,
                CollectionBytes = sum.CollectionBytes + shard.Heap.BytesUsed,
            };
        }

        return sum;
    }

    /// <summary>The memory of one key of an entered shard; 0 when missing.</summary>
    public static long MemoryOf(Shard shard, in KeyRef key, long nowMs)
    {
        var slot = shard.Find(key, nowMs);
        if (slot == null) return 0;
        var entry = Slot.Address(*slot);
        if (Entry.IsBig(entry)) return IndexBytesPerKey + shard.Log.MemoryBytes(shard.Log.SegmentOf(entry));
        long bytes = IndexBytesPerKey + Entry.Size(entry);
        if (!Entry.IsCollection(entry)) return bytes;
        var root = Unsafe.ReadUnaligned<ulong>(Entry.ValueStart(entry));
        return bytes + Collections.BytesUsed(Entry.Kind(entry), root);
    }
}
