using Tercel.Cache.Values;

namespace Tercel.Cache.Server.Commands.SortedSets;

/// <summary>One input of ZUNION and its sisters: a sorted set, a set whose members have score 1, or nothing.</summary>
/// <remarks>Lifetime: until the next change to that key; its shard is entered.</remarks>
internal record struct AlgebraSource
{
    public ulong Root { get; init; }

    public bool IsSorted { get; init; }

    public double Weight { get; set; }

    public readonly int Count => IsSorted ? new SortedSetValue(Root).Count : new SetValue(Root).Count;

    /// <summary>The weighted score of a member; infinity times zero counts as zero.</summary>
    public readonly bool TryScore(ReadOnlySpan<byte> member, out double score)
    {
        score = 1;
        var found = IsSorted
            ? new SortedSetValue(Root).TryGetScore(member, out score)
            : new SetValue(Root).Contains(member);
        score = Weighted(score);
        return found;
    }

    public readonly double Weighted(double score)
    {
        var product = score * Weight;
        return double.IsNaN(product) ? 0 : product;
    }

    /// <summary>Shows all members with their weighted scores, until the visitor has enough.</summary>
    public readonly void Visit<TVisitor>(ref TVisitor visitor)
        where TVisitor : IWeightedVisitor, allows ref struct
    {
        if (IsSorted)
        {
            foreach (var entry in new SortedSetValue(Root))
                if (!visitor.Visit(entry.Member, Weighted(entry.Score))) return;
            return;
        }

        foreach (var member in new SetValue(Root))
            if (!visitor.Visit(member, Weighted(1))) return;
    }
}

/// <summary>Sees the members of an <see cref="AlgebraSource"/>.</summary>
internal interface IWeightedVisitor
{
    /// <summary>Sees one member; false = it wants no more.</summary>
    bool Visit(ReadOnlySpan<byte> member, double score);
}
