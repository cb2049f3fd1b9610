// Unsafe: all pointers are blocks of the node heap that this table took; they are freed here and nowhere else, and
// bucket numbers are kept below Buckets by BucketOf.
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Tercel.Cache.Memory;
using Tercel.Primitives;

namespace Tercel.Cache.Values.Tables;

/// <summary>A large hash or set: a hash table that grows and shrinks by one bucket at a time.</summary>
/// <remarks>
/// Shape: linear hashing. Buckets of 64 bytes lie in segments of eight; the low bits of a field's hash number its
/// bucket, which has one bit more when it was split already. A slot's tag holds the 19 bits of the hash from the last
/// multiple of eight of its bucket's bits on, so that only every eighth split of a bucket has to look at its nodes.
/// Cost: find one bucket and one node; insert the same and sometimes one split. Never a rehash of the whole.
/// Fill: five elements per bucket, beyond which a bucket is split, and about a tenth of the buckets have a further one.
/// </remarks>
internal unsafe struct FieldTable
{
    public const int SegmentBuckets = 8;
    public const int SegmentBytes = SegmentBuckets * TableBucket.Bytes;

    /// <summary>Tables of fewer elements are not prefetched.</summary>
    private const int PrefetchedCountMin = 8192;

    /// <summary>Key of the hash; kept here so that a copy may move to another heap.</summary>
    public ulong Seed;

    /// <summary>By number: the first of eight buckets.</summary>
    public ulong** Segments;

    /// <summary>By segment: no field in it expires before. Null until a field has an expiry.</summary>
    public long* Expiries;

    /// <summary>No field expires before; <see cref="long.MaxValue"/> = none ever.</summary>
    public long NextExpiryMs;

    /// <summary>No field expires after.</summary>
    public long LastExpiryMs;

    /// <summary>Size of all nodes. Units: bytes.</summary>
    public long NodeBytes;

    /// <summary>The next of those that are freed little by little.</summary>
    public FieldTable* NextDying;

    public int Count;
    public int Buckets;

    /// <summary>Pointers that <see cref="Segments"/> and <see cref="Expiries"/> have room for.</summary>
    public int SegmentCapacity;

    /// <summary>Elements with an expiry.</summary>
    public int TimedCount;

    /// <summary>Further buckets behind full ones.</summary>
    public int Overflows;

    /// <summary>No bucket has more buckets in its chain, itself included.</summary>
    public int ChainMax;

    public static FieldTable* Create(NodeHeap heap, ulong seed)
    {
        var table = (FieldTable*)heap.Allocate(sizeof(FieldTable));
        *table = new FieldTable { Seed = seed, ChainMax = 1, NextExpiryMs = long.MaxValue };
        TableGrowth.AddSegment(heap, table);
        table->Buckets = SegmentBuckets;
        return table;
    }

    public static ulong Hash(FieldTable* table, ReadOnlySpan<byte> field) => FieldHash.Of(field, table->Seed);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong* Bucket(FieldTable* table, int index) =>
        table->Segments[index / SegmentBuckets] + index % SegmentBuckets * TableBucket.Slots;

