// Unsafe: as in FieldTable.
using Tercel.Cache.Memory;

namespace Tercel.Cache.Values.Tables;

/// <summary>Fields with a time to live of a <see cref="FieldTable"/>.</summary>
/// <remarks>Per segment of eight buckets the table knows a time before which nothing in it expires; so expired fields
/// are found among a million by looking at 25,000 numbers.</remarks>
internal static unsafe class TableExpiry
{
    /// <summary>An element with an expiry is in that bucket now.</summary>
    public static void Added(NodeHeap heap, FieldTable* table, int index, long expireAtMs)
    {
        if (table->TimedCount++ == 0) Start(heap, table);
        Note(table, index, expireAtMs);
    }

    /// <summary>An element with an expiry is gone, or has none any more.</summary>
    public static void Removed(NodeHeap heap, FieldTable* table)
    {
        if (--table->TimedCount > 0) return;
        heap.TimedHashes--;
        heap.Free((byte*)table->Expiries, TableGrowth.DirectoryBytes(table->SegmentCapacity));
        table->Expiries = null;
        table->NextExpiryMs = long.MaxValue;
        table->LastExpiryMs = 0;
    }

    /// <summary>Changes the expiry of the element in a slot (0 = never).</summary>
    public static void Set(NodeHeap heap, FieldTable* table, ulong* slot, int index, long expireAtMs)
    {
        var element = TableNode.Read(TableBucket.Node(*slot));
        if (element.Expiry == null && expireAtMs == 0) return;
        if (element.Expiry == null || expireAtMs == 0)
        {
            // The node gets another shape.
            FieldTable.Move(heap, table, slot, expireAtMs);
            if (expireAtMs == 0) Removed(heap, table);
            else Added(heap, table, index, expireAtMs);
            return;
        }

        Element.WriteExpiry(element.Expiry, expireAtMs);
        Note(table, index, expireAtMs);
    }

    /// <summary>Removes expired elements, <paramref name="removalsMax"/> and a few at most.</summary>
    /// <returns>How many.</returns>
    public static int RemoveExpired(NodeHeap heap, FieldTable* table, long nowMs, int removalsMax)
    {
        if (table->NextExpiryMs >= nowMs) return 0;
        var removed = 0;
        var next = long.MaxValue;
        var segments = (table->Buckets + FieldTable.SegmentBuckets - 1) / FieldTable.SegmentBuckets;
        for (var segment = 0; segment < segments && table->TimedCount > 0; segment++)
        {
            if (table->Expiries[segment] < nowMs && removed < removalsMax)
                removed += SweepSegment(heap, table, segment, nowMs);
            if (table->TimedCount > 0) next = Math.Min(next, table->Expiries[segment]);
        }

        if (table->TimedCount > 0) table->NextExpiryMs = next;
        for (var i = 0; i < removed; i += 2) TableGrowth.Shrink(heap, table);
        return removed;
    }

    private static void Note(FieldTable* table, int index, long expireAtMs)
    {
        ref var before = ref table->Expiries[index / FieldTable.SegmentBuckets];
        before = Math.Min(before, expireAtMs);
        table->NextExpiryMs = Math.Min(table->NextExpiryMs, expireAtMs);
        table->LastExpiryMs = Math.Max(table->LastExpiryMs, expireAtMs);
    }

    private static int SweepSegment(NodeHeap heap, FieldTable* table, int segment, long nowMs)
    {
        var removed = 0;
        var next = long.MaxValue;
        var end = Math.Min(table->Buckets, (segment + 1) * FieldTable.SegmentBuckets);
        for (var index = segment * FieldTable.SegmentBuckets; index < end; index++)
        {
            var slot = 0;
            for (var bucket = FieldTable.Bucket(table, index); bucket != null && table->TimedCount > 0;)
            {
                if (slot == TableBucket.Slots || !TableBucket.IsEntry(bucket[slot]))
                {
                    bucket = TableBucket.Next(bucket);
                    slot = 0;
                    continue;
                }

                var at = TableNode.Read(TableBucket.Node(bucket[slot])).ExpireAtMs;
                if (at == 0 || at >= nowMs)
                {
                    if (at != 0) next = Math.Min(next, at);
                    slot++;
                    continue;
                }

                // The last entry of the chain comes into this slot, which may also have been the chain's end: begin
                // anew.
                FieldTable.Remove(heap, table, bucket + slot, index);
                removed++;
                bucket = FieldTable.Bucket(table, index);
                slot = 0;
            }
        }

        if (table->TimedCount > 0) table->Expiries[segment] = next;
        return removed;
    }

    private static void Start(NodeHeap heap, FieldTable* table)
    {
        heap.TimedHashes++;
        table->Expiries = (long*)heap.Allocate(TableGrowth.DirectoryBytes(table->SegmentCapacity));
        new Span<long>(table->Expiries, table->SegmentCapacity).Fill(long.MaxValue);
    }
}
