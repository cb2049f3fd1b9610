// Unsafe: as in ScoreTree; nothing is changed here.
using Tercel.Cache.Memory;
using Tercel.Primitives;

namespace Tercel.Cache.Values.SortedSets;

/// <summary>Walks whole sorted sets: to copy and to check them.</summary>
internal static unsafe class TreeCheck
{
    public static ScoreTree* Clone(ScoreTree* tree, NodeHeap to)
    {
        var copy = ScoreTree.Create(to);
        for (var leaf = ScoreTree.FirstLeaf(tree); leaf != null; leaf = leaf->Next)
            for (var i = 0; i < leaf->Count; i++)
            {
                var entry = TreeLeaf.Entries(leaf)[i];
                ScoreTree.Add(to, copy, ScoredMember.Text(entry.Member), entry.Score);
            }

        return copy;
    }

    /// <summary>Makes a tree of a packed set.</summary>
    public static ScoreTree* FromPacked(NodeHeap heap, PackedScores* set)
    {
        var tree = ScoreTree.Create(heap);
        var limit = PackedScores.Limit(set);
        for (var entry = PackedScores.First(set); entry < limit; entry += PackedScores.EntryBytes(entry))
            ScoreTree.Add(heap, tree, PackedScores.Text(entry), PackedScores.Score(entry));
        return tree;
    }

    public static void IntegrityCheck(PackedScores* set)
    {
        Invariant.Holds(set->Count is > 0 and <= PackedScores.CountMax);
        Invariant.Holds(set->Used <= set->Capacity);
        var count = 0;
        var limit = PackedScores.Limit(set);
        var previous = (byte*)null;
        for (var entry = PackedScores.First(set); entry < limit; entry += PackedScores.EntryBytes(entry), count++)
        {
            Invariant.Holds(entry[PackedScores.EntryBytes(entry) - 1] == PackedScores.EntryBytes(entry));
            if (previous != null)
                CheckOrder(PackedScores.Score(previous), PackedScores.Text(previous), PackedScores.Score(entry),
                    PackedScores.Text(entry));
            previous = entry;
        }

        Invariant.Holds(count == set->Count);
    }

    public static void IntegrityCheck(ScoreTree* tree)
    {
        Tables.TableCopy.IntegrityCheck(tree->Table);
        Invariant.Holds(tree->Table->Count > 0);
        Invariant.Holds(tree->Height == 0 || ((TreeInner*)tree->Root)->Count > 1);
        var nodes = 0;
        var count = Check(tree->Root, tree->Height, default, ref nodes);
        Invariant.Holds(count == tree->Table->Count);
        Invariant.Holds(nodes == tree->NodeCount);
        var walked = 0L;
        TreeLeaf* before = null;
        for (var leaf = ScoreTree.FirstLeaf(tree); leaf != null; leaf = leaf->Next)
        {
            Invariant.Holds(leaf->Previous == before);
            if (before != null) CheckOrder(TreeLeaf.Entries(before)[before->Count - 1], TreeLeaf.Entries(leaf)[0]);
            for (var i = 0; i < leaf->Count; i++) CheckEntry(tree, leaf, i);
            walked += leaf->Count;
            before = leaf;
        }

        Invariant.Holds(walked == count);
    }

    private static long Check(void* node, int height, LeafEntry first, ref int nodes)
    {
        nodes++;
        if (height == 0)
        {
            var leaf = (TreeLeaf*)node;
            Invariant.Holds(leaf->Count is > 0 and <= TreeLeaf.EntriesMax);
            Invariant.Holds(first.Member == null || TreeLeaf.Entries(leaf)[0].Member == first.Member);
            Invariant.Holds(first.Member == null || TreeLeaf.Entries(leaf)[0].Score == first.Score);
            return leaf->Count;
        }

        var inner = (TreeInner*)node;
        Invariant.Holds(inner->Count is > 0 and <= TreeInner.BranchesMax);
        var count = 0L;
        for (var i = 0; i < inner->Count; i++)
        {
            var branch = TreeInner.Branches(inner)[i];
            Invariant.Holds(branch.Count == Check(branch.Child, height - 1, i == 0 ? first : branch.First, ref nodes));
            count += branch.Count;
        }

        return count;
    }

    private static void CheckEntry(ScoreTree* tree, TreeLeaf* leaf, int index)
    {
        var entry = TreeLeaf.Entries(leaf)[index];
        Invariant.Holds(ScoredMember.Score(entry.Member) == entry.Score);
        Invariant.Holds(ScoreTree.Find(tree, ScoredMember.Text(entry.Member)) == entry.Member);
        if (index > 0) CheckOrder(TreeLeaf.Entries(leaf)[index - 1], entry);
    }

    private static void CheckOrder(LeafEntry before, LeafEntry behind) =>
        CheckOrder(before.Score, ScoredMember.Text(before.Member), behind.Score, ScoredMember.Text(behind.Member));

    private static void CheckOrder(double score, ReadOnlySpan<byte> text, double next, ReadOnlySpan<byte> nextText) =>
        Invariant.Holds(score < next || score == next && text.SequenceCompareTo(nextText) < 0);
}
