// Unsafe: pointers to entries are used only while their shard is entered, and handed out only inside ref structs.
using System.Runtime.CompilerServices;
using Tercel.Cache.Eviction;
using Tercel.Cache.Expiry;
using Tercel.Cache.Memory;
using Tercel.Cache.Statistics;
using Tercel.Cache.Table;
using Tercel.Cache.Tags;

namespace Tercel.Cache;

/// <summary>The dataset: keys of 16 databases with their values, in one bounded piece of memory.</summary>
/// <remarks>
/// Thread: the keyspace is cut into shards with a lock each. A caller enters the shard of a key, works in it, exits.
/// Everything that takes a <see cref="KeyRef"/> demands that the key's shard is entered, except what says otherwise.
/// Several shards are entered in rising order of their index. Room for a write is made before entering.
/// No clock: <c>nowMs</c> is an argument (Unix milliseconds). No thread: the owner calls <see cref="Tick"/>.
/// </remarks>
public sealed unsafe class Keyspace : IDisposable
{
    private const int ShardShift = 40;

    private readonly KeyspaceState _state;
    private readonly Shard[] _shards;
    private readonly MissRatioCurve _curve;
    private readonly int _shardMask;
    private readonly Evictor _evictor;
    private int _disposed;

    /// <summary>Reserves address space; memory is taken as the dataset grows.</summary>
    public Keyspace(KeyspaceOptions options)
    {
        var layout = KeyspaceLayout.For(options);
        _state = KeyspaceState.For(options, layout);
        _curve = _state.Curve;
        _shards = new Shard[layout.ShardCount];
        for (var i = 0; i < _shards.Length; i++) _shards[i] = new Shard(_state);
        _shardMask = _shards.Length - 1;
        _evictor = new Evictor(this);
        Eviction = options.Eviction;
    }

    internal PagePool Pool => _state.Pool;

    internal Spaces Spaces => _state.Spaces;

    internal ReadOnlySpan<Shard> Shards => _shards;

    internal Shard ShardAt(int shard) => _shards[shard];

    internal NodeHeap HeapOf(in KeyRef key) => Of(key.Hash).Heap;

    /// <summary>Number of shards, a power of two.</summary>
    public int ShardCount => _shards.Length;

    /// <summary>The maximum, see <see cref="KeyspaceOptions.MemoryBytesMax"/>; lowering it evicts over the next
    /// calls.</summary>
    public long MemoryBytesMax { get => Pool.BytesMax; set => Pool.BytesMax = value; }

    /// <summary>Which entries may be evicted; may change while running.</summary>
    public EvictionPolicy Eviction { get; set; }

    /// <summary>Told about entries that expire, are evicted or invalidated; null = nobody. Called with the shard
    /// entered.</summary>
    public IKeyspaceObserver? Observer { get => _state.Observer; set => _state.Observer = value; }

    /// <summary>The tags keys are stored with.</summary>
    public TagTable Tags => _state.Tags;

    /// <summary>How many reads would miss with another amount of memory.</summary>
    public MissRatioCurve MissRatioCurve => _curve;

    // ---- keys, shards and room ----

    /// <summary>The key with its hash. Any thread, nothing entered.</summary>
    public KeyRef Key(ReadOnlySpan<byte> key, int database) => new(key, database, _state.Hash.Of(key));

    /// <summary>The shard that holds keys of this hash.</summary>
    public int ShardOf(ulong hash) => (int)(hash >> ShardShift) & _shardMask;

    /// <summary>Starts loading the index bucket of this hash into the processor's cache.</summary>
    public void PrefetchBucket(ulong hash) => Of(hash).Index.PrefetchBucket(hash);

    /// <summary>Starts loading the entry of this hash, after its bucket was prefetched. Takes no lock.</summary>
    public void PrefetchEntry(ulong hash) => Of(hash).Index.PrefetchEntry(hash);

    /// <summary>Takes the lock of a shard, which the holder may take again. Never held across a wait.</summary>
    public void Enter(int shard) => _shards[shard].Lock.Enter();

    /// <summary>Enters the shard of one key until the scope is disposed.</summary>
    public KeyScope EnterKey(ReadOnlySpan<byte> key, int database) => new(this, key, database);

    /// <summary>Leaves a shard entered before, by the same thread.</summary>
    public void Exit(int shard) => _shards[shard].Lock.Exit();

    /// <summary>Makes sure that a write of about <paramref name="bytes"/> fits, by dropping what is dead and
    /// evicting.</summary>
    /// <remarks>Thread: no shard entered. Cost: one comparison while memory is not full; else at most a few segments.
    /// False under <see cref="EvictionPolicy.NoEviction"/>, or when nothing is left to evict.</remarks>
    public bool TryMakeRoom(long bytes, long nowMs) => HasRoom(bytes) || _evictor.TryMakeRoom(bytes, nowMs);

    /// <summary>Whether <paramref name="bytes"/> more fit without dropping anything; shards may be entered.</summary>
    public bool HasRoom(long bytes) => Pool.BytesUsed + bytes <= _evictor.BytesEasy;

