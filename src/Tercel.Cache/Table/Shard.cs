// Unsafe: entries are found through the index, which points only at live ones of this shard's log.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Tercel.Cache.Eviction;
using Tercel.Cache.Memory;
using Tercel.Cache.Values;
using Tercel.Primitives;

namespace Tercel.Cache.Table;

/// <summary>One part of the keyspace with a lock of its own: index, log and collection memory.</summary>
/// <remarks>Thread: everything but the lock and the index's prefetches demands that the shard is entered.</remarks>
internal sealed unsafe class Shard : IDisposable
{
    /// <summary>The table of evicted keys may use this part of what the entries use.</summary>
    private const int GhostPart = 64;

    private readonly KeyspaceState _state;
    private readonly Spaces _spaces;
    private readonly long* _counts;

    /// <summary>Fields, not properties: mutable structs that are used where they are.</summary>
    public HashIndex Index;
    public ShardLock Lock;
    public ShardCounters Counters;
    public SegmentWork Work;
    private GhostTable _ghosts;

    public Shard(KeyspaceState state)
    {
        _state = state;
        _spaces = state.Spaces;
        _counts = (long*)NativeMemory.AllocZeroed(Spaces.Count, sizeof(long));
        Index = new HashIndex(state.Pool, state.Hash);
        Log = new SegmentLog(state.Pool, state.Sequence, state.TtlClasses);
        Heap = new NodeHeap(state.Pool, state.Seed);
        _ghosts = new GhostTable(state.Pool);
    }

    public SegmentLog Log { get; }

    public NodeHeap Heap { get; }

    /// <summary>Where the sweep for flushed databases is.</summary>
    public ulong SweepUnit { get; set; }

    /// <summary>Where the walk for expired fields is, and when the next one may begin (Unix milliseconds).</summary>
    public ulong FieldUnit { get; set; }

    public long FieldWalkDueMs { get; set; }

    /// <summary>When its last step was.</summary>
    public long FieldStepMs { get; set; }

    /// <summary>The round of forgetting tags that this shard took part in.</summary>
    public int TagRound { get; set; }

    /// <summary>Told before an entry changes, comes or goes, while a snapshot is made.</summary>
    public ShardPass? Snapshot { get; set; }

    /// <summary>Memory of the table of evicted keys. Units: bytes.</summary>
    public long GhostBytes => _ghosts.BytesUsed;

    /// <summary>Number of keys with that space.</summary>
    public long Count(byte space) => _counts[space];

    /// <summary>The slot of a live entry, or null; one that has expired is removed on the way.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong* Find(in KeyRef key, long nowMs)
    {
        var slot = Index.Find(key.Hash, _spaces.Of(key.Database), key.Bytes);
        if (slot == null) return null;
        var entry = Slot.Address(*slot);
        return (*entry & (Entry.HasExpiry | Entry.HasTags)) == 0 || !RemoveIfOver(key.Hash, slot, nowMs)
            ? slot
            : null;
    }

    /// <summary>Writes header, key and fields of an entry that takes the place of the one in <paramref name="slot"/>,
    /// or is a new one with null; the value's bytes are up to the caller. What the key and the fields were taken from
    /// may be the old entry.</summary>
    /// <remarks>The old entry's collection is the caller's business.</remarks>
    public byte* Write(in KeyRef key, ulong* slot, ValueKind kind, in EntryFields fields, int valueLength, long nowMs)
    {
        Snapshot?.BeforeChange(key.Hash);
        var flags = fields.Flags;
        var size = Entry.SizeFor(flags, key.Bytes.Length, valueLength);
        var isBigString = kind == ValueKind.String && Log.IsBig(size);
        var old = slot == null ? null : Slot.Address(*slot);
        var pool = old != null ? Log.SegmentOf(old)->Pool
            : _ghosts.Take(key.Hash) ? SegmentPool.Main
            : SegmentPool.Small;
        var entry = Log.Append(size, pool, fields.ExpireAtMs, nowMs);
        var space = _spaces.Of(key.Database);
        if (fields.Tags != 0) _state.Tags.Keep(TagStamp.SetOf(fields.Tags));
        Entry.WriteHeader(entry, (byte)((isBigString ? Entry.BigString : (byte)kind) | flags), space, key.Bytes,
            valueLength);
        fields.WriteTo(entry);
        if (slot == null)
        {
            _counts[space]++;
            Index.Insert(key.Hash, Slot.Make(key.Hash, entry, frequency: 0));
        }
        else
        {
            *slot = Slot.WithAddress(*slot, entry);
        }

        return entry;
    }

