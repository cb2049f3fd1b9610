// Unsafe: buckets lie in pages of the pool that belong to this index; bucket numbers are below the bucket count, and
// slots point at entries of the same shard.
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Tercel.Cache.Memory;

namespace Tercel.Cache.Table;

/// <summary>Where the entries of one shard are, by the hash of their keys.</summary>
/// <remarks>
/// Shape: a unit is two neighbouring buckets of 64 bytes with eight slots each. A bit of the hash says which half is
/// home; an entry goes to the other half when home is full, then to overflow buckets that are chained from the
/// last slot. The number of units grows one by one (linear hashing): unit i splits into i and i + 2^level.
/// Thread: under the shard's lock, but for the two prefetches. Cost: a hit touches its home half in most cases.
/// </remarks>
internal unsafe struct HashIndex : IDisposable
{
    public const int UnitBytes = 128;
    private const int UnitSlots = BucketChain.UnitSlots;
    private const int UnitsMin = 8;

    /// <summary>Entries per unit that growth aims at. About 10.5 bytes of index per entry, overflow included; one in
    /// seven lies in an overflow bucket.</summary>
    public const int FillTarget = 15;

    /// <summary>About what an entry's place takes, overflow included.</summary>
    public const int BytesPerEntry = 11;

    private readonly PagePool _pool;
    private readonly KeyHash _hash;
    private readonly int _unitsPerPageLog;
    private readonly ulong _inPageMask;

    /// <summary>Pages of units. Older, smaller ones are kept until the end since a prefetch may read them.</summary>
    private byte** _directory;
    private int _directoryCapacity;
    private readonly AddressStack _oldDirectories;

    private ulong _mask;
    private ulong _unitCount;
    private OverflowBuckets _overflow;
    private ulong* _scratch;
    private int _scratchCapacity;

    public HashIndex(PagePool pool, KeyHash hash)
    {
        _pool = pool;
        _hash = hash;
        _unitsPerPageLog = BitOperations.Log2((uint)(pool.PageBytes / UnitBytes));
        _inPageMask = (1UL << _unitsPerPageLog) - 1;
        _oldDirectories = new AddressStack();
        _overflow = new OverflowBuckets(pool);
        Start();
    }

    /// <summary>Number of entries.</summary>
    public long Count { readonly get; private set; }

    /// <summary>Number of units; they are numbered from 0.</summary>
    public readonly ulong UnitCount => _unitCount;

    /// <summary>Number of hash bits that choose among unsplit units; split ones use one more.</summary>
    public readonly int Level => BitOperations.Log2(_unitCount);

    /// <summary>Pages of the index. Units: bytes.</summary>
    public readonly long BytesUsed => ((long)PagesFor(_unitCount) + _overflow.PageCount) * _pool.PageBytes;

