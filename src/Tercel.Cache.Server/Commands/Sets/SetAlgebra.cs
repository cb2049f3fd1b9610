using Tercel.Cache.Values;

namespace Tercel.Cache.Server.Commands.Sets;

/// <summary>Intersection, union and difference of sets given by their roots; 0 = an empty set.</summary>
/// <remarks>Every member of the result is visited once, but for <see cref="UnionWithRepeats"/>.</remarks>
internal static class SetAlgebra
{
    /// <summary>Cost: the smallest set times the number of sets; ends after <paramref name="limit"/> members.</summary>
    public static void Intersect<TVisitor>(Span<ulong> roots, long limit, ref TVisitor visitor)
        where TVisitor : IElementVisitor, allows ref struct
    {
        if (roots.Contains(0UL)) return;
        // The smallest first: it is walked, and members that are missing somewhere are most likely missing there.
        roots.Sort(static (a, b) => new SetValue(a).Count.CompareTo(new SetValue(b).Count));
        for (var members = new SetValue(roots[0]).GetEnumerator(); limit > 0 && members.MoveNext();)
        {
            if (!IsInAll(roots[1..], members.Current)) continue;
            visitor.Visit(members.CurrentElement);
            limit--;
        }
    }

    /// <summary>Members that are in several sets come several times.</summary>
    public static void UnionWithRepeats<TVisitor>(ReadOnlySpan<ulong> roots, ref TVisitor visitor)
        where TVisitor : IElementVisitor, allows ref struct
    {
        foreach (var root in roots)
            for (var members = new SetValue(root).GetEnumerator(); members.MoveNext();)
                visitor.Visit(members.CurrentElement);
    }

    /// <summary>Cost: every member is looked for in the sets before its own.</summary>
    public static void Union<TVisitor>(ReadOnlySpan<ulong> roots, ref TVisitor visitor)
        where TVisitor : IElementVisitor, allows ref struct
    {
        for (var i = 0; i < roots.Length; i++)
            for (var members = new SetValue(roots[i]).GetEnumerator(); members.MoveNext();)
                if (!IsInAny(roots[..i], members.Current)) visitor.Visit(members.CurrentElement);
    }

    /// <summary>Members of the first set that are in none of the others. Cost: the first set times the number of
    /// sets.</summary>
    public static void Subtract<TVisitor>(ReadOnlySpan<ulong> roots, ref TVisitor visitor)
        where TVisitor : IElementVisitor, allows ref struct
    {
        for (var members = new SetValue(roots[0]).GetEnumerator(); members.MoveNext();)
            if (!IsInAny(roots[1..], members.Current)) visitor.Visit(members.CurrentElement);
    }

    private static bool IsInAll(ReadOnlySpan<ulong> roots, ReadOnlySpan<byte> member)
    {
        foreach (var root in roots)
            if (!new SetValue(root).Contains(member)) return false;
        return true;
    }

    private static bool IsInAny(ReadOnlySpan<ulong> roots, ReadOnlySpan<byte> member)
    {
        foreach (var root in roots)
            if (new SetValue(root).Contains(member)) return true;
        return false;
    }
}
