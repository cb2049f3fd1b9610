using System.Collections.Immutable;

namespace Tercel.Api.Planning;

/// <summary>Where an expression's names are looked up.</summary>
/// <param name="Scope">The SELECT that the expression becomes part of.</param>
/// <param name="Source">The row that a bare name belongs to.</param>
internal sealed record BindSite(Scope Scope, Source Source)
{
    /// <summary>
    /// Inside <c>sum(lines.quantity * rate)</c>: the leading segments (<c>lines</c>) that mean this site. Names
    /// without them belong to <see cref="Outer"/>. Empty elsewhere.
    /// </summary>
    public ImmutableArray<string> Prefix { get; init; } = [];

    /// <summary>The site around an aggregate's operand; null elsewhere.</summary>
    public BindSite? Outer { get; init; }

    /// <summary>Names that stand for expressions and come before fields: aliases of a grouped query.</summary>
    public IReadOnlyDictionary<string, Bound>? Aliases { get; init; }

    /// <summary>True where <c>sum(total)</c> over the rows of the group is meant (agg=, having=).</summary>
    public bool Grouped { get; init; }

    public static BindSite Of(Scope scope) => new(scope, scope.Root);
}