    /// <summary>Number of bits of the hash that chose this bucket.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Level(FieldTable* table, int index)
    {
        var level = BitOperations.Log2((uint)table->Buckets);
        var half = 1 << level;
        return (index & (half - 1)) < table->Buckets - half ? level + 1 : level;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int BucketOf(FieldTable* table, ulong hash)
    {
        var half = 1 << BitOperations.Log2((uint)table->Buckets);
        var index = (int)(hash & (ulong)(2L * half - 1));
        return index < table->Buckets ? index : index & (half - 1);
    }

    /// <summary>The tag of a hash in a bucket of that level.</summary>
    public static ulong Tag(ulong hash, int level) => hash >> (level & ~7) & TableBucket.TagMask;

    /// <summary>The slot of a field; null = there is none.</summary>
    /// <param name="table">The table.</param>
    /// <param name="needle">The field.</param>
    /// <param name="index">The bucket it is in, or would be.</param>
    /// <param name="tag">The tag it has, or would have.</param>
    public static ulong* Find(FieldTable* table, in Needle needle, out int index, out ulong tag)
    {
        var hash = Hash(table, needle.Bytes);
        index = BucketOf(table, hash);
        tag = Tag(hash, Level(table, index));
        for (var bucket = Bucket(table, index); bucket != null; bucket = TableBucket.Next(bucket))
        {
            for (var matches = TableBucket.Match(bucket, tag); matches != 0; matches &= matches - 1)
            {
                var slot = bucket + BitOperations.TrailingZeroCount(matches);
                if (*slot == 0) break;
                var element = TableNode.Read(TableBucket.Node(*slot));
                if (element.FieldBytes == needle.Length && needle.Matches(element.FieldStart)) return slot;
            }
        }

        return null;
    }

    /// <summary>Starts loading the bucket of a field; false when the table is so small that it is in the processor's
    /// cache anyway.</summary>
    public static bool PrefetchBucket(FieldTable* table, ReadOnlySpan<byte> field)
    {
        if (table->Count < PrefetchedCountMin) return false;
        Sse.Prefetch0(Bucket(table, BucketOf(table, Hash(table, field))));
        return true;
    }

    /// <summary>Starts loading the node of a field, after its bucket came.</summary>
    public static void PrefetchNode(FieldTable* table, ReadOnlySpan<byte> field)
    {
        if (table->Count < PrefetchedCountMin) return;
        var hash = Hash(table, field);
        var index = BucketOf(table, hash);
        var bucket = Bucket(table, index);
        var matches = TableBucket.Match(bucket, Tag(hash, Level(table, index)));
        if (matches == 0) return;
        Sse.Prefetch0(TableBucket.Node(bucket[BitOperations.TrailingZeroCount(matches)]));
    }

    /// <summary>Adds a field that is known to be missing; bucket and tag as <see cref="Find"/> told them.</summary>
    /// <returns>The element's node, which stays where it is until it is removed or replaced.</returns>
    public static byte* Add(
        NodeHeap heap, FieldTable* table, int index, ulong tag, ReadOnlySpan<byte> field, ReadOnlySpan<byte> value,
        long expireAtMs)
    {
        var node = NewNode(heap, table, field, value, expireAtMs);
        Append(heap, table, Bucket(table, index), TableBucket.Slot(tag, node));
        if (expireAtMs != 0) TableExpiry.Added(heap, table, index, expireAtMs);
        Invariant.Holds(table->Count < int.MaxValue);
        table->Count++;
        TableGrowth.Grow(heap, table);
        return node;
    }

    /// <summary>Replaces value and expiry of a field; in place when the node's size class stays.</summary>
    public static void Replace(
        NodeHeap heap, FieldTable* table, ulong* slot, int index, ReadOnlySpan<byte> field, ReadOnlySpan<byte> value,
        long expireAtMs)
    {
        var node = TableBucket.Node(*slot);
        var old = TableNode.Read(node);
        if (old.Expiry != null) TableExpiry.Removed(heap, table);
        var size = NodeHeap.UsableBytes((int)(old.End - node));
        if (NodeHeap.UsableBytes(TableNode.Bytes(field.Length, value.Length, expireAtMs != 0)) == size)
        {
            TableNode.Write(node, field, value, expireAtMs);
        }
        else
        {
            var moved = NewNode(heap, table, field, value, expireAtMs);
            *slot = TableBucket.Slot(TableBucket.Tag(*slot), moved);
            FreeNode(heap, table, node, size);
        }

        if (expireAtMs != 0) TableExpiry.Added(heap, table, index, expireAtMs);
    }

    /// <summary>Copies an element into a node with another expiry (0 = never, without room for one).</summary>
    public static void Move(NodeHeap heap, FieldTable* table, ulong* slot, long expireAtMs)
    {
        var node = TableBucket.Node(*slot);
        var element = TableNode.Read(node);
        var moved = NewNode(heap, table, element.Field, element.Value, expireAtMs);
        *slot = TableBucket.Slot(TableBucket.Tag(*slot), moved);
        FreeNode(heap, table, node, NodeHeap.UsableBytes((int)(element.End - node)));
    }

    /// <summary>Removes an element; the last one of its chain takes its slot.</summary>
    /// <remarks>The caller lets the table shrink with <see cref="TableGrowth.Shrink"/> when it is through with its
    /// buckets.</remarks>
    public static void Remove(NodeHeap heap, FieldTable* table, ulong* slot, int index)
    {
        var node = TableBucket.Node(*slot);
        var element = TableNode.Read(node);
        if (element.Expiry != null) TableExpiry.Removed(heap, table);
        FreeNode(heap, table, node, NodeHeap.UsableBytes((int)(element.End - node)));
        table->Count--;

        ulong* previous = null;
        var last = Bucket(table, index);
        for (var next = TableBucket.Next(last); next != null; next = TableBucket.Next(last))
        {
            previous = last;
            last = next;
        }

        var used = Used(last);
        *slot = last[used - 1];
        last[used - 1] = 0;
        if (previous == null || used > 2) return;
        previous[TableBucket.Slots - 1] = last[0];
        FreeOverflow(heap, table, last);
    }

    /// <summary>Puts an entry at the end of a chain.</summary>
    public static void Append(NodeHeap heap, FieldTable* table, ulong* bucket, ulong entry)
    {
        var length = 1;
        for (var next = TableBucket.Next(bucket); next != null; next = TableBucket.Next(bucket))
        {
            bucket = next;
            length++;
        }

        var used = Used(bucket);
        if (used < TableBucket.Slots)
        {
            bucket[used] = entry;
            return;
        }

        var further = (ulong*)heap.Allocate(TableBucket.Bytes);
        new Span<ulong>(further, TableBucket.Slots).Clear();
        further[0] = bucket[TableBucket.Slots - 1];
        further[1] = entry;
        bucket[TableBucket.Slots - 1] = TableBucket.Link(further);
        table->Overflows++;
        if (length + 1 > table->ChainMax) table->ChainMax = length + 1;
    }

    public static void FreeOverflow(NodeHeap heap, FieldTable* table, ulong* bucket)
    {
        heap.Free((byte*)bucket, TableBucket.Bytes);
        table->Overflows--;
    }

    /// <summary>Number of used slots of a bucket, which lie before the empty ones.</summary>
    private static int Used(ulong* bucket)
    {
        var used = TableBucket.Slots;
        while (used > 0 && bucket[used - 1] == 0) used--;
        return used;
    }

    private static byte* NewNode(
        NodeHeap heap, FieldTable* table, ReadOnlySpan<byte> field, ReadOnlySpan<byte> value, long expireAtMs)
    {
        var bytes = NodeHeap.UsableBytes(TableNode.Bytes(field.Length, value.Length, expireAtMs != 0));
        var node = heap.Allocate(bytes);
        TableNode.Write(node, field, value, expireAtMs);
        table->NodeBytes += bytes;
        return node;
    }

    private static void FreeNode(NodeHeap heap, FieldTable* table, byte* node, int usableBytes)
    {
        heap.Free(node, usableBytes);
        table->NodeBytes -= usableBytes;
    }
}
