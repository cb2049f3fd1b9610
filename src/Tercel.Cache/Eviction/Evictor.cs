// Unsafe: looks at the queues of one entered shard at a time.
using Tercel.Cache.Table;
using Tercel.Cache.Values;

namespace Tercel.Cache.Eviction;

/// <summary>Keeps the memory of a keyspace below its maximum.</summary>
/// <remarks>
/// All shards together are one S3-FIFO: the oldest segment of all goes first, from the newcomers' pool while that has
/// more than its part, else from the main pool. Work is done ahead: from a reserve below the maximum on, every write
/// empties a few entries' worth of a segment, so that none of them waits for a whole one.
/// Thread: no shard entered; one shard is entered at a time.
/// </remarks>
internal sealed unsafe class Evictor(Keyspace keyspace)
{
    private const int EntriesPerStep = 64;
    private const int StepsAhead = 1;
    private const int DyingSegmentsPerStep = 16;

    /// <summary>So many segments in one call that gave nothing, and frequencies are ignored.</summary>
    private const int FruitlessSegmentsMax = 8;

    private const int ReservePart = 256;
    private const int ReservePagesMin = 1;

    private readonly Keyspace _keyspace = keyspace;

    /// <summary>The shard whose segment is being emptied; -1 = none.</summary>
    private int _working = -1;
    private volatile bool _fromSmall;

    /// <summary>Below this nothing needs to be done. Units: bytes.</summary>
    public long BytesEasy => _keyspace.MemoryBytesMax
        - Math.Max(_keyspace.MemoryBytesMax / ReservePart, (long)ReservePagesMin * _keyspace.Pool.PageBytes);

    /// <summary>Makes room for so many bytes; false when nothing more may be evicted.</summary>
    public bool TryMakeRoom(long bytes, long nowMs)
    {
        var fruitless = 0;
        for (var steps = 0; ; steps++)
        {
            var used = _keyspace.Pool.BytesUsed;
            var fits = used + bytes <= _keyspace.MemoryBytesMax;
            if (used + bytes <= BytesEasy || (fits && steps >= StepsAhead)) return true;
            if (!TryStep(fruitless >= FruitlessSegmentsMax, nowMs, out var finished)) return fits;
            if (_keyspace.Pool.BytesUsed < used) fruitless = 0;
            else if (finished) fruitless++;
            if (fruitless > FruitlessSegmentsMax * 4) return fits;
        }
    }

    /// <summary>Empties some entries of a segment; false when there is none that could give memory.</summary>
    private bool TryStep(bool force, long nowMs, out bool finished)
    {
        finished = false;
        if (TryFreeDying()) return true;
        var number = Volatile.Read(ref _working);
        if (number < 0 && !TryChoose(out number)) return false;
        _keyspace.Enter(number);
        try
        {
            var shard = _keyspace.ShardAt(number);
            if (shard.Work.Current == null && !TryBegin(shard, force))
            {
                Volatile.Write(ref _working, -1);
                // Somebody else was quicker, or nothing is left here: the next choice will tell.
                finished = true;
                return _keyspace.Eviction != EvictionPolicy.NoEviction;
            }

            finished = shard.Work.Step(shard, RulesFor(shard), EntriesPerStep, nowMs);
            Volatile.Write(ref _working, finished ? -1 : number);
            return true;
        }
        finally
        {
            _keyspace.Exit(number);
        }
    }

    /// <summary>Before anything is evicted: frees a part of what removed collections left behind.</summary>
    private bool TryFreeDying()
    {
        for (var i = 0; i < _keyspace.ShardCount; i++)
        {
            // Read without the lock; looked at again inside.
            if (!_keyspace.ShardAt(i).Heap.HasDying) continue;
            _keyspace.Enter(i);
            var freed = Collections.FreeDying(_keyspace.ShardAt(i).Heap, DyingSegmentsPerStep);
            _keyspace.Exit(i);
            if (freed) return true;
        }

        return false;
    }

    /// <summary>The shard whose turn it is: one with a mostly dead segment, else the one with the oldest.</summary>
    private bool TryChoose(out int number)
    {
        number = -1;
        var (small, all) = (0L, 0L);
        foreach (var shard in _keyspace.Shards)
        {
            small += shard.Log.SmallBytes;
            all += shard.Log.Bytes;
        }

        var fromSmall = small * 100 > all * EvictionRules.SmallPercent;
        for (var pass = 0; pass < 2 && number < 0; pass++, fromSmall = !fromSmall)
        {
            var oldest = long.MaxValue;
            for (var i = 0; i < _keyspace.ShardCount; i++)
            {
                var age = AgeOfNext(_keyspace.ShardAt(i), fromSmall);
                if (age >= oldest) continue;
                (oldest, number) = (age, i);
                _fromSmall = fromSmall;
            }
        }

        return number >= 0;
    }

    /// <summary>The sequence of the shard's next victim; 0 = it has a segment at hand or a sparse one.</summary>
    private long AgeOfNext(Shard shard, bool fromSmall)
    {
        shard.Lock.Enter();
        try
        {
            if (shard.Work.Current != null || shard.Log.Sparse.First != null) return 0;
            var victim = VictimOf(shard, fromSmall);
            return victim == null ? long.MaxValue : victim->Sequence;
        }
        finally
        {
            shard.Lock.Exit();
        }
    }

    private Segment* VictimOf(Shard shard, bool fromSmall)
    {
        if (_keyspace.Eviction == EvictionPolicy.NoEviction) return null;
        var victim = fromSmall ? shard.Log.Small.First : shard.Log.Main.First;
        // Not by the class: a key that was kept and is to expire again stays in a segment of keys that stay.
        while (_keyspace.Eviction == EvictionPolicy.Volatile && victim != null
            && victim->FirstExpiryMs == long.MaxValue)
            victim = victim->Next;
        return victim;
    }

    private bool TryBegin(Shard shard, bool force)
    {
        var sparse = shard.Log.Sparse.First;
        if (sparse != null)
        {
            shard.Work.Begin(shard, sparse, SegmentTask.Compact);
            return true;
        }

        var fromSmall = _fromSmall;
        var victim = VictimOf(shard, fromSmall);
        if (victim == null) victim = VictimOf(shard, !fromSmall);
        if (victim == null) return false;
        shard.Work.Begin(shard, victim, force ? SegmentTask.EvictAll : SegmentTask.Evict);
        return true;
    }

    private EvictionRules RulesFor(Shard shard) =>
        new(_keyspace.Eviction, shard.Log.Bytes / Math.Max(1, shard.Index.Count));
}
