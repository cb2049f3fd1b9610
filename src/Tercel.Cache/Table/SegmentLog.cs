// Unsafe: every segment lies in a page or block taken from the pool and is given back exactly once, in Free.
using Tercel.Cache.Expiry;
using Tercel.Cache.Memory;
using Tercel.Primitives;

namespace Tercel.Cache.Table;

/// <summary>The entries of one shard, appended to segments that are grouped by pool and by time to live.</summary>
/// <remarks>Thread: under the shard's lock. An entry too large for a quarter of a page has a segment of its own, in a
/// large block; the queues and the wheel treat it as any other.</remarks>
internal sealed unsafe class SegmentLog : IDisposable
{
    private const int Pools = 2;

    private readonly PagePool _pool;
    private readonly SegmentSequence _sequence;
    private readonly TtlClasses _classes;
    private readonly nint[] _open = new nint[Pools * TtlClasses.Count];
    private SegmentQueue _small;
    private SegmentQueue _main;
    private SegmentQueue _sparse;
    private SegmentWheel _wheel = new();

    public SegmentLog(PagePool pool, SegmentSequence sequence, TtlClasses classes)
    {
        _pool = pool;
        _sequence = sequence;
        _classes = classes;
        EntryBytesMax = (pool.PageBytes - Segment.HeaderBytes) / 4;
    }

    /// <summary>A larger entry gets a segment of its own. An even number.</summary>
    public int EntryBytesMax { get; }

    public bool IsBig(long entryBytes) => entryBytes > EntryBytesMax;

    public SegmentQueue Small => _small;

    public SegmentQueue Main => _main;

    public SegmentQueue Sparse => _sparse;

    /// <summary>Memory of the newcomers' pool. Units: bytes.</summary>
    public long SmallBytes { get; private set; }

    /// <summary>Memory of all segments. Units: bytes.</summary>
    public long Bytes { get; private set; }

    /// <summary>Entries in all segments, dead ones and gaps included. Units: bytes.</summary>
    public long UsedBytes { get; private set; }

    /// <summary>Dead entries and gaps in all segments. Units: bytes.</summary>
    public long DeadBytes { get; private set; }

    public int SegmentCount => _small.Count + _main.Count + _sparse.Count;

    public Segment* SegmentOf(byte* entry) => (Segment*)((ulong)entry & ~((ulong)_pool.PageBytes - 1));

    public bool IsOpen(Segment* segment) => (Segment*)_open[OpenIndex(segment)] == segment;

    /// <summary>Room for one entry that will be live; the caller writes it at once.</summary>
    public byte* Append(long bytes, SegmentPool pool, long expireAtMs, long nowMs)
    {
        var ttlClass = expireAtMs == 0 ? (byte)0 : _classes.Of(expireAtMs - nowMs);
        var isBig = IsBig(bytes);
        if (!isBig) bytes = (bytes + 1) & ~1L;
        var segment = isBig ? OpenBig(bytes, pool, ttlClass) : OpenFor((int)bytes, pool, ttlClass);
        var entry = (byte*)segment + segment->Used;
        segment->Used += (int)bytes;
        UsedBytes += bytes;
        segment->LiveCount++;
        NoteExpiry(segment, expireAtMs, nowMs);
        return entry;
    }

    /// <summary>Says that a live entry of this segment expires then.</summary>
    public void NoteExpiry(Segment* segment, long expireAtMs, long nowMs)
    {
        if (expireAtMs == 0 || expireAtMs >= segment->FirstExpiryMs) return;
        segment->FirstExpiryMs = expireAtMs;
        _wheel.Schedule(segment, nowMs);
    }

    /// <summary>Changes where a big segment ends, within its memory.</summary>
    public void SetBigEnd(Segment* segment, int used)
    {
        Invariant.Holds(AddressSpace.RoundUp(used) == AddressSpace.RoundUp(segment->Used));
        UsedBytes += used - segment->Used;
        segment->Used = used;
    }

    /// <summary>Lets the last entry of an open segment grow by an even number of bytes.</summary>
    public bool TryExtend(Segment* segment, int bytes)
    {
        if (!IsOpen(segment) || segment->Used + bytes > _pool.PageBytes) return false;
        segment->Used += bytes;
        UsedBytes += bytes;
        return true;
    }

    /// <summary>Says that an entry is no longer pointed at. The segment may be gone afterwards.</summary>
    public void Kill(byte* entry)
    {
        var segment = SegmentOf(entry);
        Invariant.Holds(!Entry.IsDead(entry));
        Invariant.Holds(segment->LiveCount > 0);
        segment->LiveCount--;
        if (segment->IsBig)
        {
            Free(segment);
            return;
        }

        AddDead(segment, Entry.Size(entry));
        *entry |= Entry.Dead;
        if (segment->Place != SegmentPlace.None && !IsOpen(segment)) Settle(segment);
    }

    /// <summary>Counts bytes that no entry uses any more.</summary>
    public void AddDead(Segment* segment, int bytes)
    {
        segment->DeadBytes += bytes;
        DeadBytes += bytes;
        Invariant.Holds(segment->DeadBytes >= 0 && segment->DeadBytes <= segment->Used);
    }

    /// <summary>Moves a big segment to another size; its entry keeps its offset.</summary>
    public Segment* ResizeBig(Segment* segment, int used, long nowMs)
    {
        Invariant.Holds(segment->IsBig);
        var bytes = Segment.BigBytes(segment);
        CountBytes(segment, -AddressSpace.RoundUp(bytes));
        var place = segment->Place;
        Detach(segment);
        _wheel.Unschedule(segment);
        segment = (Segment*)_pool.ResizeLarge((byte*)segment, bytes, used);
        UsedBytes += used - segment->Used;
        segment->Used = used;
        CountBytes(segment, AddressSpace.RoundUp(used));
        Attach(segment, place);
        _wheel.Schedule(segment, nowMs);
        return segment;
    }

