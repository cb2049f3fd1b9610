// Unsafe: a unit is 128 bytes of an index page, an overflow bucket 64; links lead only to buckets in use.
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Tercel.Cache.Table;

/// <summary>A unit of the index with the overflow buckets behind it.</summary>
/// <remarks>Shape: the last slot of the unit, and of every overflow bucket, may be a link to the next one.</remarks>
internal static unsafe class BucketChain
{
    public const int UnitSlots = 2 * Slot.PerBucket;

    /// <summary>The half of a unit where an entry of this hash belongs, as an offset in bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nuint HomeOffset(ulong hash) => (nuint)(hash >> 33) & 64;

    /// <summary>The bucket behind this one, or null.</summary>
    public static ulong* Next(ulong* bucket, int slots) =>
        Slot.IsLink(bucket[slots - 1]) ? (ulong*)Slot.Address(bucket[slots - 1]) : null;

    /// <summary>The slot that points at this very entry, or null.</summary>
    public static ulong* SlotOf(ulong* unit, ulong hash, byte* entry)
    {
        var tag = Slot.TagOf(hash);
        var found = SlotIn(unit, tag, entry);
        if (found != null) return found;
        found = SlotIn(unit + Slot.PerBucket, tag, entry);
        for (var bucket = Next(unit, UnitSlots); found == null && bucket != null; bucket = Next(bucket, Slot.PerBucket))
            found = SlotIn(bucket, tag, entry);
        return found;
    }

    private static ulong* SlotIn(ulong* bucket, ulong tag, byte* entry)
    {
        for (var match = Slot.Match(bucket, tag); match != 0; match &= match - 1)
        {
            var slot = bucket + BitOperations.TrailingZeroCount(match);
            if (Slot.Address(*slot) == entry) return slot;
        }

        return null;
    }

    /// <summary>Puts a slot to the first free place: home half, other half, overflow.</summary>
    public static void Place(ulong* unit, ulong hash, ulong slot, ref OverflowBuckets overflow)
    {
        var home = (ulong*)((byte*)unit + HomeOffset(hash));
        var empty = Slot.MatchEmpty(home);
        if (empty == 0)
        {
            home = (ulong*)((byte*)unit + (HomeOffset(hash) ^ 64));
            empty = Slot.MatchEmpty(home);
        }

        if (empty != 0) home[BitOperations.TrailingZeroCount(empty)] = slot;
        else PlaceBeyond(unit, slot, ref overflow);
    }

    /// <summary>Empties a slot. The hole is filled from the end of the chain, and the last bucket given back when that
    /// empties it.</summary>
    public static void Remove(ulong* unit, ulong* slot, ref OverflowBuckets overflow)
    {
        *slot = 0;
        var last = unit;
        var slots = UnitSlots;
        ulong* link = null;
        for (var next = Next(last, slots); next != null; next = Next(last, slots))
        {
            link = last + slots - 1;
            last = next;
            slots = Slot.PerBucket;
        }

        if (link == null) return;
        for (var i = 0; *slot == 0 && i < Slot.PerBucket; i++)
        {
            if (last[i] == 0 || last + i == slot) continue;
            *slot = last[i];
            last[i] = 0;
        }

        var left = Slot.PerBucket - BitOperations.PopCount(Slot.MatchEmpty(last));
        if (left > 1) return;
        // The last one moves into the slot of the link.
        *link = 0;
        for (var i = 0; i < Slot.PerBucket; i++)
            if (last[i] != 0) *link = last[i];
        overflow.Return(last);
    }

    /// <summary>Gives the overflow buckets back and empties the unit.</summary>
    public static void Clear(ulong* unit, ref OverflowBuckets overflow)
    {
        for (var bucket = Next(unit, UnitSlots); bucket != null;)
        {
            var next = Next(bucket, Slot.PerBucket);
            overflow.Return(bucket);
            bucket = next;
        }

        new Span<ulong>(unit, UnitSlots).Clear();
    }

    private static void PlaceBeyond(ulong* unit, ulong slot, ref OverflowBuckets overflow)
    {
        var bucket = unit;
        var slots = UnitSlots;
        for (var next = Next(bucket, slots); next != null; next = Next(bucket, slots))
        {
            bucket = next;
            slots = Slot.PerBucket;
            var empty = Slot.MatchEmpty(bucket);
            if (empty == 0) continue;
            bucket[BitOperations.TrailingZeroCount(empty)] = slot;
            return;
        }

        var added = overflow.Take();
        added[0] = bucket[slots - 1];
        added[1] = slot;
        bucket[slots - 1] = Slot.MakeLink(added);
    }
}
