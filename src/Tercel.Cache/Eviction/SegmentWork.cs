// Unsafe: walks the entries of a segment that was taken out of its queue; others may still remove entries in it, which
// only marks them dead, since such a segment is given back by the worker alone.
using Tercel.Cache.Table;

namespace Tercel.Cache.Eviction;

/// <summary>Why a segment is being emptied.</summary>
internal enum SegmentTask : byte
{
    None,

    /// <summary>Mostly dead: what lives moves on as it is.</summary>
    Compact,

    /// <summary>S3-FIFO: what was read moves on, the rest is evicted.</summary>
    Evict,

    /// <summary>What may be evicted is, whatever its frequency: nothing else gave memory.</summary>
    EvictAll,
}

/// <summary>Empties one segment of a shard, a few entries at a time, and gives it back.</summary>
/// <remarks>Thread: under the shard's lock.</remarks>
internal unsafe struct SegmentWork
{
    private const int Batch = 16;

    private byte* _next;

    /// <summary>The segment at hand; null = none.</summary>
    public Segment* Current { get; private set; }

    public SegmentTask Task { get; private set; }

    public void Begin(Shard shard, Segment* segment, SegmentTask task)
    {
        shard.Log.Detach(segment);
        Current = segment;
        Task = task;
        _next = Segment.Entries(segment);
    }

    /// <summary>Goes on where it stopped; true when the segment was finished.</summary>
    public bool Step(Shard shard, in EvictionRules rules, int entriesMax, long nowMs)
    {
        var end = (byte*)Current + Current->Used;
        var entries = stackalloc byte*[Batch];
        var hashes = stackalloc ulong[Batch];
        for (var done = 0; done < entriesMax && _next < end && Current->LiveCount > 0; done += Batch)
        {
            var count = 0;
            while (count < Batch && _next < end)
            {
                var entry = _next;
                _next += Current->IsBig ? end - _next : Entry.IsGap(entry) ? Entry.GapBytes(entry) : Entry.Size(entry);
                if (Entry.IsGap(entry) || Entry.IsDead(entry)) continue;
                entries[count] = entry;
                hashes[count] = shard.HashOf(entry);
                shard.Index.PrefetchBucket(hashes[count]);
                if (Current->Pool == SegmentPool.Small) shard.PrefetchGhost(hashes[count]);
                count++;
            }

            for (var i = 0; i < count; i++) Handle(shard, rules, hashes[i], entries[i], nowMs);
            if (Current == null) return true;
        }

        if (_next < end && Current->LiveCount > 0) return false;
        shard.Log.Free(Current);
        Current = null;
        Task = SegmentTask.None;
        return true;
    }

    /// <summary>Forgets the segment, which is gone.</summary>
    public void Clear()
    {
        Current = null;
        Task = SegmentTask.None;
    }

    private void Handle(Shard shard, in EvictionRules rules, ulong hash, byte* entry, long nowMs)
    {
        var slot = shard.Index.SlotOf(hash, entry);
        var isBig = Current->IsBig;
        if (shard.RemoveIfGone(hash, slot, nowMs))
        {
            // A big segment goes with its entry.
            if (isBig) Clear();
            return;
        }

        var frequency = Slot.Frequency(*slot);
        if (Task == SegmentTask.Compact)
        {
            Move(shard, slot, entry, Current->Pool, frequency, nowMs);
        }
        else if (!rules.MayEvict(entry))
        {
            Move(shard, slot, entry, SegmentPool.Main, frequency, nowMs);
        }
        else if (Task == SegmentTask.Evict && frequency >= rules.FrequencyToKeep(Current, entry))
        {
            var left = Current->Pool == SegmentPool.Small ? 0 : frequency - 1;
            Move(shard, slot, entry, SegmentPool.Main, left, nowMs);
        }
        else
        {
            if (Current->Pool == SegmentPool.Small) shard.Remember(hash);
            shard.RemoveBecause(hash, slot, RemovalCause.Evicted);
            if (isBig) Clear();
        }
    }

    private void Move(Shard shard, ulong* slot, byte* entry, SegmentPool pool, int frequency, long nowMs)
    {
        *slot = Slot.WithFrequency(*slot, frequency);
        if (Current->IsBig)
        {
            shard.Log.Renew(Current, pool);
            Clear();
            return;
        }

        var size = Entry.Size(entry);
        var copy = shard.Log.Append(size, pool, Entry.ExpireAt(entry), nowMs);
        Buffer.MemoryCopy(entry, copy, size, size);
        *slot = Slot.WithAddress(*slot, copy);
        shard.Log.Kill(entry);
    }
}
