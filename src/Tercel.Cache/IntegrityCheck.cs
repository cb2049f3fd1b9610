// Unsafe: walks the segments and buckets of an entered shard; every step is checked against the bounds around it.
using Tercel.Cache.Table;
using Tercel.Cache.Values;
using Tercel.Primitives;

namespace Tercel.Cache;

/// <summary>Walks a whole shard and throws when index, log, counts and memory do not fit together.</summary>
/// <remarks>Cost: several passes over all keys of the shard; for tests and DEBUG commands.</remarks>
internal static unsafe class IntegrityCheck
{
    /// <summary>Checks every shard, and that all of them together use the memory that the pool counts.</summary>
    public static void Run(Keyspace keyspace)
    {
        keyspace.EnterAll();
        try
        {
            long bytes = 0;
            for (var i = 0; i < keyspace.ShardCount; i++) bytes += Run(keyspace, i);
            Invariant.Holds(bytes <= keyspace.Pool.BytesUsed);
        }
        finally
        {
            keyspace.ExitAll();
        }
    }

    /// <summary>Checks one entered shard. Returns its memory in segments and index.</summary>
    private static long Run(Keyspace keyspace, int number)
    {
        var shard = keyspace.ShardAt(number);
        var counts = new long[Spaces.Count];
        CheckIndex(keyspace, number, counts);
        for (var i = 0; i < counts.Length; i++) Invariant.Holds(counts[i] == shard.Count((byte)i));
        var live = CheckLog(shard);
        Invariant.Holds(live == shard.Index.Count);
        shard.Heap.IntegrityCheck();
        return shard.Index.BytesUsed + shard.Log.Bytes;
    }

    private static void CheckIndex(Keyspace keyspace, int number, long[] counts)
    {
        var shard = keyspace.ShardAt(number);
        long count = 0;
        for (ulong unit = 0; unit < shard.Index.UnitCount; unit++)
        {
            foreach (var slot in shard.Index.Collect(unit))
            {
                var entry = Slot.Address(slot);
                Invariant.Holds(!Entry.IsDead(entry));
                Invariant.Holds(!Entry.IsGap(entry));
                var hash = shard.HashOf(entry);
                Invariant.Holds(Slot.Make(hash, entry, Slot.Frequency(slot)) == slot);
                Invariant.Holds(shard.Index.UnitOf(hash) == unit);
                Invariant.Holds(keyspace.ShardOf(hash) == number);
                var found = shard.Index.Find(hash, entry[1], Entry.Key(entry));
                Invariant.Holds(found != null && Slot.Address(*found) == entry);
                counts[entry[1]]++;
                count++;
                if (Entry.IsCollection(entry))
                    Collections.IntegrityCheck(Entry.Kind(entry), *(ulong*)Entry.ValueStart(entry));
            }
        }

        Invariant.Holds(count == shard.Index.Count);
    }

    private static long CheckLog(Shard shard)
    {
        long live = 0;
        long bytes = 0;
        long smallBytes = 0;
        long dead = 0;
        foreach (var queue in new[] { shard.Log.Small, shard.Log.Main, shard.Log.Sparse })
        {
            var count = 0;
            long sequence = 0;
            Segment* previous = null;
            for (var segment = queue.First; segment != null; segment = segment->Next)
            {
                Invariant.Holds(segment->Previous == previous);
                previous = segment;
                live += CheckSegment(shard, segment);
                count++;
                bytes += shard.Log.MemoryBytes(segment);
                if (segment->Pool == SegmentPool.Small) smallBytes += shard.Log.MemoryBytes(segment);
                dead += segment->DeadBytes;
                Invariant.Holds(segment->Place == SegmentPlace.Sparse || (int)segment->Place == (int)segment->Pool);
                sequence = Math.Max(sequence, segment->Sequence);
            }

            Invariant.Holds(count == queue.Count);
            Invariant.Holds(previous == queue.Last);
        }

        var worked = shard.Work.Current;
        if (worked != null)
        {
            Invariant.Holds(worked->Place == SegmentPlace.None);
            live += CheckSegment(shard, worked);
            bytes += shard.Log.MemoryBytes(worked);
            if (worked->Pool == SegmentPool.Small) smallBytes += shard.Log.MemoryBytes(worked);
            dead += worked->DeadBytes;
        }

        Invariant.Holds(bytes == shard.Log.Bytes);
        Invariant.Holds(smallBytes == shard.Log.SmallBytes);
        Invariant.Holds(dead == shard.Log.DeadBytes);
        Invariant.Holds(shard.Log.UsedBytes <= bytes && shard.Log.UsedBytes >= dead);
        return live;
    }

    private static int CheckSegment(Shard shard, Segment* segment)
    {
        var live = 0;
        var dead = 0;
        var first = long.MaxValue;
        var entry = Segment.Entries(segment);
        var end = (byte*)segment + segment->Used;
        while (entry < end)
        {
            if (Entry.IsGap(entry))
            {
                Invariant.Holds(Entry.GapBytes(entry) > 0);
                dead += Entry.GapBytes(entry);
                entry += Entry.GapBytes(entry);
                continue;
            }

            var size = segment->IsBig ? segment->Used - Segment.HeaderBytes : Entry.Size(entry);
            if (Entry.IsDead(entry))
            {
                dead += size;
            }
            else
            {
                live++;
                var slot = shard.Index.SlotOf(shard.HashOf(entry), entry);
                Invariant.Holds(slot != null);
                if (Entry.ExpireAt(entry) != 0) first = Math.Min(first, Entry.ExpireAt(entry));
            }

            entry += size;
        }

        Invariant.Holds(entry == end);
        Invariant.Holds(live == segment->LiveCount);
        Invariant.Holds(dead == segment->DeadBytes);
        Invariant.Holds(first >= segment->FirstExpiryMs);
        Invariant.Holds(segment->FirstExpiryMs == long.MaxValue || segment->DueLink != null
            || segment == shard.Work.Current);
        Invariant.Holds(live > 0 || shard.Log.IsOpen(segment) || segment == shard.Work.Current);
        return live;
    }
}
