using System.Diagnostics;
using Tercel.Cache.Memory;
using Tercel.Cache.Values.Lists;
using Tercel.Cache.Values.SortedSets;
using Tercel.Cache.Values.Tables;

namespace Tercel.Cache.Values;

/// <summary>What the engine does with a collection without knowing its kind.</summary>
/// <remarks>A root is the eight bytes that an entry keeps of its collection; 0 is an empty collection.
/// Thread: under the lock of the shard whose heap is given.</remarks>
internal static class Collections
{
    /// <summary>Nodes of a list or tree that take about as long to free as a table's segment of forty
    /// elements.</summary>
    private const int NodesPerSegment = 16;

    /// <summary>Frees every block of a collection; of a large one in the background, see
    /// <see cref="FreeDying"/>.</summary>
    public static void Free(NodeHeap heap, ValueKind kind, ulong root)
    {
        if (root == 0) return;
        switch (kind)
        {
            case ValueKind.Hash: HashValue.Free(heap, root); break;
            case ValueKind.Set: SetValue.Free(heap, root); break;
            case ValueKind.List: ListValue.Free(heap, root); break;
            case ValueKind.SortedSet: SortedSetValue.Free(heap, root); break;
            default: throw new UnreachableException();
        }
    }

    /// <summary>Frees a part of what large collections left behind; false when there is nothing.</summary>
    /// <param name="heap">The shard's memory.</param>
    /// <param name="segments">Parts of some forty elements each.</param>
    public static bool FreeDying(NodeHeap heap, int segments) =>
        TableFreeing.Step(heap, segments) || ListFreeing.Step(heap, segments * NodesPerSegment)
        || TreeFreeing.Step(heap, segments * NodesPerSegment);

    /// <summary>Number of elements, fields or members; of a hash with expired fields that were not met yet, those
    /// too.</summary>
    public static long Count(ValueKind kind, ulong root) => root == 0 ? 0 : kind switch
    {
        ValueKind.Hash => HashValue.CountOf(root),
        ValueKind.Set => SetValue.CountOf(root),
        ValueKind.List => ListValue.CountOf(root),
        ValueKind.SortedSet => SortedSetValue.CountOf(root),
        _ => throw new UnreachableException(),
    };

    /// <summary>Bytes of all its blocks, as the heap counts them. Cost: may walk the whole collection.</summary>
    public static long BytesUsed(ValueKind kind, ulong root) => root == 0 ? 0 : kind switch
    {
        ValueKind.Hash => HashValue.BytesUsed(root),
        ValueKind.Set => SetValue.BytesUsed(root),
        ValueKind.List => ListValue.BytesUsed(root),
        ValueKind.SortedSet => SortedSetValue.BytesUsed(root),
        _ => throw new UnreachableException(),
    };

    /// <summary>What OBJECT ENCODING calls its form: listpack, hashtable, intset, quicklist or skiplist.</summary>
    public static ReadOnlySpan<byte> EncodingName(ValueKind kind, ulong root) => kind switch
    {
        ValueKind.Hash => HashValue.EncodingName(root),
        ValueKind.Set => SetValue.EncodingName(root),
        ValueKind.List => ListValue.EncodingName(root),
        ValueKind.SortedSet => SortedSetValue.EncodingName(root),
        _ => throw new UnreachableException(),
    };

    /// <summary>Copies a collection into another heap (or the same); the original stays.</summary>
    /// <returns>The root of the copy.</returns>
    public static ulong Clone(ValueKind kind, ulong root, NodeHeap to) => root == 0 ? 0 : kind switch
    {
        ValueKind.Hash => HashValue.Clone(root, to),
        ValueKind.Set => SetValue.Clone(root, to),
        ValueKind.List => ListValue.Clone(root, to),
        ValueKind.SortedSet => SortedSetValue.Clone(root, to),
        _ => throw new UnreachableException(),
    };

    /// <summary>Walks the whole collection and throws when something does not fit. For tests; slow.</summary>
    public static void IntegrityCheck(ValueKind kind, ulong root)
    {
        if (root == 0) return;
        switch (kind)
        {
            case ValueKind.Hash: HashValue.IntegrityCheck(root); break;
            case ValueKind.Set: SetValue.IntegrityCheck(root); break;
            case ValueKind.List: ListValue.IntegrityCheck(root); break;
            case ValueKind.SortedSet: SortedSetValue.IntegrityCheck(root); break;
            default: throw new UnreachableException();
        }
    }
}
