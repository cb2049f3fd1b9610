// Unsafe: a unit's slots are copied before entries are removed from it, and no unit merges meanwhile.
using System.Runtime.CompilerServices;
using Tercel.Cache.Table;
using Tercel.Cache.Values;

namespace Tercel.Cache.Expiry;

/// <summary>Removes hash fields whose time is up, and the keys that have no field left.</summary>
/// <remarks>Reads never show such fields; this is for their memory. A shard is walked again and again while a hash in
/// it has expiring fields, not faster than a fixed number of keys per second.</remarks>
internal static unsafe class FieldExpiry
{
    /// <summary>Some hundred keys, once per millisecond and shard: the walk must not be felt.</summary>
    private const int UnitsPerStep = 64;

    /// <summary>Fields of one hash removed per step.</summary>
    private const int FieldsPerStep = 1024;

    /// <summary>Least time between the starts of two walks. Units: milliseconds.</summary>
    private const int WalkMsMin = 500;

    /// <summary>Keys a walk looks at per millisecond, over its whole time.</summary>
    private const int KeysPerMs = 10;

    /// <summary>Looks through a few units of the index; false when nothing is to do now.</summary>
    public static bool Step(Shard shard, long nowMs)
    {
        if (shard.Heap.TimedHashes == 0 || shard.FieldStepMs == nowMs) return false;
        if (shard.FieldUnit == 0)
        {
            if (nowMs < shard.FieldWalkDueMs) return false;
            shard.FieldWalkDueMs = nowMs + Math.Max(WalkMsMin, shard.Index.Count / KeysPerMs);
        }

        shard.FieldStepMs = nowMs;
        var wasFrozen = shard.Index.Frozen;
        shard.Index.Frozen = true;
        var end = Math.Min(shard.Index.UnitCount, shard.FieldUnit + UnitsPerStep);
        for (; shard.FieldUnit < end; shard.FieldUnit++)
            foreach (var slot in shard.Index.Collect(shard.FieldUnit))
                if (Entry.Kind(Slot.Address(slot)) == ValueKind.Hash) Sweep(shard, Slot.Address(slot), nowMs);
        shard.Index.Frozen = wasFrozen;
        if (shard.FieldUnit >= shard.Index.UnitCount) shard.FieldUnit = 0;
        return true;
    }

    /// <summary>Removes a key that is a hash of which all fields have expired, and returns null then; else the slot as
    /// it was given.</summary>
    public static ulong* RemoveIfWithoutFields(Shard shard, ulong keyHash, ulong* slot, long nowMs)
    {
        if (slot == null || shard.Heap.TimedHashes == 0) return slot;
        var entry = Slot.Address(*slot);
        if (Entry.Kind(entry) != ValueKind.Hash) return slot;
        if (!HashExpiry.AllExpired(Unsafe.ReadUnaligned<ulong>(Entry.ValueStart(entry)), nowMs)) return slot;
        shard.RemoveBecause(keyHash, slot, RemovalCause.Expired);
        return null;
    }

    private static void Sweep(Shard shard, byte* entry, long nowMs)
    {
        var root = (ulong*)Entry.ValueStart(entry);
        var hash = new HashValue(new CollectionHandle(shard.Heap, root), nowMs);
        if (!hash.MayHaveExpired) return;
        var keyHash = shard.HashOf(entry);
        shard.Snapshot?.BeforeChange(keyHash);
        hash.RemoveExpired(FieldsPerStep);
        if (hash.Count == 0) shard.RemoveBecause(keyHash, shard.Index.SlotOf(keyHash, entry), RemovalCause.Expired);
    }
}
