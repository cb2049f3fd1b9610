// Unsafe: works on entries of entered shards; copies whole values, whose bounds the entries tell.
using System.Runtime.CompilerServices;
using Tercel.Cache.Values;
using Tercel.Primitives;

namespace Tercel.Cache.Table;

/// <summary>What can be done to keys whatever they hold.</summary>
/// <remarks>Thread: the shards of the keys are entered.</remarks>
internal static unsafe class KeyOperations
{
    public static bool SetExpiry(Shard shard, in KeyRef key, long expireAtMs, long nowMs)
    {
        var slot = shard.Find(key, nowMs);
        if (slot == null) return false;
        var entry = Slot.Address(*slot);
        if (expireAtMs != 0 && expireAtMs <= nowMs)
        {
            shard.Remove(key.Hash, slot);
            return true;
        }

        shard.Snapshot?.BeforeChange(key.Hash);
        if ((*entry & Entry.HasExpiry) != 0)
        {
            Entry.SetExpireAt(entry, expireAtMs);
            shard.Log.NoteExpiry(shard.Log.SegmentOf(entry), expireAtMs, nowMs);
        }
        else if (expireAtMs != 0)
        {
            Rewrite(shard, key, slot, EntryFields.Of(entry).WithExpiry(expireAtMs), nowMs);
        }

        return true;
    }

    /// <summary>Gives a live value another set of tags, stamped now.</summary>
    public static bool SetTags(Shard shard, in KeyRef key, ulong stamp, long nowMs)
    {
        var slot = shard.Find(key, nowMs);
        if (slot == null) return false;
        var entry = Slot.Address(*slot);
        shard.Snapshot?.BeforeChange(key.Hash);
        if ((*entry & Entry.HasTags) != 0 && stamp != 0) Entry.SetTags(entry, stamp);
        else Rewrite(shard, key, slot, EntryFields.Of(entry).WithTags(stamp), nowMs);
        return true;
    }

    /// <summary>Gives a live entry a unique number, for which it moves.</summary>
    public static ValueView GiveCas(Shard shard, in KeyRef key, long nowMs)
    {
        var slot = shard.Find(key, nowMs);
        var entry = Slot.Address(*slot);
        Rewrite(shard, key, slot, EntryFields.Of(entry).WithCas(shard.NextCas()), nowMs);
        return new ValueView(*slot);
    }

    /// <summary>Changes the unique number of a live entry that has one.</summary>
    public static void SetCas(Shard shard, in KeyRef key, ulong unique, long nowMs)
    {
        var slot = shard.Find(key, nowMs);
        Invariant.Holds(slot != null);
        var entry = Slot.Address(*slot);
        Invariant.Holds((*entry & Entry.HasCas) != 0);
        Entry.SetCas(entry, unique);
    }

    public static StoreStatus Rename(
        Shard fromShard, Shard toShard, in KeyRef from, in KeyRef to, long nowMs)
    {
        if (to.Bytes.Length > EngineLimits.KeyBytesMax) return StoreStatus.TooLarge;
        var slot = fromShard.Find(from, nowMs);
        if (slot == null) return StoreStatus.NotFound;
        if (from.Database == to.Database && from.Bytes.SequenceEqual(to.Bytes)) return StoreStatus.Ok;
        // Before its collection moves, not only when the key goes.
        fromShard.Snapshot?.BeforeChange(from.Hash);
        RemoveTarget(toShard, to, nowMs);
        // The removal may have moved the slot, but not the entry.
        slot = fromShard.Find(from, nowMs);
        var entry = Slot.Address(*slot);
        var root = Entry.IsCollection(entry) ? Unsafe.ReadUnaligned<ulong>(Entry.ValueStart(entry)) : 0;
        if (root != 0 && fromShard != toShard)
        {
            var clone = Collections.Clone(Entry.Kind(entry), root, toShard.Heap);
            Collections.Free(fromShard.Heap, Entry.Kind(entry), root);
            root = clone;
        }

        Place(toShard, to, entry, root, nowMs);
        if (Entry.IsCollection(entry)) Unsafe.WriteUnaligned(Entry.ValueStart(entry), 0UL);
        slot = fromShard.Find(from, nowMs);
        fromShard.Remove(from.Hash, slot);
        return StoreStatus.Ok;
    }

    public static StoreStatus Copy(
        Shard fromShard, Shard toShard, in KeyRef from, in KeyRef to, long nowMs)
    {
        if (to.Bytes.Length > EngineLimits.KeyBytesMax) return StoreStatus.TooLarge;
        var slot = fromShard.Find(from, nowMs);
        if (slot == null) return StoreStatus.NotFound;
        if (from.Database == to.Database && from.Bytes.SequenceEqual(to.Bytes)) return StoreStatus.Refused;
        RemoveTarget(toShard, to, nowMs);
        slot = fromShard.Find(from, nowMs);
        var entry = Slot.Address(*slot);
        var root = Entry.IsCollection(entry) ? Unsafe.ReadUnaligned<ulong>(Entry.ValueStart(entry)) : 0;
        Place(toShard, to, entry, root == 0 ? 0 : Collections.Clone(Entry.Kind(entry), root, toShard.Heap), nowMs);
        return StoreStatus.Ok;
    }

    /// <summary>Moves an entry to where it can have other fields.</summary>
    private static void Rewrite(Shard shard, in KeyRef key, ulong* slot, in EntryFields fields, long nowMs)
    {
        var entry = Slot.Address(*slot);
        var value = Entry.Value(entry);
        var moved = shard.Write(key, slot, Entry.Kind(entry), fields, value.Length, nowMs);
        value.CopyTo(Entry.Value(moved));
        shard.Log.Kill(entry);
    }

    private static void RemoveTarget(Shard shard, in KeyRef key, long nowMs)
    {
        var slot = shard.Find(key, nowMs);
        if (slot != null) shard.Remove(key.Hash, slot);
    }

    /// <summary>Writes the value of an entry under another key, with <paramref name="root"/> as its
    /// collection.</summary>
    private static void Place(Shard shard, in KeyRef key, byte* entry, ulong root, long nowMs)
    {
        var value = Entry.Value(entry);
        var copy = shard.Write(key, null, Entry.Kind(entry), EntryFields.Of(entry).WithCas(0), value.Length, nowMs);
        value.CopyTo(Entry.Value(copy));
        if (Entry.IsCollection(copy)) Unsafe.WriteUnaligned(Entry.ValueStart(copy), root);
    }
}