    /// <summary>Whether more is in use than the maximum, and may be evicted; shards may be entered.</summary>
    public bool IsOverdrawn => Pool.BytesUsed > Pool.BytesMax && Eviction != EvictionPolicy.NoEviction;

    /// <summary>Counts and memory of all shards. Any thread, nothing entered; locks nothing.</summary>
    public KeyspaceStatistics ReadStatistics() => KeyspaceStatistics.Of(this);

    // ---- any value ----

    /// <summary>Finds a live value and counts the access (frequency, hits and misses).</summary>
    public bool TryFind(in KeyRef key, long nowMs, out ValueView value)
    {
        var shard = Of(key.Hash);
        var slot = shard.Find(key, nowMs);
        if (slot == null)
        {
            shard.Counters.Misses++;
            if (_curve.IsSampled(key.Hash)) _curve.Read(key.Hash, 0);
            value = default;
            return false;
        }

        shard.Counters.Hits++;
        Slot.Touch(slot);
        value = new ValueView(*slot);
        if (_curve.IsSampled(key.Hash)) _curve.Read(key.Hash, value.EntryBytes);
        return true;
    }

    /// <summary>The same, and gives the value a unique number if it has none: <see cref="ValueView.CasUnique"/>. Every
    /// later change renews the number or drops it, and none is ever given twice.</summary>
    public bool TryGetWithCas(in KeyRef key, long nowMs, out ValueView value)
    {
        if (!TryFind(key, nowMs, out value)) return false;
        if (value.CasUnique == 0) value = KeyOperations.GiveCas(Of(key.Hash), key, nowMs);
        return true;
    }

    /// <summary>Replaces the number that <see cref="TryGetWithCas"/> gave; its two upper bits may be marks.</summary>
    public void SetCas(in KeyRef key, ulong unique, long nowMs) =>
        KeyOperations.SetCas(Of(key.Hash), key, unique, nowMs);

    /// <summary>A unique number that no value has or had, larger than all given before. Any thread.</summary>
    public ulong NextCas() => _state.NextCas();

    /// <summary>The same without counting: for EXISTS, TYPE, TTL, OBJECT, snapshots.</summary>
    public bool TryPeek(in KeyRef key, long nowMs, out ValueView value)
    {
        var shard = Of(key.Hash);
        var slot = FieldExpiry.RemoveIfWithoutFields(shard, key.Hash, shard.Find(key, nowMs), nowMs);
        value = slot == null ? default : new ValueView(*slot);
        return slot != null;
    }

    /// <summary>Memory that the key takes with its value and its place in the index; 0 when missing. Units:
    /// bytes.</summary>
    public long MemoryOf(in KeyRef key, long nowMs) => CollectionOperations.MemoryOf(Of(key.Hash), key, nowMs);

    /// <summary>Removes the key; false when there was no live value.</summary>
    public bool Remove(in KeyRef key, long nowMs)
    {
        var shard = Of(key.Hash);
        var slot = shard.Find(key, nowMs);
        if (slot != null) shard.Remove(key.Hash, slot);
        return slot != null;
    }

    /// <summary>Sets the expiry (0 = never) of a live value; false when missing. A time already past removes
    /// it.</summary>
    public bool SetExpiry(in KeyRef key, long expireAtMs, long nowMs) =>
        KeyOperations.SetExpiry(Of(key.Hash), key, Math.Min(expireAtMs, EngineLimits.ExpireAtMsMax), nowMs);

    /// <summary>Gives a live value another set of tags (0 = none), as of now; false when missing.</summary>
    public bool SetTags(in KeyRef key, uint tagSet, long nowMs) =>
        KeyOperations.SetTags(Of(key.Hash), key, _state.Tags.StampOf(tagSet), nowMs);

    /// <summary>Moves a value with its expiry to another key, replacing what is there. Both shards entered.</summary>
    public StoreStatus Rename(in KeyRef from, in KeyRef to, long nowMs) =>
        KeyOperations.Rename(Of(from.Hash), Of(to.Hash), from, to, nowMs);

    /// <summary>Copies a value with its expiry to another key, replacing what is there. Both shards entered.</summary>
    public StoreStatus Copy(in KeyRef from, in KeyRef to, long nowMs) =>
        KeyOperations.Copy(Of(from.Hash), Of(to.Hash), from, to, nowMs);

    // ---- strings ----

    /// <summary>Stores bytes, replacing a value of any kind.</summary>
    public StoreStatus SetString(in KeyRef key, ReadOnlySpan<byte> value, in ValueOptions options, long nowMs)
    {
        var fields = new EntryFields
        {
            ExpireAtMs = Math.Min(options.ExpireAtMs, EngineLimits.ExpireAtMsMax),
            ClientFlags = options.ClientFlags,
            Tags = _state.Tags.StampOf(options.TagSet),
        };
        if (_curve.IsSampled(key.Hash))
            _curve.Write(key.Hash, HashIndex.BytesPerEntry + key.Bytes.Length + (long)value.Length);
        return StringOperations.Set(Of(key.Hash), key, value, fields, options.KeepExpiry, nowMs);
    }

