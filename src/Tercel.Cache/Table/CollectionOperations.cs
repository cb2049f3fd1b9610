// Unsafe: hands out the address of a root inside an entry of the entered shard.
using System.Runtime.CompilerServices;
using Tercel.Cache.Values;

namespace Tercel.Cache.Table;

/// <summary>How the value types reach their collections.</summary>
/// <remarks>Thread: the shard is entered.</remarks>
internal static unsafe class CollectionOperations
{
    public static StoreStatus Find(
        Shard shard, scoped in KeyRef key, ValueKind kind, long nowMs, out CollectionHandle handle)
    {
        handle = default;
        var slot = shard.Find(key, nowMs);
        if (slot == null)
        {
            shard.Counters.Misses++;
            return StoreStatus.NotFound;
        }

        shard.Counters.Hits++;
        Slot.Touch(slot);
        return HandleOf(shard, Slot.Address(*slot), kind, out handle);
    }

    public static StoreStatus Open(
        Shard shard, scoped in KeyRef key, ValueKind kind, long nowMs, out CollectionHandle handle)
    {
        handle = default;
        if (key.Bytes.Length > EngineLimits.KeyBytesMax) return StoreStatus.TooLarge;
        var slot = shard.Find(key, nowMs);
        if (slot != null)
        {
            shard.Snapshot?.BeforeChange(key.Hash);
            Slot.Touch(slot);
            return HandleOf(shard, Slot.Address(*slot), kind, out handle);
        }

        var entry = shard.Write(key, null, kind, default, Entry.RootBytes, nowMs);
        Unsafe.WriteUnaligned(Entry.ValueStart(entry), 0UL);
        return HandleOf(shard, entry, kind, out handle);
    }

    /// <summary>What an entry and its collection take, in bytes.</summary>
    public static long MemoryOf(Shard shard, in KeyRef key, long nowMs)
    {
        var slot = shard.Find(key, nowMs);
        if (slot == null) return 0;
        var entry = Slot.Address(*slot);
        long bytes = Entry.IsBig(entry) ? shard.Log.MemoryBytes(shard.Log.SegmentOf(entry)) : Entry.Size(entry);
        if (Entry.IsCollection(entry))
            bytes += Collections.BytesUsed(Entry.Kind(entry), Unsafe.ReadUnaligned<ulong>(Entry.ValueStart(entry)));
        return bytes + (HashIndex.BytesPerEntry);
    }

    private static StoreStatus HandleOf(Shard shard, byte* entry, ValueKind kind, out CollectionHandle handle)
    {
        var isRight = Entry.Kind(entry) == kind;
        handle = isRight ? new CollectionHandle(shard.Heap, (ulong*)Entry.ValueStart(entry)) : default;
        return isRight ? StoreStatus.Ok : StoreStatus.WrongType;
    }
}
