// Unsafe: as in ScoreTree; a node is split before it would pass its maximum.
using Tercel.Cache.Memory;

namespace Tercel.Cache.Values.SortedSets;

/// <summary>Puts members into a <see cref="ScoreTree"/>.</summary>
/// <remarks>A full node is cut in the middle, but at its end when what comes is the last (or first) of all: sets that
/// are filled in order have full nodes.</remarks>
internal static unsafe class TreeInsert
{
    /// <summary>Puts a member in its place.</summary>
    public static void Insert(NodeHeap heap, ScoreTree* tree, LeafEntry entry)
    {
        var bound = ScoreBound.Of(entry.Score, ScoredMember.Text(entry.Member));
        var path = ScoreTree.PathTo(tree, bound, behind: true);
        var leaf = path.Leaf;
        for (var level = 0; level < tree->Height; level++) path.BranchAt(level)->Count++;
        if (leaf->Count < TreeLeaf.EntriesMax)
        {
            TreeLeaf.Insert(leaf, path.Index, entry);
            return;
        }

        var right = Split(heap, tree, leaf, path.Index, entry);
        var branch = new Branch { First = TreeLeaf.Entries(right)[0], Child = right, Count = right->Count };
        AddBranch(heap, tree, ref path, branch);
    }

    /// <summary>Writes a member with another score over itself, when it keeps its place between those beside
    /// it.</summary>
    public static bool TryReplace(ScoreTree* tree, ref TreePath path, LeafEntry entry)
    {
        var entries = TreeLeaf.Entries(path.Leaf);
        var bound = ScoreBound.Of(entry.Score, ScoredMember.Text(entry.Member));
        var (before, behind) = (path.Index - 1, path.Index + 1);
        if (before < 0 ? path.Leaf->Previous != null : !bound.IsAfter(entries[before].Score, entries[before].Member))
            return false;
        if (behind == path.Leaf->Count
            ? path.Leaf->Next != null
            : bound.IsAfter(entries[behind].Score, entries[behind].Member))
            return false;
        // In front of the first leaf there is no branch that names its first member.
        entries[path.Index] = entry;
        return true;
    }

    /// <summary>Moves half of a full leaf into a new one behind it and inserts.</summary>
    /// <returns>The new leaf.</returns>
    private static TreeLeaf* Split(NodeHeap heap, ScoreTree* tree, TreeLeaf* leaf, int index, LeafEntry entry)
    {
        var cut = leaf->Count / 2;
        if (index == leaf->Count && leaf->Next == null) cut = leaf->Count;
        else if (index == 0 && leaf->Previous == null) cut = 0;
        var right = TreeLeaf.Create(heap);
        tree->NodeCount++;
        right->Previous = leaf;
        right->Next = leaf->Next;
        if (right->Next != null) right->Next->Previous = right;
        leaf->Next = right;
        TreeLeaf.MoveTail(leaf, cut, right);
        if (index > cut || right->Count == 0) TreeLeaf.Insert(right, index - cut, entry);
        else TreeLeaf.Insert(leaf, index, entry);
        return right;
    }

    /// <summary>Adds a child behind the one that the path took, and cuts full nodes up to the root.</summary>
    private static void AddBranch(NodeHeap heap, ScoreTree* tree, ref TreePath path, Branch branch)
    {
        for (var level = tree->Height - 1; level >= 0; level--)
        {
            path.BranchAt(level)->Count -= branch.Count;
            var node = path.Node(level);
            var index = path.IndexAt(level) + 1;
            if (node->Count < TreeInner.BranchesMax)
            {
                TreeInner.Insert(node, index, branch);
                return;
            }

            branch = Split(heap, tree, node, index, branch);
        }

        var root = TreeInner.Create(heap);
        tree->NodeCount++;
        var old = new Branch { Child = tree->Root, Count = tree->Table->Count - branch.Count };
        TreeInner.Insert(root, 0, old);
        TreeInner.Insert(root, 1, branch);
        tree->Root = root;
        tree->Height++;
    }

    /// <summary>Moves half of a full node into a new one behind it and inserts.</summary>
    /// <returns>The new node as a child for the node above.</returns>
    private static Branch Split(NodeHeap heap, ScoreTree* tree, TreeInner* node, int index, Branch branch)
    {
        var cut = index == node->Count ? node->Count - 1 : node->Count / 2;
        var right = TreeInner.Create(heap);
        tree->NodeCount++;
        TreeInner.MoveTail(node, cut, right);
        if (index > cut) TreeInner.Insert(right, index - cut, branch);
        else TreeInner.Insert(node, index, branch);
        var first = TreeInner.Branches(right)[0].First;
        return new Branch { First = first, Child = right, Count = TreeInner.CountBefore(right, right->Count) };
    }
}
