// Unsafe: as in FieldTable; a table that dies is reached by nobody else any more.
using Tercel.Cache.Memory;

namespace Tercel.Cache.Values.Tables;

/// <summary>Frees tables: small ones at once, large ones little by little, so that removing a key stays
/// short.</summary>
internal static unsafe class TableFreeing
{
    /// <summary>Tables of more elements are freed in the background.</summary>
    public const int AtOnceMax = 4096;

    /// <summary>Frees a table, or lets it die: its memory then comes back with <see cref="Step"/>.</summary>
    public static void Free(NodeHeap heap, FieldTable* table)
    {
        if (table->Expiries != null)
        {
            heap.TimedHashes--;
            heap.Free((byte*)table->Expiries, TableGrowth.DirectoryBytes(table->SegmentCapacity));
            table->Expiries = null;
        }

        if (table->Count > AtOnceMax)
        {
            table->NextDying = (FieldTable*)heap.DyingTables;
            heap.DyingTables = (nint)table;
            return;
        }

        while (table->Buckets > 0) FreeLastSegment(heap, table);
        FreeEmpty(heap, table);
    }

    /// <summary>Frees some segments of the first dying table; false when there is none.</summary>
    public static bool Step(NodeHeap heap, int segments)
    {
        var table = (FieldTable*)heap.DyingTables;
        if (table == null) return false;
        for (; segments > 0 && table->Buckets > 0; segments--) FreeLastSegment(heap, table);
        if (table->Buckets > 0) return true;
        heap.DyingTables = (nint)table->NextDying;
        FreeEmpty(heap, table);
        return true;
    }

    private static void FreeLastSegment(NodeHeap heap, FieldTable* table)
    {
        var first = (table->Buckets - 1) / FieldTable.SegmentBuckets * FieldTable.SegmentBuckets;
        for (var index = first; index < table->Buckets; index++)
        {
            ulong* further;
            for (var bucket = FieldTable.Bucket(table, index); bucket != null; bucket = further)
            {
                further = TableBucket.Next(bucket);
                for (var i = 0; i < TableBucket.Slots && TableBucket.IsEntry(bucket[i]); i++)
                {
                    var node = TableBucket.Node(bucket[i]);
                    heap.Free(node, TableNode.UsableBytes(node));
                }

                if (bucket != FieldTable.Bucket(table, index)) FieldTable.FreeOverflow(heap, table, bucket);
            }
        }

        heap.Free((byte*)table->Segments[first / FieldTable.SegmentBuckets], FieldTable.SegmentBytes);
        table->Buckets = first;
    }

    private static void FreeEmpty(NodeHeap heap, FieldTable* table)
    {
        heap.Free((byte*)table->Segments, TableGrowth.DirectoryBytes(table->SegmentCapacity));
        heap.Free((byte*)table, sizeof(FieldTable));
    }
}
