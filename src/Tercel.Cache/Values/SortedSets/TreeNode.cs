// Unsafe: layouts of blocks of exactly NodeBytes; indexes below Count, which never passes the block's maximum.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Tercel.Cache.Memory;
using Tercel.Primitives;

namespace Tercel.Cache.Values.SortedSets;

/// <summary>A member in a leaf, with its score beside the pointer so that a search seldom follows it.</summary>
internal unsafe struct LeafEntry
{
    public double Score;
    public byte* Member;
}

/// <summary>A child of an inner node.</summary>
internal unsafe struct Branch
{
    /// <summary>The first member of the child's subtree; not kept for the first child of a node.</summary>
    public LeafEntry First;

    /// <summary>A <see cref="TreeLeaf"/> or a <see cref="TreeInner"/>, by the height.</summary>
    public void* Child;

    /// <summary>Members in the child's subtree.</summary>
    public long Count;
}

/// <summary>A leaf: members in order, linked to the leaves beside it.</summary>
internal unsafe struct TreeLeaf
{
    public const int HeaderBytes = 24;
    public const int EntriesMax = (TreeInner.NodeBytes - HeaderBytes) / 16;

    public int Count;
    public TreeLeaf* Previous;
    public TreeLeaf* Next;

    public static LeafEntry* Entries(TreeLeaf* leaf) => (LeafEntry*)((byte*)leaf + HeaderBytes);

    public static TreeLeaf* Create(NodeHeap heap)
    {
        var leaf = (TreeLeaf*)heap.Allocate(TreeInner.NodeBytes);
        *leaf = default;
        return leaf;
    }

    /// <summary>The index of the first entry that is not in front of a place.</summary>
    public static int Seek(TreeLeaf* leaf, in ScoreBound bound)
    {
        var entries = Entries(leaf);
        var (low, high) = (0, leaf->Count);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (bound.IsAfter(entries[middle].Score, entries[middle].Member)) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    public static void Insert(TreeLeaf* leaf, int index, LeafEntry entry)
    {
        Invariant.Holds(leaf->Count < EntriesMax);
        var entries = Entries(leaf);
        var bytes = (long)(leaf->Count - index) * sizeof(LeafEntry);
        Buffer.MemoryCopy(entries + index, entries + index + 1, bytes, bytes);
        entries[index] = entry;
        leaf->Count++;
    }

    public static void Remove(TreeLeaf* leaf, int index)
    {
        var entries = Entries(leaf);
        leaf->Count--;
        var bytes = (long)(leaf->Count - index) * sizeof(LeafEntry);
        Buffer.MemoryCopy(entries + index + 1, entries + index, bytes, bytes);
    }

    /// <summary>Moves the entries from one index on to the end of another leaf.</summary>
    public static void MoveTail(TreeLeaf* leaf, int index, TreeLeaf* to)
    {
        var count = leaf->Count - index;
        Invariant.Holds(to->Count + count <= EntriesMax);
        Unsafe.CopyBlockUnaligned(
            Entries(to) + to->Count, Entries(leaf) + index, (uint)(count * sizeof(LeafEntry)));
        to->Count += count;
        leaf->Count = index;
    }
}

/// <summary>An inner node: children in order, with what lies before each and how much.</summary>
internal unsafe struct TreeInner
{
    /// <summary>Size of a node's block: a size class of the heap.</summary>
    public const int NodeBytes = 1008;
    public const int HeaderBytes = 8;
    public const int BranchesMax = (NodeBytes - HeaderBytes) / 32;

    public int Count;

    public static Branch* Branches(TreeInner* node) => (Branch*)((byte*)node + HeaderBytes);

    /// <summary>Starts loading a leaf or inner node, so that the steps of the search in it wait together.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(void* node)
    {
        if (!Sse.IsSupported) return;
        for (var at = 0; at < NodeBytes; at += 128) Sse.Prefetch0((byte*)node + at);
    }

    public static TreeInner* Create(NodeHeap heap)
    {
        var node = (TreeInner*)heap.Allocate(NodeBytes);
        *node = default;
        return node;
    }

    /// <summary>The index of the last child that begins in front of a place, or the first child.</summary>
    public static int Seek(TreeInner* node, in ScoreBound bound)
    {
        var branches = Branches(node);
        var (low, high) = (1, node->Count);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (bound.IsAfter(branches[middle].First.Score, branches[middle].First.Member)) low = middle + 1;
            else high = middle;
        }

        return low - 1;
    }

    /// <summary>The index of the child that holds a rank; what is left of the rank there.</summary>
    public static int Seek(TreeInner* node, ref long rank)
    {
        var branches = Branches(node);
        var index = 0;
        for (; rank >= branches[index].Count; index++) rank -= branches[index].Count;
        return index;
    }

    /// <summary>Members in the subtrees in front of a child.</summary>
    public static long CountBefore(TreeInner* node, int index)
    {
        var branches = Branches(node);
        var count = 0L;
        for (var i = 0; i < index; i++) count += branches[i].Count;
        return count;
    }

    public static void Insert(TreeInner* node, int index, Branch branch)
    {
        Invariant.Holds(node->Count < BranchesMax);
        var branches = Branches(node);
        var bytes = (long)(node->Count - index) * sizeof(Branch);
        Buffer.MemoryCopy(branches + index, branches + index + 1, bytes, bytes);
        branches[index] = branch;
        node->Count++;
    }

    public static void Remove(TreeInner* node, int index)
    {
        var branches = Branches(node);
        node->Count--;
        var bytes = (long)(node->Count - index) * sizeof(Branch);
        Buffer.MemoryCopy(branches + index + 1, branches + index, bytes, bytes);
    }

    /// <summary>Moves the children from one index on to the end of another node.</summary>
    public static void MoveTail(TreeInner* node, int index, TreeInner* to)
    {
        var count = node->Count - index;
        Invariant.Holds(to->Count + count <= BranchesMax);
        Unsafe.CopyBlockUnaligned(
            Branches(to) + to->Count, Branches(node) + index, (uint)(count * sizeof(Branch)));
        to->Count += count;
        node->Count = index;
    }
}
