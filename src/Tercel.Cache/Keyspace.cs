using Tercel.Cache.Memory;

namespace Tercel.Cache;

/// <summary>The dataset: keys of 16 databases with their values, in one bounded piece of memory.</summary>
/// <remarks>
/// Thread: the keyspace is cut into shards with a lock each. A caller enters the shard of a key, works on it, and
/// exits:
/// everything that takes a <see cref="KeyRef"/> demands that the key's shard is entered, except what says otherwise.
/// Several shards are entered in rising order of their index. Room for a write is made before entering.
/// No clock: <c>nowMs</c> is an argument (Unix milliseconds). No thread: the owner calls <see cref="Tick"/>.
/// </remarks>
public sealed unsafe class Keyspace : IDisposable
{
    /// <summary>Reserves address space; memory is taken as the dataset grows.</summary>
    public Keyspace(KeyspaceOptions options) => Pool = new PagePool(options.MemoryBytesMax, 65536);

    internal PagePool Pool { get; }

    /// <summary>Number of shards, a power of two.</summary>
    public int ShardCount => throw new NotImplementedException();

    /// <summary>The maximum, see <see cref="KeyspaceOptions.MemoryBytesMax"/>; lowering it evicts over the next
    /// calls.</summary>
    public long MemoryBytesMax { get => Pool.BytesMax; set => Pool.BytesMax = value; }

    /// <summary>Which entries may be evicted; may change while running.</summary>
    public EvictionPolicy Eviction { get; set; }

    /// <summary>Told about entries that expire, are evicted or invalidated; null = nobody. Called with the shard
    /// entered.</summary>
    public IKeyspaceObserver? Observer { get; set; }

    // ---- keys, shards and room ----

    /// <summary>The key with its hash. Any thread, nothing entered.</summary>
    public KeyRef Key(ReadOnlySpan<byte> key, int database) => throw new NotImplementedException();

    /// <summary>The shard that holds keys of this hash.</summary>
    public int ShardOf(ulong hash) => throw new NotImplementedException();

    /// <summary>Starts loading the index bucket of this hash into the processor's cache.</summary>
    public void PrefetchBucket(ulong hash) => throw new NotImplementedException();

    /// <summary>Starts loading the entry of this hash, after its bucket was prefetched. Reads without the
    /// lock.</summary>
    public void PrefetchEntry(ulong hash) => throw new NotImplementedException();

    /// <summary>Takes the lock of a shard; not reentrant. Never held across a wait.</summary>
    public void Enter(int shard) => throw new NotImplementedException();

    /// <summary>Leaves a shard entered before, by the same thread.</summary>
    public void Exit(int shard) => throw new NotImplementedException();

    /// <summary>Makes sure that a write of about <paramref name="bytes"/> fits, by dropping what is dead and
    /// evicting.</summary>
    /// <remarks>Thread: no shard entered. Cost: one comparison while memory is not full; else at most a few segments.
    /// False under <see cref="EvictionPolicy.NoEviction"/>, or when nothing is left to evict.</remarks>
    public bool TryMakeRoom(long bytes, long nowMs) => throw new NotImplementedException();

    /// <summary>Counts and memory of all shards. Any thread, nothing entered; locks nothing.</summary>
    public KeyspaceStatistics ReadStatistics() => throw new NotImplementedException();

    // ---- any value ----

    /// <summary>Finds a live value and counts the access (frequency, hits and misses).</summary>
    public bool TryFind(in KeyRef key, long nowMs, out ValueView value) => throw new NotImplementedException();

    /// <summary>The same without counting: for EXISTS, TYPE, TTL, OBJECT, snapshots.</summary>
    public bool TryPeek(in KeyRef key, long nowMs, out ValueView value) => throw new NotImplementedException();

    /// <summary>Memory that the key takes with its value and its place in the index; 0 when missing. Units:
    /// bytes.</summary>
    public long MemoryOf(in KeyRef key, long nowMs) => throw new NotImplementedException();

    /// <summary>Removes the key; false when there was no live value.</summary>
    public bool Remove(in KeyRef key, long nowMs) => throw new NotImplementedException();

    /// <summary>Sets the expiry (0 = never) of a live value; false when missing. A time already past removes
    /// it.</summary>
    public bool SetExpiry(in KeyRef key, long expireAtMs, long nowMs) => throw new NotImplementedException();

    /// <summary>Moves a value with its expiry to another key, replacing what is there. Both shards entered.</summary>
    public StoreStatus Rename(in KeyRef from, in KeyRef to, long nowMs) => throw new NotImplementedException();

    /// <summary>Copies a value with its expiry to another key, replacing what is there. Both shards entered.</summary>
    public StoreStatus Copy(in KeyRef from, in KeyRef to, long nowMs) => throw new NotImplementedException();