    /// <summary>Removes an entry with all it holds.</summary>
    public void Remove(ulong hash, ulong* slot)
    {
        Snapshot?.BeforeChange(hash);
        var entry = Slot.Address(*slot);
        FreeCollection(entry);
        _counts[entry[1]]--;
        Invariant.Holds(_counts[entry[1]] >= 0);
        Index.Remove(hash, slot);
        Log.Kill(entry);
    }

    /// <summary>Removes an entry that leaves by itself, and tells about it.</summary>
    public void RemoveBecause(ulong hash, ulong* slot, RemovalCause cause)
    {
        var entry = Slot.Address(*slot);
        Counters.Removed(cause);
        var database = _spaces.DatabaseOf(entry[1]);
        if (database >= 0) _state.Observer?.Removed(Entry.Key(entry), database, hash, cause);
        Remove(hash, slot);
    }

    /// <summary>Removes an entry that nobody can find any more: expired, or of a flushed database.</summary>
    public bool RemoveIfGone(ulong hash, ulong* slot, long nowMs)
    {
        var entry = Slot.Address(*slot);
        if (_spaces.IsDead(entry[1]))
        {
            Remove(hash, slot);
            return true;
        }

        return RemoveIfOver(hash, slot, nowMs);
    }

    /// <summary>Asks for the line where a newcomer's eviction will be noted.</summary>
    public void PrefetchGhost(ulong hash) => _ghosts.Prefetch(hash);

    /// <summary>Notes that a newcomer is being evicted.</summary>
    public void Remember(ulong hash) => _ghosts.Add(hash, Index.Count, Log.Bytes / GhostPart);

    public void FreeCollection(byte* entry)
    {
        if (Entry.IsCollection(entry))
            Collections.Free(Heap, Entry.Kind(entry), Unsafe.ReadUnaligned<ulong>(Entry.ValueStart(entry)));
    }

    /// <summary>One of its tags was invalidated since it was stored.</summary>
    public bool IsStale(byte* entry) => (*entry & Entry.HasTags) != 0 && _state.Tags.IsStale(Entry.Tags(entry));

    /// <summary>A number no value of this keyspace ever had.</summary>
    public ulong NextCas() => _state.NextCas();

    public ulong HashOf(byte* entry) => _state.Hash.Of(Entry.KeyStart(entry), Entry.KeyLength(entry));

    /// <summary>Removes everything at once.</summary>
    public void Clear()
    {
        if (Work.Current != null) Log.Attach(Work.Current, (SegmentPlace)Work.Current->Pool);
        Work.Clear();
        Index.Clear();
        Log.Clear();
        Heap.Clear();
        _ghosts.Clear();
        NativeMemory.Clear(_counts, Spaces.Count * sizeof(long));
    }

    public void Dispose()
    {
        Heap.Clear();
        Index.Dispose();
        Log.Dispose();
        NativeMemory.Free(_counts);
    }

    /// <summary>Kept out of line: few entries that are read have expired or become stale.</summary>
    private bool RemoveIfOver(ulong hash, ulong* slot, long nowMs)
    {
        var entry = Slot.Address(*slot);
        var expireAtMs = Entry.ExpireAt(entry);
        if (expireAtMs != 0 && nowMs > expireAtMs) RemoveBecause(hash, slot, RemovalCause.Expired);
        else if (IsStale(entry)) RemoveBecause(hash, slot, RemovalCause.Invalidated);
        else return false;
        return true;
    }
}