    /// <summary>While true no unit splits or merges, so that unit numbers stay what they are.</summary>
    public bool Frozen { readonly get; set; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly ulong UnitOf(ulong hash)
    {
        // Acquire: a prefetch without the lock must not see a directory older than the count.
        var (count, mask) = (Volatile.Read(in _unitCount), _mask);
        var unit = hash & mask;
        return unit < count ? unit : unit & (mask >> 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly ulong* UnitAt(ulong unit) =>
        (ulong*)(_directory[unit >> _unitsPerPageLog] + ((unit & _inPageMask) * UnitBytes));

    /// <summary>Asks for both lines of the unit. Without the lock: a wrong address does no harm.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void PrefetchBucket(ulong hash)
    {
        if (!Sse.IsSupported) return;
        var unit = UnitAt(UnitOf(hash));
        Sse.Prefetch0(unit);
        Sse.Prefetch0(unit + Slot.PerBucket);
    }

    /// <summary>Asks for the first lines of the first entry with the tag.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void PrefetchEntry(ulong hash)
    {
        if (!Sse.IsSupported) return;
        var entry = Candidate(hash);
        if (entry == null) return;
        Sse.Prefetch0(entry);
        Sse.Prefetch0(entry + 64);
        Sse.Prefetch0(entry + 128);
    }

    /// <summary>An entry that most likely has this hash, or null: a guess for prefetching, by the tag alone.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly byte* Candidate(ulong hash)
    {
        var unit = UnitAt(UnitOf(hash));
        var tag = Slot.TagOf(hash);
        var match = Slot.Match(unit, tag) | (Slot.Match(unit + Slot.PerBucket, tag) << Slot.PerBucket);
        return match == 0 ? null : Slot.Address(unit[BitOperations.TrailingZeroCount(match)]);
    }

    private readonly bool IsTooFull => Count > (long)_unitCount * FillTarget && !Frozen;

    private readonly bool IsTooEmpty =>
        Count < (long)_unitCount * (FillTarget / 3) && _unitCount > UnitsMin && !Frozen;

    /// <summary>The slot of that key, or null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly ulong* Find(ulong hash, byte space, ReadOnlySpan<byte> key)
    {
        var unit = UnitAt(UnitOf(hash));
        var tag = Slot.TagOf(hash);
        var home = (ulong*)((byte*)unit + BucketChain.HomeOffset(hash));
        for (var match = Slot.Match(home, tag); match != 0; match &= match - 1)
        {
            var slot = home + BitOperations.TrailingZeroCount(match);
            if (Entry.Matches(Slot.Address(*slot), space, key)) return slot;
        }

        return FindBeyondHome(unit, hash, space, key);
    }

    /// <summary>The slot that points at this very entry; it must be there.</summary>
    public readonly ulong* SlotOf(ulong hash, byte* entry) => BucketChain.SlotOf(UnitAt(UnitOf(hash)), hash, entry);

    /// <summary>Adds a slot for a key that is not there. Slots found before may have moved.</summary>
    public void Insert(ulong hash, ulong slot)
    {
        BucketChain.Place(UnitAt(UnitOf(hash)), hash, slot, ref _overflow);
        Count++;
        if (IsTooFull) Split();
    }

    /// <summary>Empties a slot. Slots found before may have moved.</summary>
    public void Remove(ulong hash, ulong* slot)
    {
        BucketChain.Remove(UnitAt(UnitOf(hash)), slot, ref _overflow);
        Count--;
        if (IsTooEmpty) Merge();
    }

    /// <summary>Catches up with growth that was put off; false when there is nothing to do.</summary>
    public bool Adjust(int unitsMax)
    {
        var units = _unitCount;
        for (var i = 0; i < unitsMax && IsTooFull; i++) Split();
        for (var i = 0; i < unitsMax && IsTooEmpty; i++) Merge();
        return units != _unitCount;
    }

    /// <summary>Gives all memory back and starts empty.</summary>
    public void Clear()
    {
        FreePages();
        _overflow.Clear();
        Start();
    }

    public void Dispose()
    {
        _overflow.Dispose();
        NativeMemory.Free(_directory);
        while (_oldDirectories.TryPop(out var old)) NativeMemory.Free(old);
        _oldDirectories.Free();
        NativeMemory.Free(_scratch);
    }

    /// <summary>Copies all slots of a unit; the result is good until the next call.</summary>
    internal ReadOnlySpan<ulong> Collect(ulong unit)
    {
        var count = 0;
        var slots = UnitSlots;
        for (var bucket = UnitAt(unit); bucket != null;)
        {
            if (count + UnitSlots > _scratchCapacity)
            {
                _scratchCapacity = Math.Max(64, _scratchCapacity * 2);
                _scratch = (ulong*)NativeMemory.Realloc(_scratch, (nuint)_scratchCapacity * sizeof(ulong));
            }

            for (var i = 0; i < slots; i++)
                if (bucket[i] != 0 && !Slot.IsLink(bucket[i])) _scratch[count++] = bucket[i];
            bucket = BucketChain.Next(bucket, slots);
            slots = Slot.PerBucket;
        }

        return new ReadOnlySpan<ulong>(_scratch, count);
    }

    private readonly ulong* FindBeyondHome(ulong* unit, ulong hash, byte space, ReadOnlySpan<byte> key)
    {
        var tag = Slot.TagOf(hash);
        var bucket = (ulong*)((byte*)unit + (BucketChain.HomeOffset(hash) ^ 64));
        var next = BucketChain.Next(unit, UnitSlots);
        while (true)
        {
            for (var match = Slot.Match(bucket, tag); match != 0; match &= match - 1)
            {
                var slot = bucket + BitOperations.TrailingZeroCount(match);
                if (Entry.Matches(Slot.Address(*slot), space, key)) return slot;
            }

            if (next == null) return null;
            bucket = next;
            next = BucketChain.Next(bucket, Slot.PerBucket);
        }
    }

    /// <summary>One more unit: the oldest unsplit one gives up about half of its entries.</summary>
    private void Split()
    {
        var added = _unitCount;
        var old = added - (1UL << Level);
        if (added >> _unitsPerPageLog >= (ulong)PagesFor(_unitCount)) AddPage();
        NativeMemory.Clear(UnitAt(added), UnitBytes);
        var slots = Collect(old);
        foreach (var slot in slots)
            if (Sse.IsSupported) Sse.Prefetch0(Slot.Address(slot));
        BucketChain.Clear(UnitAt(old), ref _overflow);
        _unitCount++;
        if (_unitCount - 1 > _mask) _mask = (_mask << 1) | 1;
        foreach (var slot in slots) Replace(slot);
    }

    /// <summary>The reverse: the last unit goes back into the one it was split from.</summary>
    private void Merge()
    {
        var last = _unitCount - 1;
        var slots = Collect(last);
        BucketChain.Clear(UnitAt(last), ref _overflow);
        _unitCount = last;
        _mask = (1UL << (BitOperations.Log2(last - 1) + 1)) - 1;
        foreach (var slot in slots) Replace(slot);
        if ((last & _inPageMask) == 0) _pool.Return(_directory[last >> _unitsPerPageLog]);
    }

    private void Replace(ulong slot)
    {
        var entry = Slot.Address(slot);
        var hash = _hash.Of(Entry.KeyStart(entry), Entry.KeyLength(entry));
        BucketChain.Place(UnitAt(UnitOf(hash)), hash, slot, ref _overflow);
    }

    private readonly int PagesFor(ulong units) => (int)((units + _inPageMask) >> _unitsPerPageLog);

    private void AddPage()
    {
        var pages = PagesFor(_unitCount);
        if (pages == _directoryCapacity)
        {
            var larger = Math.Max(16, pages * 2);
            var directory = (byte**)NativeMemory.AllocZeroed((nuint)larger, (nuint)sizeof(byte*));
            for (var i = 0; i < pages; i++) directory[i] = _directory[i];
            if (_directory != null) _oldDirectories.Push((byte*)_directory);
            _directory = directory;
            _directoryCapacity = larger;
        }

        _directory[pages] = _pool.Take();
    }

    private void Start()
    {
        Count = 0;
        _unitCount = 0;
        AddPage();
        NativeMemory.Clear(_directory[0], UnitsMin * UnitBytes);
        _unitCount = UnitsMin;
        _mask = UnitsMin - 1;
    }

    private void FreePages()
    {
        for (var i = 0; i < PagesFor(_unitCount); i++) _pool.Return(_directory[i]);
        _unitCount = 0;
    }
}
