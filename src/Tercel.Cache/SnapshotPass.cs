// Unsafe: one bit per unit of a shard's index in native memory, freed with the pass; slots are read with the shard
// entered.
using System.Runtime.InteropServices;
using Tercel.Cache.Table;
using Tercel.Primitives;

namespace Tercel.Cache;

/// <summary>Takes the entries of a snapshot; called with the entry's shard entered, by the thread that steps or by one
/// that is about to change the entry.</summary>
public interface ISnapshotSink
{
    /// <summary>One entry as it was when the pass began. Called by one thread at a time per shard, but for several
    /// shards at once. It may have expired meanwhile.</summary>
    void Entry(int shard, ReadOnlySpan<byte> key, int database, in ValueView value);
}

/// <summary>Hands every entry of one moment to a sink, bucket by bucket, while the keyspace goes on.</summary>
/// <remarks>Before an entry changes, the entries of its bucket are handed over as they are. Nothing is copied, and the
/// index does not split while its shard is under way. Thread: any; a shard is stepped by one thread.
/// Lifetime: dispose it, finished or not; one pass at a time.</remarks>
public sealed unsafe class SnapshotPass : IDisposable
{
    private readonly Keyspace _keyspace;
    private readonly ISnapshotSink _sink;
    private readonly int[] _databaseOfSpace = new int[Spaces.Count];
    private readonly ShardPass[] _shards;

    internal static SnapshotPass Begin(Keyspace keyspace, ISnapshotSink sink)
    {
        keyspace.EnterAll();
        try
        {
            return new SnapshotPass(keyspace, sink);
        }
        finally
        {
            keyspace.ExitAll();
        }
    }

    /// <summary>Marks the moment; all shards are entered.</summary>
    private SnapshotPass(Keyspace keyspace, ISnapshotSink sink)
    {
        _keyspace = keyspace;
        _sink = sink;
        for (var i = 0; i < Spaces.Count; i++) _databaseOfSpace[i] = keyspace.Spaces.DatabaseOf((byte)i);
        _shards = new ShardPass[keyspace.ShardCount];
        for (var i = 0; i < _shards.Length; i++)
        {
            var shard = keyspace.ShardAt(i);
            Invariant.Holds(shard.Snapshot is null);
            shard.Index.Frozen = true;
            _shards[i] = new ShardPass(this, i, shard);
            shard.Snapshot = _shards[i];
        }
    }

    /// <summary>Hands over up to that many buckets of a shard; false when the shard is finished.</summary>
    /// <remarks>Enters the shard.</remarks>
    public bool Step(int shard, int bucketsMax)
    {
        _keyspace.Enter(shard);
        try
        {
            return _shards[shard].Step(bucketsMax);
        }
        finally
        {
            _keyspace.Exit(shard);
        }
    }

    /// <summary>Ends the pass; what was not handed over yet never is.</summary>
    public void Dispose()
    {
        for (var i = 0; i < _shards.Length; i++)
        {
            _keyspace.Enter(i);
            _shards[i].End();
            _keyspace.Exit(i);
        }
    }

    internal void HandOver(int shard, ulong slot)
    {
        var entry = Slot.Address(slot);
        var database = _databaseOfSpace[entry[1]];
        if (database >= 0) _sink.Entry(shard, Table.Entry.Key(entry), database, new ValueView(slot));
    }
}

/// <summary>The part of a <see cref="SnapshotPass"/> that one shard has. Under the shard's lock.</summary>
internal sealed unsafe class ShardPass(SnapshotPass pass, int number, Shard shard)
{
    private readonly ulong _unitCount = shard.Index.UnitCount;
    private ulong* _done = (ulong*)NativeMemory.AllocZeroed((nuint)(shard.Index.UnitCount / 64) + 1, sizeof(ulong));
    private ulong _next;

    public bool Step(int unitsMax)
    {
        if (_done == null) return false;
        for (var i = 0; i < unitsMax && _next < _unitCount; i++) HandOver(_next++);
        if (_next < _unitCount) return true;
        End();
        return false;
    }

    /// <summary>An entry with this hash is about to change, come or go.</summary>
    public void BeforeChange(ulong hash) => HandOver(shard.Index.UnitOf(hash));

    public void End()
    {
        if (_done == null) return;
        NativeMemory.Free(_done);
        _done = null;
        shard.Snapshot = null;
        shard.Index.Frozen = false;
    }

    private void HandOver(ulong unit)
    {
        var bit = 1UL << (int)(unit % 64);
        if ((_done[unit / 64] & bit) != 0) return;
        _done[unit / 64] |= bit;
        var slots = BucketChain.UnitSlots;
        for (var bucket = shard.Index.UnitAt(unit); bucket != null;)
        {
            for (var i = 0; i < slots; i++)
                if (bucket[i] != 0 && !Slot.IsLink(bucket[i])) pass.HandOver(number, bucket[i]);
            bucket = BucketChain.Next(bucket, slots);
            slots = Slot.PerBucket;
        }
    }
}
