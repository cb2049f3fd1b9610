// Unsafe: as in ScoreTree; a node is freed after nothing points to it any more.
using Tercel.Cache.Memory;
using Tercel.Primitives;

namespace Tercel.Cache.Values.SortedSets;

/// <summary>Takes members out of a <see cref="ScoreTree"/>.</summary>
/// <remarks>Two neighbours that fit into three quarters of a node are joined, so a tree that shrank holds no sparse
/// nodes for long.</remarks>
internal static unsafe class TreeRemove
{
    /// <summary>Takes out the member that a path leads to; its node stays.</summary>
    public static void RemoveAt(NodeHeap heap, ScoreTree* tree, ref TreePath path)
    {
        var leaf = path.Leaf;
        TreeLeaf.Remove(leaf, path.Index);
        for (var level = 0; level < tree->Height; level++) path.BranchAt(level)->Count--;
        if (path.Index == 0 && leaf->Count > 0) SetFirst(ref path, tree->Height, TreeLeaf.Entries(leaf)[0]);
        if (tree->Height == 0) return;
        if (leaf->Count == 0)
        {
            Unlink(leaf);
            FreeNode(heap, tree, leaf);
            RemoveBranch(heap, tree, ref path, tree->Height - 1);
        }
        else
        {
            JoinLeaf(heap, tree, ref path);
        }

        while (tree->Height > 0 && ((TreeInner*)tree->Root)->Count == 1)
        {
            var root = (TreeInner*)tree->Root;
            tree->Root = TreeInner.Branches(root)[0].Child;
            tree->Height--;
            FreeNode(heap, tree, root);
        }
    }

    /// <summary>Names the first member of a subtree anew: in the lowest node above, that has the subtree not as its
    /// first child.</summary>
    private static void SetFirst(ref TreePath path, int levels, LeafEntry first)
    {
        for (var level = levels - 1; level >= 0; level--)
        {
            if (path.IndexAt(level) == 0) continue;
            path.BranchAt(level)->First = first;
            return;
        }
    }

    /// <summary>Takes the child that the path took out of its node, whose memory is freed already.</summary>
    private static void RemoveBranch(NodeHeap heap, ScoreTree* tree, ref TreePath path, int level)
    {
        var node = path.Node(level);
        var index = path.IndexAt(level);
        TreeInner.Remove(node, index);
        if (node->Count == 0)
        {
            // The root has two children before each removal, else it would not be the root.
            Invariant.Holds(level > 0);
            FreeNode(heap, tree, node);
            RemoveBranch(heap, tree, ref path, level - 1);
            return;
        }

        if (index == 0) SetFirst(ref path, level, TreeInner.Branches(node)[0].First);
        JoinInner(heap, tree, ref path, level);
    }

    private static void JoinLeaf(NodeHeap heap, ScoreTree* tree, ref TreePath path)
    {
        var level = tree->Height - 1;
        var parent = path.Node(level);
        var left = PickLeft(path.Leaf->Count, ref path, level, TreeLeaf.EntriesMax, isLeaf: true);
        if (left < 0) return;
        var branches = TreeInner.Branches(parent);
        var from = (TreeLeaf*)branches[left + 1].Child;
        TreeLeaf.MoveTail(from, 0, (TreeLeaf*)branches[left].Child);
        branches[left].Count += branches[left + 1].Count;
        Unlink(from);
        FreeNode(heap, tree, from);
        path.Set(level, parent, left + 1);
        RemoveBranch(heap, tree, ref path, level);
    }

    private static void JoinInner(NodeHeap heap, ScoreTree* tree, ref TreePath path, int level)
    {
        var node = path.Node(level);
        if (level == 0) return;
        var left = PickLeft(node->Count, ref path, level - 1, TreeInner.BranchesMax, isLeaf: false);
        if (left < 0) return;
        var parent = path.Node(level - 1);
        var branches = TreeInner.Branches(parent);
        var from = (TreeInner*)branches[left + 1].Child;
        // The first child's first member is only known above.
        TreeInner.Branches(from)[0].First = branches[left + 1].First;
        TreeInner.MoveTail(from, 0, (TreeInner*)branches[left].Child);
        branches[left].Count += branches[left + 1].Count;
        FreeNode(heap, tree, from);
        path.Set(level - 1, parent, left + 1);
        RemoveBranch(heap, tree, ref path, level - 1);
    }

    /// <summary>The left one of two children to join, one of which the path took; -1 when it fits with neither
    /// neighbour.</summary>
    private static int PickLeft(int count, ref TreePath path, int level, int max, bool isLeaf)
    {
        if (count > max / 2) return -1;
        var parent = path.Node(level);
        var index = path.IndexAt(level);
        if (index > 0 && count + CountOf(parent, index - 1, isLeaf) <= max * 3 / 4) return index - 1;
        if (index + 1 < parent->Count && count + CountOf(parent, index + 1, isLeaf) <= max * 3 / 4) return index;
        return -1;
    }

    private static int CountOf(TreeInner* parent, int index, bool isLeaf)
    {
        var child = TreeInner.Branches(parent)[index].Child;
        return isLeaf ? ((TreeLeaf*)child)->Count : ((TreeInner*)child)->Count;
    }

    private static void Unlink(TreeLeaf* leaf)
    {
        if (leaf->Previous != null) leaf->Previous->Next = leaf->Next;
        if (leaf->Next != null) leaf->Next->Previous = leaf->Previous;
    }

    private static void FreeNode(NodeHeap heap, ScoreTree* tree, void* node)
    {
        heap.Free((byte*)node, TreeInner.NodeBytes);
        tree->NodeCount--;
    }
}