    /// <summary>Opens a string to change it in place: created when missing, grown with zeros to at least
    /// <paramref name="lengthMin"/>; the expiry stays.</summary>
    /// <remarks>Lifetime of <paramref name="bytes"/>: the next call. Errors: wrong type, too large.</remarks>
    public StoreStatus OpenString(in KeyRef key, int lengthMin, long nowMs, out Span<byte> bytes) =>
        StringOperations.Open(Of(key.Hash), key, lengthMin, nowMs, out bytes);

    /// <summary>Adds to the integer a string holds; a missing one counts as 0; the expiry stays.</summary>
    public StoreStatus AddInteger(in KeyRef key, long delta, long nowMs, out long sum) =>
        StringOperations.Add(Of(key.Hash), key, delta, nowMs, out sum);

    // ---- collections: Values.HashValue and its sisters work on the root ----

    /// <summary>Finds a collection of that kind: Ok, NotFound or WrongType.</summary>
    /// <remarks>Lifetime of <paramref name="handle"/>: until the key is removed or its shard is left.</remarks>
    public StoreStatus FindCollection(scoped in KeyRef key, ValueKind kind, long nowMs, out CollectionHandle handle) =>
        CollectionOperations.Find(Of(key.Hash), key, kind, nowMs, out handle);

    /// <summary>The same, but creates an empty one when missing. The caller removes it again if it stays empty:
    /// no key ever holds an empty collection when its shard is left.</summary>
    public StoreStatus OpenCollection(scoped in KeyRef key, ValueKind kind, long nowMs, out CollectionHandle handle) =>
        CollectionOperations.Open(Of(key.Hash), key, kind, nowMs, out handle);

    /// <summary>To be called before a command changes what is stored under the key other than through the methods
    /// here: a collection through its value type.</summary>
    /// <remarks>Cost: one predicted branch while no snapshot is made.</remarks>
    public void BeforeWrite(in KeyRef key) => Of(key.Hash).Snapshot?.BeforeChange(key.Hash);

    /// <summary>Begins to hand all entries as they are now to a sink.</summary>
    /// <remarks>Enters all shards for an instant. One pass at a time.</remarks>
    public SnapshotPass BeginSnapshot(ISnapshotSink sink) => SnapshotPass.Begin(this, sink);

    // ---- whole keyspace: these enter shards themselves ----

    /// <summary>Number of keys of a database, expired ones that were not met yet included.</summary>
    public long Count(int database)
    {
        long count = 0;
        foreach (var shard in _shards) count += shard.Count(_state.Spaces.Of(database));
        return count;
    }

    /// <summary>Visits some keys and returns the cursor to go on with; 0 = done. Every key present during the whole
    /// scan is visited at least once.</summary>
    public ulong Scan<TVisitor>(ulong cursor, int database, int count, long nowMs, ref TVisitor visitor)
        where TVisitor : IEntryVisitor, allows ref struct =>
        KeyspaceScan.Scan(this, cursor, database, count, nowMs, ref visitor);

    /// <summary>Visits one live key picked at random; false when the database is empty.</summary>
    public bool VisitRandom<TVisitor>(int database, ulong random, long nowMs, ref TVisitor visitor)
        where TVisitor : IEntryVisitor, allows ref struct =>
        KeyspaceScan.VisitRandom(this, database, random, nowMs, ref visitor);

    /// <summary>Removes all keys of a database (or of all with -1) in constant time per shard.</summary>
    /// <remarks>Enters all shards; a caller who has entered them keeps the order with its own other work.</remarks>
    public void Flush(int database)
    {
        EnterAll();
        KeyspaceSweep.Flush(this, database);
        ExitAll();
    }

    /// <summary>Exchanges two databases in constant time.</summary>
    /// <remarks>Enters all shards, as <see cref="Flush"/>.</remarks>
    public void Swap(int first, int second)
    {
        EnterAll();
        _state.Spaces.Swap(first, second);
        ExitAll();
    }

    /// <summary>Background work for one shard, not entered: expiry, compaction, freeing. Returns steps done.</summary>
    public int Tick(int shard, long nowMs, int stepsMax) => Upkeep.Run(this, shard, nowMs, stepsMax);

    /// <summary>Enters all shards, walks everything and throws when something does not fit. For tests; slow.</summary>
    public void CheckIntegrity() => IntegrityCheck.Run(this);

    /// <summary>Enters every shard, in rising order.</summary>
    public void EnterAll() => Array.ForEach(_shards, static shard => shard.Lock.Enter());

    /// <summary>Leaves every shard.</summary>
    public void ExitAll() => Array.ForEach(_shards, static shard => shard.Lock.Exit());

    /// <summary>Frees all memory; nothing may be in use any more.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        foreach (var shard in _shards) shard.Dispose();
        Pool.Dispose();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Shard Of(ulong hash) => _shards[ShardOf(hash)];
}
