// Unsafe: nodes are blocks of the heap that only this tree refers to; the height tells leaves from inner nodes. Members
// belong to the table beside it and are removed here before they are freed there.
using Tercel.Cache.Memory;
using Tercel.Cache.Values.Tables;
using Tercel.Primitives;

namespace Tercel.Cache.Values.SortedSets;

/// <summary>A large sorted set: a B+tree by score and member that counts its subtrees, and a table by member.</summary>
/// <remarks>
/// Shape: leaves of up to 61 members, 16 bytes each, linked both ways; inner nodes of up to 31 children with the first
/// member and the number of members of each. Cost: by rank, score or member logarithmic; the next member constant.
/// </remarks>
internal unsafe struct ScoreTree
{
    public FieldTable* Table;

    /// <summary>A <see cref="TreeLeaf"/> when <see cref="Height"/> is 0, else a <see cref="TreeInner"/>.</summary>
    public void* Root;

    /// <summary>Levels of inner nodes.</summary>
    public int Height;

    /// <summary>Leaves and inner nodes.</summary>
    public int NodeCount;

    /// <summary>See <see cref="TreeFreeing"/>.</summary>
    public ScoreTree* NextDying;

    public static ScoreTree* Create(NodeHeap heap)
    {
        var tree = (ScoreTree*)heap.Allocate(sizeof(ScoreTree));
        *tree = new ScoreTree
        {
            Table = FieldTable.Create(heap, heap.HashSeed), Root = TreeLeaf.Create(heap), NodeCount = 1,
        };
        return tree;
    }

    /// <summary>The member's node; null when it is not in the set.</summary>
    public static byte* Find(ScoreTree* tree, ReadOnlySpan<byte> text)
    {
        var slot = FieldTable.Find(tree->Table, new Needle(text), out _, out _);
        return slot == null ? null : TableBucket.Node(*slot);
    }

    /// <summary>Adds a member that is not in the set.</summary>
    public static void Add(NodeHeap heap, ScoreTree* tree, ReadOnlySpan<byte> text, double score)
    {
        var slot = FieldTable.Find(tree->Table, new Needle(text), out var bucket, out var tag);
        Invariant.Holds(slot == null);
        Add(heap, tree, text, score, bucket, tag);
    }

    /// <summary>The same with the place that the table told when the member was looked for.</summary>
    public static void Add(
        NodeHeap heap, ScoreTree* tree, ReadOnlySpan<byte> text, double score, int bucket, ulong tag)
    {
        var value = new ReadOnlySpan<byte>(&score, sizeof(double));
        var member = FieldTable.Add(heap, tree->Table, bucket, tag, text, value, expireAtMs: 0);
        TreeInsert.Insert(heap, tree, new LeafEntry { Score = score, Member = member });
    }

    /// <summary>Changes the score of a member of the set.</summary>
    public static void SetScore(NodeHeap heap, ScoreTree* tree, byte* member, double score)
    {
        var path = PathTo(tree, member);
        var entry = new LeafEntry { Score = score, Member = member };
        ScoredMember.SetScore(member, score);
        if (TreeInsert.TryReplace(tree, ref path, entry)) return;
        TreeRemove.RemoveAt(heap, tree, ref path);
        TreeInsert.Insert(heap, tree, entry);
    }

    /// <summary>Removes a member; false when it was not in the set.</summary>
    public static bool Remove(NodeHeap heap, ScoreTree* tree, ReadOnlySpan<byte> text)
    {
        var slot = FieldTable.Find(tree->Table, new Needle(text), out var bucket, out _);
        if (slot == null) return false;
        var path = PathTo(tree, TableBucket.Node(*slot));
        TreeRemove.RemoveAt(heap, tree, ref path);
        FieldTable.Remove(heap, tree->Table, slot, bucket);
        TableGrowth.Shrink(heap, tree->Table);
        return true;
    }

    /// <summary>Removes the member with that rank.</summary>
    public static void RemoveRank(NodeHeap heap, ScoreTree* tree, long rank)
    {
        var path = PathTo(tree, rank);
        var member = TreeLeaf.Entries(path.Leaf)[path.Index].Member;
        TreeRemove.RemoveAt(heap, tree, ref path);
        var slot = FieldTable.Find(tree->Table, new Needle(ScoredMember.Text(member)), out var bucket, out _);
        Invariant.Holds(slot != null && TableBucket.Node(*slot) == member);
        FieldTable.Remove(heap, tree->Table, slot, bucket);
        TableGrowth.Shrink(heap, tree->Table);
    }

    /// <summary>The way to a member of the set.</summary>
    public static TreePath PathTo(ScoreTree* tree, byte* member)
    {
        var score = ScoredMember.Score(member);
        var path = PathTo(tree, ScoreBound.Of(score, ScoredMember.Text(member)), behind: true);
        Invariant.Holds(path.Index < path.Leaf->Count);
        Invariant.Holds(TreeLeaf.Entries(path.Leaf)[path.Index].Member == member);
        return path;
    }

    /// <summary>The way to a place.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="bound">The place.</param>
    /// <param name="behind">True: a leaf that begins with the very member counts as in front, so that the way leads to
    /// the member itself; false: it may lead to the end of the leaf before.</param>
    public static TreePath PathTo(ScoreTree* tree, in ScoreBound bound, bool behind)
    {
        var path = default(TreePath);
        var node = tree->Root;
        var inner = behind ? bound.Behind : bound;
        for (var level = 0; level < tree->Height; level++)
        {
            var parent = (TreeInner*)node;
            var index = TreeInner.Seek(parent, inner);
            node = TreeInner.Branches(parent)[index].Child;
            TreeInner.Prefetch(node);
            path.Set(level, parent, index);
        }

        path.Leaf = (TreeLeaf*)node;
        path.Index = TreeLeaf.Seek(path.Leaf, bound);
        return path;
    }

    /// <summary>The way to a rank inside the set.</summary>
    public static TreePath PathTo(ScoreTree* tree, long rank)
    {
        Invariant.Holds((ulong)rank < (ulong)tree->Table->Count);
        var path = default(TreePath);
        var node = tree->Root;
        for (var level = 0; level < tree->Height; level++)
        {
            var index = TreeInner.Seek((TreeInner*)node, ref rank);
            path.Set(level, (TreeInner*)node, index);
            node = TreeInner.Branches((TreeInner*)node)[index].Child;
        }

        path.Leaf = (TreeLeaf*)node;
        path.Index = (int)rank;
        return path;
    }

    public static TreeLeaf* FirstLeaf(ScoreTree* tree)
    {
        var node = tree->Root;
        for (var level = 0; level < tree->Height; level++) node = TreeInner.Branches((TreeInner*)node)[0].Child;
        return (TreeLeaf*)node;
    }

    public static long BytesUsed(ScoreTree* tree) =>
        (long)tree->NodeCount * NodeHeap.UsableBytes(TreeInner.NodeBytes)
        + NodeHeap.UsableBytes(sizeof(ScoreTree)) + TableCopy.BytesUsed(tree->Table);
}