    // ---- strings ----

    /// <summary>Stores bytes, replacing a value of any kind.</summary>
    public StoreStatus SetString(in KeyRef key, ReadOnlySpan<byte> value, in ValueOptions options, long nowMs) =>
        throw new NotImplementedException();

    /// <summary>Opens a string to change it in place: created when missing, grown with zeros to at least
    /// <paramref name="lengthMin"/>; the expiry stays.</summary>
    /// <remarks>Lifetime of <paramref name="bytes"/>: the next call. Errors: wrong type, too large.</remarks>
    public StoreStatus OpenString(in KeyRef key, int lengthMin, long nowMs, out Span<byte> bytes) =>
        throw new NotImplementedException();

    /// <summary>Adds to the integer a string holds; a missing one counts as 0; the expiry stays.</summary>
    public StoreStatus AddInteger(in KeyRef key, long delta, long nowMs, out long sum) =>
        throw new NotImplementedException();

    // ---- collections: Values.HashValue and its sisters work on the root ----

    /// <summary>Finds a collection of that kind: Ok, NotFound or WrongType.</summary>
    /// <remarks>Lifetime of <paramref name="handle"/>: until the key is removed or its shard is left.</remarks>
    public StoreStatus FindCollection(in KeyRef key, ValueKind kind, long nowMs, out CollectionHandle handle) =>
        throw new NotImplementedException();

    /// <summary>The same, but creates an empty one when missing. The caller removes it again if it stays empty:
    /// no key ever holds an empty collection when its shard is left.</summary>
    public StoreStatus OpenCollection(in KeyRef key, ValueKind kind, long nowMs, out CollectionHandle handle) =>
        throw new NotImplementedException();

    // ---- whole keyspace: these enter shards themselves ----

    /// <summary>Number of keys of a database, expired ones that were not met yet included.</summary>
    public long Count(int database) => throw new NotImplementedException();

    /// <summary>Visits some keys and returns the cursor to go on with; 0 = done. Every key present during the whole
    /// scan
    /// is visited at least once.</summary>
    public ulong Scan<TVisitor>(ulong cursor, int database, int count, long nowMs, ref TVisitor visitor)
        where TVisitor : IEntryVisitor, allows ref struct => throw new NotImplementedException();

    /// <summary>Visits one live key picked at random; false when the database is empty.</summary>
    public bool VisitRandom<TVisitor>(int database, ulong random, long nowMs, ref TVisitor visitor)
        where TVisitor : IEntryVisitor, allows ref struct => throw new NotImplementedException();

    /// <summary>Removes all keys of a database (or of all with -1) in constant time per shard.</summary>
    /// <remarks>Thread: unlike the others here, with all shards entered by the caller, so that the journal sees it in
    /// order with the writes of other threads.</remarks>
    public void Flush(int database) => throw new NotImplementedException();

    /// <summary>Exchanges two databases in constant time.</summary>
    /// <remarks>Thread: all shards entered by the caller, as for <see cref="Flush"/>.</remarks>
    public void Swap(int first, int second) => throw new NotImplementedException();

    /// <summary>Background work for one shard: expiry, compaction, freeing; the caller enters nothing.</summary>
    /// <returns>Steps of work done; 0 = nothing to do now.</returns>
    public int Tick(int shard, long nowMs, int stepsMax) => throw new NotImplementedException();

    /// <summary>Frees all memory; nothing may be in use any more.</summary>
    public void Dispose() => throw new NotImplementedException();
}

/// <summary>Sees entries during <see cref="Keyspace.Scan"/>; called with the entry's shard entered.</summary>
public interface IEntryVisitor
{
    /// <summary>Sees one live entry.</summary>
    void Visit(ReadOnlySpan<byte> key, int database, in ValueView value);
}

/// <summary>Told about entries that leave by themselves; called with the shard entered, must not call back.</summary>
public interface IKeyspaceObserver
{
    /// <summary>An entry has gone.</summary>
    void Removed(ReadOnlySpan<byte> key, int database, ulong hash, RemovalCause cause);
}

/// <summary>Where a collection's root is kept and which heap its nodes come from.</summary>
/// <remarks>The value types of <c>Tercel.Cache.Values</c> are made from it. <c>default</c> is none.</remarks>
public readonly unsafe ref struct CollectionHandle
{
    internal CollectionHandle(NodeHeap heap, ulong* root)
    {
        Heap = heap;
        Root = root;
    }

    internal NodeHeap Heap { get; }

    /// <summary>Points at the eight bytes in the entry that hold the root; 0 there is an empty collection. Not
    /// aligned.</summary>
    internal ulong* Root { get; }
}
