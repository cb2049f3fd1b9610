using System.Collections.Immutable;
using Tercel.Api.Model;
using Tercel.Api.Query;

namespace Tercel.Api.Planning;

/// <summary>A checked read of groups: which rows, what they are grouped by, what is told of each group.</summary>
/// <remarks>Lifetime: immutable. Compiling it cannot fail. Distinct values and facets are groups too.</remarks>
internal sealed record GroupPlan
{
    /// <summary>The rows before grouping; its shape is empty.</summary>
    public required ReadPlan Rows { get; init; }

    /// <summary>What rows of one group have in common; empty: all rows are one group.</summary>
    public required ImmutableArray<GroupColumn> Groups { get; init; }

    public required ImmutableArray<GroupColumn> Aggregates { get; init; }

    /// <summary>Which groups are shown; null: all.</summary>
    public Bound? Having { get; init; }

    /// <summary>A total order, since it ends with all groups.</summary>
    public ImmutableArray<GroupSort> Sort { get; init; } = [];

    /// <summary>Groups of the page.</summary>
    public required int Limit { get; init; }

    public int Offset { get; init; }

    public CountMode Count { get; init; }

    public Entity Entity => Rows.Entity;

    /// <summary>The columns of the answer in their order.</summary>
    public IEnumerable<GroupColumn> Columns => Groups.Concat(Aggregates);
}

/// <summary>A member of each group's JSON object.</summary>
/// <param name="Name">The alias, or the name made from the expression.</param>
/// <param name="Value">A value that all rows of the group share, or an aggregate over them.</param>
internal sealed record GroupColumn(string Name, Bound Value);

/// <summary>One sort key of groups; <paramref name="Column"/> counts through groups, then aggregates.</summary>
internal sealed record GroupSort(int Column, SortKey Key);
