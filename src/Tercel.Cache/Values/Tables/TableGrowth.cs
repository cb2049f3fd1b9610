// Unsafe: as in FieldTable; a chain is copied slot by slot before its buckets are cleared or freed.
using System.Numerics;
using Tercel.Cache.Memory;

namespace Tercel.Cache.Values.Tables;

/// <summary>How a <see cref="FieldTable"/> gets more buckets and fewer.</summary>
internal static unsafe class TableGrowth
{
    /// <summary>Elements per bucket beyond which the next bucket is split.</summary>
    private const int FillMax = 5;

    /// <summary>Elements per bucket under which the last bucket is merged; far from the other, so that a table does not
    /// swing.</summary>
    private const int FillMin = 2;

    private const int CapacityMin = 4;

    /// <summary>Splits one bucket when the table is full enough.</summary>
    public static void Grow(NodeHeap heap, FieldTable* table)
    {
        if (table->Count <= (long)table->Buckets * FillMax) return;
        var target = table->Buckets;
        var level = BitOperations.Log2((uint)target);
        var source = target - (1 << level);
        if (target % FieldTable.SegmentBuckets == 0) AddSegment(heap, table);
        if (table->Expiries != null)
        {
            ref var before = ref table->Expiries[target / FieldTable.SegmentBuckets];
            before = Math.Min(before, table->Expiries[source / FieldTable.SegmentBuckets]);
        }

        table->Buckets++;
        Split(heap, table, source, target, level);
    }

    /// <summary>Merges buckets while the table is far from full: two at most, so that one removal stays
    /// short.</summary>
    public static void Shrink(NodeHeap heap, FieldTable* table)
    {
        for (var i = 0; i < 2; i++)
        {
            if (table->Buckets <= FieldTable.SegmentBuckets) return;
            if (table->Count >= (long)table->Buckets * FillMin) return;
            MergeLast(heap, table);
        }
    }

    /// <summary>Gives the table eight more buckets, all empty and not in use yet.</summary>
    public static void AddSegment(NodeHeap heap, FieldTable* table)
    {
        var index = table->Buckets / FieldTable.SegmentBuckets;
        if (index == table->SegmentCapacity) SetCapacity(heap, table, Math.Max(CapacityMin, index * 2), index);
        var segment = (ulong*)heap.Allocate(FieldTable.SegmentBytes);
        new Span<byte>(segment, FieldTable.SegmentBytes).Clear();
        table->Segments[index] = segment;
        if (table->Expiries != null) table->Expiries[index] = long.MaxValue;
    }

    /// <summary>Bytes of a directory of so many segments; asks for it in multiples of what the heap gives.</summary>
    public static int DirectoryBytes(int capacity) => NodeHeap.UsableBytes(checked(capacity * sizeof(ulong*)));

    private static void SetCapacity(NodeHeap heap, FieldTable* table, int capacity, int used)
    {
        table->Segments = (ulong**)Move(heap, (byte*)table->Segments, table->SegmentCapacity, capacity, used);
        if (table->Expiries != null)
            table->Expiries = (long*)Move(heap, (byte*)table->Expiries, table->SegmentCapacity, capacity, used);
        table->SegmentCapacity = capacity;
    }

    private static byte* Move(NodeHeap heap, byte* words, int capacity, int newCapacity, int used)
    {
        var moved = heap.Allocate(DirectoryBytes(newCapacity));
        if (words == null) return moved;
        Buffer.MemoryCopy(words, moved, used * 8L, used * 8L);
        heap.Free(words, DirectoryBytes(capacity));
        return moved;
    }

    /// <summary>Deals the entries of a chain out to two, by the next bit of their hashes.</summary>
    private static void Split(NodeHeap heap, FieldTable* table, int source, int target, int level)
    {
        var low = FieldTable.Bucket(table, source);
        var high = FieldTable.Bucket(table, target);
        var retag = (level + 1) % 8 == 0;
        var slots = stackalloc ulong[TableBucket.Slots];
        ulong* further = null;
        for (var chain = low; chain != null; chain = further)
        {
            further = TableBucket.Next(chain);
            new Span<ulong>(chain, TableBucket.Slots).CopyTo(new Span<ulong>(slots, TableBucket.Slots));
            if (chain == low) new Span<ulong>(chain, TableBucket.Slots).Clear();
            else FieldTable.FreeOverflow(heap, table, chain);
            for (var i = 0; i < TableBucket.Slots && TableBucket.IsEntry(slots[i]); i++)
            {
                var isHigh = (TableBucket.Tag(slots[i]) >> (level % 8) & 1) != 0;
                var entry = retag ? Retagged(table, slots[i], level + 1) : slots[i];
                FieldTable.Append(heap, table, isHigh ? high : low, entry);
            }
        }
    }

    private static ulong Retagged(FieldTable* table, ulong slot, int level)
    {
        var node = TableBucket.Node(slot);
        var hash = FieldTable.Hash(table, TableNode.Read(node).Field);
        return TableBucket.Slot(FieldTable.Tag(hash, level), node);
    }

    private static void MergeLast(NodeHeap heap, FieldTable* table)
    {
        var source = table->Buckets - 1;
        var level = BitOperations.Log2((uint)source);
        var target = source - (1 << level);
        var retag = (level + 1) % 8 == 0;
        // The tags of both began at bit level + 1 then; now they begin eight bits before.
        if (retag) RetagDown(table, FieldTable.Bucket(table, target), target, level);
        ulong* further = null;
        for (var chain = FieldTable.Bucket(table, source); chain != null; chain = further)
        {
            further = TableBucket.Next(chain);
            for (var i = 0; i < TableBucket.Slots && TableBucket.IsEntry(chain[i]); i++)
            {
                var entry = retag ? RetaggedDown(chain[i], source, level) : chain[i];
                FieldTable.Append(heap, table, FieldTable.Bucket(table, target), entry);
            }

            if (chain != FieldTable.Bucket(table, source)) FieldTable.FreeOverflow(heap, table, chain);
            else new Span<ulong>(chain, TableBucket.Slots).Clear();
        }

        if (table->Expiries != null)
        {
            ref var before = ref table->Expiries[target / FieldTable.SegmentBuckets];
            before = Math.Min(before, table->Expiries[source / FieldTable.SegmentBuckets]);
        }

        table->Buckets--;
        if (source % FieldTable.SegmentBuckets == 0) DropSegment(heap, table);
    }

    private static void RetagDown(FieldTable* table, ulong* bucket, int index, int level)
    {
        for (; bucket != null; bucket = TableBucket.Next(bucket))
            for (var i = 0; i < TableBucket.Slots && TableBucket.IsEntry(bucket[i]); i++)
                bucket[i] = RetaggedDown(bucket[i], index, level);
    }

    /// <summary>A tag that begins at bit <paramref name="level"/> - 7 instead of level + 1: the number of the bucket
    /// has the eight bits between.</summary>
    private static ulong RetaggedDown(ulong slot, int index, int level)
    {
        var tag = TableBucket.Tag(slot) << 8 | (ulong)(uint)index >> (level - 7) & 0xFF;
        return TableBucket.Slot(tag & TableBucket.TagMask, TableBucket.Node(slot));
    }

    private static void DropSegment(NodeHeap heap, FieldTable* table)
    {
        var count = table->Buckets / FieldTable.SegmentBuckets;
        heap.Free((byte*)table->Segments[count], FieldTable.SegmentBytes);
        if (table->SegmentCapacity > CapacityMin && count <= table->SegmentCapacity / 4)
            SetCapacity(heap, table, table->SegmentCapacity / 2, count);
    }
}
