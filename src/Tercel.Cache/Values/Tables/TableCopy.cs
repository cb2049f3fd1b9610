// Unsafe: as in FieldTable; a copy is built completely before anything else sees it.
using Tercel.Cache.Memory;
using Tercel.Primitives;

namespace Tercel.Cache.Values.Tables;

/// <summary>Work on a whole <see cref="FieldTable"/>: copy, measure, check.</summary>
internal static unsafe class TableCopy
{
    public static FieldTable* Clone(FieldTable* table, NodeHeap to)
    {
        var copy = (FieldTable*)to.Allocate(sizeof(FieldTable));
        *copy = *table;
        var directoryBytes = TableGrowth.DirectoryBytes(table->SegmentCapacity);
        copy->Segments = (ulong**)to.Allocate(directoryBytes);
        if (table->Expiries != null)
        {
            to.TimedHashes++;
            copy->Expiries = (long*)to.Allocate(directoryBytes);
            Buffer.MemoryCopy(table->Expiries, copy->Expiries, directoryBytes, SegmentCount(table) * 8L);
        }

        for (var i = 0; i < SegmentCount(table); i++)
        {
            copy->Segments[i] = (ulong*)to.Allocate(FieldTable.SegmentBytes);
            for (var bucket = 0; bucket < FieldTable.SegmentBuckets; bucket++)
            {
                var offset = bucket * TableBucket.Slots;
                CloneChain(to, table->Segments[i] + offset, copy->Segments[i] + offset);
            }
        }

        return copy;
    }

    public static long BytesUsed(FieldTable* table) =>
        table->NodeBytes + NodeHeap.UsableBytes(sizeof(FieldTable))
        + (long)TableGrowth.DirectoryBytes(table->SegmentCapacity) * (table->Expiries == null ? 1 : 2)
        + (long)SegmentCount(table) * FieldTable.SegmentBytes + (long)table->Overflows * TableBucket.Bytes;

    public static void IntegrityCheck(FieldTable* table)
    {
        Invariant.Holds(SegmentCount(table) <= table->SegmentCapacity);
        Invariant.Holds((table->Expiries != null) == (table->TimedCount > 0));
        var (count, timed, overflows, bytes) = (0, 0, 0, 0L);
        for (var index = 0; index < table->Buckets; index++)
        {
            var length = 0;
            for (var bucket = FieldTable.Bucket(table, index); bucket != null; bucket = TableBucket.Next(bucket))
            {
                if (length++ > 0) overflows++;
                CheckOrder(bucket, isFurther: length > 1);
                for (var i = 0; i < TableBucket.Slots && TableBucket.IsEntry(bucket[i]); i++, count++)
                {
                    timed += CheckEntry(table, index, bucket + i);
                    bytes += TableNode.UsableBytes(TableBucket.Node(bucket[i]));
                }
            }

            Invariant.Holds(length <= table->ChainMax);
        }

        Invariant.Holds(count == table->Count);
        Invariant.Holds(timed == table->TimedCount);
        Invariant.Holds(overflows == table->Overflows);
        Invariant.Holds(bytes == table->NodeBytes);
    }

    private static int CheckEntry(FieldTable* table, int index, ulong* slot)
    {
        var element = TableNode.Read(TableBucket.Node(*slot));
        Invariant.Holds(FieldTable.Find(table, new Needle(element.Field), out var found, out _) == slot);
        Invariant.Holds(found == index);
        if (element.Expiry == null) return 0;
        Invariant.Holds(element.ExpireAtMs > 0);
        Invariant.Holds(element.ExpireAtMs >= table->NextExpiryMs && element.ExpireAtMs <= table->LastExpiryMs);
        Invariant.Holds(element.ExpireAtMs >= table->Expiries[index / FieldTable.SegmentBuckets]);
        return 1;
    }

    private static void CheckOrder(ulong* bucket, bool isFurther)
    {
        var used = 0;
        while (used < TableBucket.Slots && bucket[used] != 0) used++;
        for (var i = used; i < TableBucket.Slots; i++) Invariant.Holds(bucket[i] == 0);
        for (var i = 0; i < TableBucket.Slots - 1; i++) Invariant.Holds(!TableBucket.IsLink(bucket[i]));
        Invariant.Holds(!isFurther || used >= 2);
    }

    private static void CloneChain(NodeHeap to, ulong* from, ulong* copy)
    {
        while (true)
        {
            for (var i = 0; i < TableBucket.Slots; i++)
                copy[i] = TableBucket.IsEntry(from[i]) ? CloneEntry(to, from[i]) : 0;
            var further = TableBucket.Next(from);
            if (further == null) return;
            var target = (ulong*)to.Allocate(TableBucket.Bytes);
            copy[TableBucket.Slots - 1] = TableBucket.Link(target);
            from = further;
            copy = target;
        }
    }

    private static ulong CloneEntry(NodeHeap to, ulong slot)
    {
        var node = TableBucket.Node(slot);
        var bytes = (int)(TableNode.Read(node).End - node);
        var copy = to.Allocate(bytes);
        Buffer.MemoryCopy(node, copy, bytes, bytes);
        return TableBucket.Slot(TableBucket.Tag(slot), copy);
    }

    public static int SegmentCount(FieldTable* table) =>
        (table->Buckets + FieldTable.SegmentBuckets - 1) / FieldTable.SegmentBuckets;
}
