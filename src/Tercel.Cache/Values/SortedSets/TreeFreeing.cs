// Unsafe: a tree that dies is reached by nobody else any more; its leaves are linked, its members belong to the table.
using Tercel.Cache.Memory;
using Tercel.Cache.Values.Tables;

namespace Tercel.Cache.Values.SortedSets;

/// <summary>Frees trees: small ones at once, large ones little by little, so that removing a key stays short.</summary>
internal static unsafe class TreeFreeing
{
    /// <summary>Frees a tree with its table, or lets both die: the memory then comes back with <see cref="Step"/>
    /// and <see cref="TableFreeing.Step"/>.</summary>
    public static void Free(NodeHeap heap, ScoreTree* tree)
    {
        var isLarge = tree->Table->Count > TableFreeing.AtOnceMax;
        var first = ScoreTree.FirstLeaf(tree);
        FreeInner(heap, tree->Root, tree->Height);
        TableFreeing.Free(heap, tree->Table);
        tree->Root = first;
        if (isLarge)
        {
            tree->NextDying = (ScoreTree*)heap.DyingTrees;
            heap.DyingTrees = (nint)tree;
            return;
        }

        while (tree->Root != null) FreeFirst(heap, tree);
        heap.Free((byte*)tree, sizeof(ScoreTree));
    }

    /// <summary>Frees some leaves of the first dying tree; false when there is none.</summary>
    public static bool Step(NodeHeap heap, int leaves)
    {
        var tree = (ScoreTree*)heap.DyingTrees;
        if (tree == null) return false;
        for (; leaves > 0 && tree->Root != null; leaves--) FreeFirst(heap, tree);
        if (tree->Root != null) return true;
        heap.DyingTrees = (nint)tree->NextDying;
        heap.Free((byte*)tree, sizeof(ScoreTree));
        return true;
    }

    private static void FreeFirst(NodeHeap heap, ScoreTree* tree)
    {
        var leaf = (TreeLeaf*)tree->Root;
        tree->Root = leaf->Next;
        heap.Free((byte*)leaf, TreeInner.NodeBytes);
    }

    /// <summary>Inner nodes are one in twenty: they go at once.</summary>
    private static void FreeInner(NodeHeap heap, void* node, int height)
    {
        if (height == 0) return;
        var inner = (TreeInner*)node;
        for (var i = 0; i < inner->Count; i++) FreeInner(heap, TreeInner.Branches(inner)[i].Child, height - 1);
        heap.Free((byte*)node, TreeInner.NodeBytes);
    }
}
