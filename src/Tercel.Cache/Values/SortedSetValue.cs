// Unsafe: the root says which of two forms the block has; both check their own bounds.
using System.Runtime.CompilerServices;
using Tercel.Cache.Memory;
using Tercel.Cache.Values.SortedSets;
using Tercel.Cache.Values.Tables;
using Tercel.Primitives;

namespace Tercel.Cache.Values;

/// <summary>A sorted set in shard memory: distinct byte strings in the order of their scores, then of their
/// bytes.</summary>
/// <remarks>
/// Shape: one packed block while small, then a tree that counts and a table by member. Ranks count from 0 at the lowest
/// score. A range by score or by member is a range of ranks: see <see cref="CountBefore(double, bool)"/>.
/// Lifetime: that of its handle; what it gives out ends with the next change. Thread: the shard of its key is entered.
/// Cost: logarithmic; no managed allocation. The caller removes the key when <see cref="Count"/> is 0 after a change.
/// </remarks>
public unsafe ref struct SortedSetValue
{
    private CollectionRoot _root;

    /// <summary>Opens the set behind a handle of <see cref="ValueKind.SortedSet"/>.</summary>
    public SortedSetValue(scoped in CollectionHandle handle) => _root = new CollectionRoot(handle);

    /// <summary>A set to read only, from <see cref="ValueView.Root"/>.</summary>
    public SortedSetValue(ulong root) => _root = new CollectionRoot(root);

    /// <summary>Number of members.</summary>
    public readonly int Count => _root.IsEmpty ? 0 : IsTree ? Tree->Table->Count : Packed->Count;

    internal readonly bool IsTree => _root.Form == RootForm.Table;

    internal readonly ScoreTree* Tree => (ScoreTree*)_root.Block;

    internal readonly PackedScores* Packed => (PackedScores*)_root.Block;

    private readonly NodeHeap Heap
    {
        get
        {
            Invariant.Holds(_root.Heap is not null);
            return _root.Heap;
        }
    }

    /// <summary>The score of a member.</summary>
    public readonly bool TryGetScore(scoped ReadOnlySpan<byte> member, out double score)
    {
        score = 0;
        if (_root.IsEmpty) return false;
        if (IsTree)
        {
            var node = ScoreTree.Find(Tree, member);
            if (node != null) score = ScoredMember.Score(node);
            return node != null;
        }

        var entry = PackedScores.Find(Packed, new Needle(member), out _);
        if (entry != null) score = PackedScores.Score(entry);
        return entry != null;
    }

    /// <summary>Adds a member or changes its score, under the conditions of <paramref name="rules"/>.</summary>
    /// <param name="member">The member; must not come from this set.</param>
    /// <param name="score">Its score, or with <see cref="ScoreRules.Increment"/> what is added to it; not NaN.</param>
    /// <param name="rules">Under which conditions.</param>
    /// <param name="result">The score the member has now; without meaning when there is none.</param>
    public ScoreChange Set(scoped ReadOnlySpan<byte> member, double score, ScoreRules rules, out double result)
    {
        Invariant.Holds(!double.IsNaN(score));
        score += 0.0; // makes minus zero zero: there is one zero in the order, and it has no sign
        result = score;
        if (IsTree) return SetInTree(member, rules, ref result);
        var place = (byte*)null;
        var entry = _root.IsEmpty
            ? null
            : PackedScores.Find(Packed, new Needle(member), ScoreBound.Of(score, member), out place);
        if (entry == null)
        {
            if ((rules & ScoreRules.OnlyExisting) != 0) return ScoreChange.Refused;
            AddPacked(place, member, score);
            return ScoreChange.Added;
        }

        var change = ScoreDecision.Decide(PackedScores.Score(entry), rules, ref result);
        if (change == ScoreChange.Changed && !PackedScores.TrySetScore(Packed, entry, result))
        {
            var packed = Packed;
            PackedScores.Remove(packed, entry, 1);
            place = PackedScores.Seek(packed, ScoreBound.Of(result, member), out _);
            PackedScores.Insert(Heap, ref packed, place, member, result);
            _root.Set(packed, RootForm.Packed);
        }

        return change;
    }

    /// <summary>Removes a member; false when it is not in the set.</summary>
    public bool Remove(scoped ReadOnlySpan<byte> member)
    {
        if (_root.IsEmpty) return false;
        if (IsTree)
        {
            var removed = ScoreTree.Remove(Heap, Tree, member);
            if (removed && Count == 0) Clear();
            return removed;
        }

        var entry = PackedScores.Find(Packed, new Needle(member), out _);
        if (entry != null) RemovePacked(entry, 1);
        return entry != null;
    }

    /// <summary>Removes <paramref name="count"/> members from a rank on; the range lies inside the set.</summary>
    public void RemoveRange(long start, long count)
    {
        Invariant.Holds(start >= 0 && count >= 0 && count <= Count - start);
        if (count == 0) return;
        if (count == Count) Clear();
        else if (IsTree)
            for (; count > 0; count--) ScoreTree.RemoveRank(Heap, Tree, start);
        else
            RemovePacked(PackedScores.Seek(Packed, start), (int)count);
    }

    /// <summary>The rank of a member.</summary>
    public readonly bool TryRank(scoped ReadOnlySpan<byte> member, out long rank, out double score)
    {
        rank = 0;
        score = 0;
        if (_root.IsEmpty) return false;
        if (IsTree)
        {
            var node = ScoreTree.Find(Tree, member);
            if (node == null) return false;
            rank = ScoreTree.PathTo(Tree, node).Rank(Tree->Height);
            score = ScoredMember.Score(node);
            return true;
        }

        var entry = PackedScores.Find(Packed, new Needle(member), out var packedRank);
        if (entry == null) return false;
        rank = packedRank;
        score = PackedScores.Score(entry);
        return true;
    }

    /// <summary>How many members have a lower score, or with <paramref name="orEqual"/> one not higher: the rank at
    /// which a range by score begins or ends.</summary>
    public readonly long CountBefore(double score, bool orEqual) => Rank(ScoreBound.OfScore(score, orEqual));

    /// <summary>How many members are lower than these bytes, or with <paramref name="orEqual"/> not higher, in a set
    /// whose scores are all equal.</summary>
    public readonly long CountBefore(scoped ReadOnlySpan<byte> member, bool orEqual) =>
        Rank(ScoreBound.OfText(member, orEqual));

    /// <summary>Enumerates <paramref name="count"/> members from a rank on: upwards, or with
    /// <paramref name="reverse"/> downwards. The range lies inside the set.</summary>
    public readonly SortedSetRange Range(long start, long count, bool reverse = false) =>
        new(this, start, count, reverse);

    /// <summary>Enumerates all members, upwards.</summary>
    public readonly SortedSetRange GetEnumerator() => Range(0, Count);

    /// <summary>Visits some members and gives the cursor to go on with; 0 = done. A member that is there during the
    /// whole scan is visited at least once.</summary>
    /// <remarks>A member is shown as an element's field; <see cref="ScoreOf"/> reads its score.</remarks>
    public readonly ulong Scan<TVisitor>(ulong cursor, int count, ref TVisitor visitor)
        where TVisitor : IElementVisitor, allows ref struct
    {
        if (IsTree) return TableWalk.Scan(Tree->Table, cursor, count, nowMs: 0, ref visitor);
        var copy = stackalloc byte[PackedScores.MemberBytesMax + sizeof(double)];
        foreach (var entry in this)
        {
            var length = entry.Member.Length;
            entry.Member.CopyTo(new Span<byte>(copy, length));
            Unsafe.WriteUnaligned(copy + length, entry.Score);
            visitor.Visit(new Element(copy, length, sizeof(double), null));
        }

        return 0;
    }

    /// <summary>The score of a member that <see cref="Scan"/> shows.</summary>
    public static double ScoreOf(in Element element) => Unsafe.ReadUnaligned<double>(in element.Value[0]);

    /// <summary>Removes all members.</summary>
    public void Clear()
    {
        if (!_root.IsEmpty) Free(Heap, _root.Value);
        _root.Clear();
    }

    internal static void Free(NodeHeap heap, ulong root)
    {
        var set = new SortedSetValue(root);
        if (set.IsTree) TreeFreeing.Free(heap, set.Tree);
        else if (root != 0) PackedScores.Free(heap, set.Packed);
    }

    internal static long CountOf(ulong root) => new SortedSetValue(root).Count;

    /// <summary>The root as a hash or set would have it: the table of a large set, or the packed block.</summary>
    internal static ulong TableRoot(ulong root)
    {
        var set = new SortedSetValue(root);
        return set.IsTree ? (ulong)set.Tree->Table | (ulong)RootForm.Table : root;
    }

    internal static long BytesUsed(ulong root)
    {
        var set = new SortedSetValue(root);
        return root == 0 ? 0 : set.IsTree ? ScoreTree.BytesUsed(set.Tree) : PackedScores.BlockBytes(set.Packed);
    }

    internal static ReadOnlySpan<byte> EncodingName(ulong root) =>
        new SortedSetValue(root).IsTree ? "skiplist"u8 : "listpack"u8;

    internal static ulong Clone(ulong root, NodeHeap to)
    {
        var set = new SortedSetValue(root);
        return set.IsTree
            ? (ulong)TreeCheck.Clone(set.Tree, to) | (ulong)RootForm.Table
            : root == 0 ? 0 : (ulong)PackedScores.Clone(set.Packed, to);
    }

    internal static void IntegrityCheck(ulong root)
    {
        var set = new SortedSetValue(root);
        if (set.IsTree) TreeCheck.IntegrityCheck(set.Tree);
        else if (root != 0) TreeCheck.IntegrityCheck(set.Packed);
    }

    private ScoreChange SetInTree(scoped ReadOnlySpan<byte> member, ScoreRules rules, ref double score)
    {
        var slot = FieldTable.Find(Tree->Table, new Needle(member), out var bucket, out var tag);
        if (slot == null)
        {
            if ((rules & ScoreRules.OnlyExisting) != 0) return ScoreChange.Refused;
            ScoreTree.Add(Heap, Tree, member, score, bucket, tag);
            return ScoreChange.Added;
        }

        var node = TableBucket.Node(*slot);
        var change = ScoreDecision.Decide(ScoredMember.Score(node), rules, ref score);
        if (change == ScoreChange.Changed) ScoreTree.SetScore(Heap, Tree, node, score);
        return change;
    }

    private void AddPacked(byte* place, scoped ReadOnlySpan<byte> member, double score)
    {
        var packed = Packed;
        if (member.Length > PackedScores.MemberBytesMax || packed != null && packed->Count == PackedScores.CountMax)
        {
            var tree = packed == null ? ScoreTree.Create(Heap) : TreeCheck.FromPacked(Heap, packed);
            ScoreTree.Add(Heap, tree, member, score);
            if (packed != null) PackedScores.Free(Heap, packed);
            _root.Set(tree, RootForm.Table);
            return;
        }

        if (packed == null)
        {
            packed = PackedScores.Create(Heap, member.Length + PackedScores.EntryBytesMax);
            place = PackedScores.First(packed);
        }

        PackedScores.Insert(Heap, ref packed, place, member, score);
        _root.Set(packed, RootForm.Packed);
    }

    private void RemovePacked(byte* entry, int count)
    {
        var packed = Packed;
        PackedScores.Remove(packed, entry, count);
        if (packed->Count == 0)
        {
            Clear();
            return;
        }

        PackedScores.Shrink(Heap, ref packed);
        _root.Set(packed, RootForm.Packed);
    }

    private readonly long Rank(in ScoreBound bound)
    {
        if (_root.IsEmpty) return 0;
        if (IsTree) return ScoreTree.PathTo(Tree, bound, behind: false).Rank(Tree->Height);
        PackedScores.Seek(Packed, bound, out var rank);
        return rank;
    }
}