    /// <summary>Takes a segment out of its queue and stops appending to it, so that its entries can be moved.</summary>
    public void Detach(Segment* segment)
    {
        if (IsOpen(segment)) _open[OpenIndex(segment)] = 0;
        switch (segment->Place)
        {
            case SegmentPlace.Small: _small.Remove(segment); break;
            case SegmentPlace.Main: _main.Remove(segment); break;
            case SegmentPlace.Sparse: _sparse.Remove(segment); break;
            default: return;
        }

        segment->Place = SegmentPlace.None;
    }

    /// <summary>Puts a detached segment to the young end of a queue.</summary>
    public void Attach(Segment* segment, SegmentPlace place)
    {
        Invariant.Holds(segment->Place == SegmentPlace.None);
        segment->Place = place;
        switch (place)
        {
            case SegmentPlace.Small: _small.Add(segment); break;
            case SegmentPlace.Main: _main.Add(segment); break;
            default: _sparse.Add(segment); break;
        }
    }

    /// <summary>Puts a detached segment to the young end of a pool as it is: big ones move that way.</summary>
    public void Renew(Segment* segment, SegmentPool pool)
    {
        CountBytes(segment, -MemoryBytes(segment));
        segment->Pool = pool;
        CountBytes(segment, MemoryBytes(segment));
        segment->Sequence = _sequence.Next();
        Attach(segment, (SegmentPlace)pool);
    }

    /// <summary>Brings a segment to where it belongs: away when nothing lives in it, to the sparse ones when most is
    /// dead.</summary>
    public void Settle(Segment* segment)
    {
        if (segment->LiveCount == 0)
        {
            Free(segment);
        }
        else if (segment->Place != SegmentPlace.Sparse && IsSparse(segment))
        {
            Detach(segment);
            Attach(segment, SegmentPlace.Sparse);
        }
    }

    /// <summary>Gives the memory of a segment back; nothing may point into it.</summary>
    public void Free(Segment* segment)
    {
        Invariant.Holds(segment->LiveCount == 0);
        Detach(segment);
        _wheel.Unschedule(segment);
        CountBytes(segment, -MemoryBytes(segment));
        DeadBytes -= segment->DeadBytes;
        UsedBytes -= segment->Used - Segment.HeaderBytes;
        if (segment->IsBig) _pool.ReturnLarge((byte*)segment, Segment.BigBytes(segment));
        else _pool.Return((byte*)segment);
    }

    /// <summary>A segment with entries that expired; null when there is none. It is rescheduled by
    /// <see cref="Reschedule"/>.</summary>
    public Segment* TakeDue(long nowMs) => _wheel.TakeDue(nowMs);

    public void Reschedule(Segment* segment, long firstExpiryMs, long nowMs)
    {
        segment->FirstExpiryMs = firstExpiryMs;
        _wheel.Schedule(segment, nowMs);
    }

    /// <summary>Frees all segments, whatever is in them.</summary>
    public void Clear()
    {
        while (FirstOfAny() is var segment && segment != null)
        {
            segment->LiveCount = 0;
            Free(segment);
        }
    }

    public void Dispose() => _wheel.Dispose();

    public static bool IsSparse(Segment* segment) => !segment->IsBig && segment->DeadBytes * 2 > segment->Used;

    /// <summary>What a segment takes from the pool.</summary>
    public long MemoryBytes(Segment* segment) =>
        segment->IsBig ? AddressSpace.RoundUp(Segment.BigBytes(segment)) : _pool.PageBytes;

    private Segment* FirstOfAny() =>
        _small.First != null ? _small.First : _main.First != null ? _main.First : _sparse.First;

    private Segment* OpenFor(int bytes, SegmentPool pool, byte ttlClass)
    {
        ref var open = ref _open[((int)pool * TtlClasses.Count) + ttlClass];
        var segment = (Segment*)open;
        if (segment != null)
        {
            if (segment->Used + bytes <= _pool.PageBytes) return segment;
            open = 0;
            Settle(segment);
        }

        segment = Start(_pool.Take(), pool, ttlClass);
        open = (nint)segment;
        CountBytes(segment, _pool.PageBytes);
        return segment;
    }

    private Segment* OpenBig(long bytes, SegmentPool pool, byte ttlClass)
    {
        Invariant.Holds(bytes <= int.MaxValue - Segment.HeaderBytes);
        var segment = Start(_pool.TakeLarge(bytes + Segment.HeaderBytes), pool, ttlClass);
        segment->IsBig = true;
        CountBytes(segment, AddressSpace.RoundUp(bytes + Segment.HeaderBytes));
        return segment;
    }

    private Segment* Start(byte* memory, SegmentPool pool, byte ttlClass)
    {
        var segment = (Segment*)memory;
        *segment = new Segment
        {
            Used = Segment.HeaderBytes,
            Pool = pool,
            Place = SegmentPlace.None,
            TtlClass = ttlClass,
            Sequence = _sequence.Next(),
            FirstExpiryMs = long.MaxValue,
        };
        Attach(segment, (SegmentPlace)pool);
        return segment;
    }

    private void CountBytes(Segment* segment, long bytes)
    {
        Bytes += bytes;
        if (segment->Pool == SegmentPool.Small) SmallBytes += bytes;
    }

    private static int OpenIndex(Segment* segment) => ((int)segment->Pool * TtlClasses.Count) + segment->TtlClass;
}

/// <summary>Numbers all segments of a keyspace by age.</summary>
/// <remarks>Thread: any.</remarks>
internal sealed class SegmentSequence
{
    private long _last;

    public long Next() => Interlocked.Increment(ref _last);
}
