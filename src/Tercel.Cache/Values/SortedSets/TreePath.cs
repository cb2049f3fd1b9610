// Unsafe: holds nodes of one tree between two changes of it.
using Tercel.Primitives;

namespace Tercel.Cache.Values.SortedSets;

/// <summary>The way from the root to a place in a leaf.</summary>
internal unsafe struct TreePath
{
    /// <summary>Highest tree: nodes have 11 children at least on average, so this is never reached.</summary>
    private const int HeightMax = 16;

    private fixed ulong _nodes[HeightMax];
    private fixed int _indexes[HeightMax];

    public TreeLeaf* Leaf;

    /// <summary>Index in the leaf; may be its count.</summary>
    public int Index;

    /// <summary>The node at a level; 0 is the root.</summary>
    public readonly TreeInner* Node(int level) => (TreeInner*)_nodes[level];

    /// <summary>The index of the child taken at a level.</summary>
    public readonly int IndexAt(int level) => _indexes[level];

    /// <summary>The child taken at a level.</summary>
    public readonly Branch* BranchAt(int level) => TreeInner.Branches(Node(level)) + _indexes[level];

    /// <summary>Members in front of the place, in a tree of so many inner levels.</summary>
    public readonly long Rank(int height)
    {
        long rank = Index;
        for (var level = 0; level < height; level++) rank += TreeInner.CountBefore(Node(level), IndexAt(level));
        return rank;
    }

    public void Set(int level, TreeInner* node, int index)
    {
        Invariant.Holds(level < HeightMax);
        _nodes[level] = (ulong)node;
        _indexes[level] = index;
    }
}
