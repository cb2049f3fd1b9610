// Unsafe: walks a live set; the constructor checked that the range lies inside it, and each step stays inside a leaf or
// between whole entries of a packed block.
using System.Runtime.Intrinsics.X86;
using Tercel.Cache.Values.SortedSets;
using Tercel.Primitives;

namespace Tercel.Cache.Values;

/// <summary>A member of a sorted set with its score.</summary>
/// <remarks>Lifetime: until the next change to the set. <c>default</c> is an empty member with score 0.</remarks>
public readonly ref struct ScoredEntry
{
    internal ScoredEntry(ReadOnlySpan<byte> member, double score)
    {
        Member = member;
        Score = score;
    }

    /// <summary>The member.</summary>
    public ReadOnlySpan<byte> Member { get; }

    /// <summary>Its score.</summary>
    public double Score { get; }
}

/// <summary>Enumerates a range of a sorted set in either direction; use it with <c>foreach</c>.</summary>
/// <remarks>Lifetime: ends with the next change to the set.</remarks>
public unsafe ref struct SortedSetRange
{
    /// <summary>Members lie anywhere in memory, so the one that many steps ahead is already on its way.</summary>
    private const int PrefetchedAhead = 6;

    private readonly bool _isTree;
    private readonly bool _reverse;
    private TreeLeaf* _leaf;
    private int _index;
    private byte* _entry;
    private long _left;
    private bool _started;

    internal SortedSetRange(scoped in SortedSetValue set, long start, long count, bool reverse)
    {
        Invariant.Holds(count >= 0);
        Invariant.Holds(count == 0 || start >= 0 && start < set.Count);
        Invariant.Holds(count == 0 || count <= (reverse ? start + 1 : set.Count - start));
        _left = count;
        _reverse = reverse;
        _isTree = set.IsTree;
        if (count == 0) return;
        if (_isTree)
        {
            var path = ScoreTree.PathTo(set.Tree, start);
            _leaf = path.Leaf;
            _index = path.Index;
        }
        else
        {
            _entry = PackedScores.Seek(set.Packed, start);
        }
    }

    /// <summary>The member the last step came to, with its score.</summary>
    public readonly ScoredEntry Current
    {
        get
        {
            if (!_isTree) return new ScoredEntry(PackedScores.Text(_entry), PackedScores.Score(_entry));
            var entry = TreeLeaf.Entries(_leaf)[_index];
            return new ScoredEntry(ScoredMember.Text(entry.Member), entry.Score);
        }
    }

    /// <summary>Goes to the next member; false at the end of the range.</summary>
    public bool MoveNext()
    {
        if (_left-- <= 0) return false;
        if (!_started) _started = true;
        else if (!_isTree) _entry = _reverse ? PackedScores.Previous(_entry) : _entry + PackedScores.EntryBytes(_entry);
        else if (_reverse) StepBack();
        else Step();
        return true;
    }

    /// <summary>The range itself, for <c>foreach</c>.</summary>
    public readonly SortedSetRange GetEnumerator() => this;

    private void Step()
    {
        var ahead = _index + PrefetchedAhead;
        if (Sse.IsSupported && ahead < _leaf->Count) Sse.Prefetch0(TreeLeaf.Entries(_leaf)[ahead].Member);
        if (++_index < _leaf->Count) return;
        _leaf = _leaf->Next;
        _index = 0;
    }

    private void StepBack()
    {
        if (--_index >= 0) return;
        _leaf = _leaf->Previous;
        _index = _leaf->Count - 1;
    }
}
