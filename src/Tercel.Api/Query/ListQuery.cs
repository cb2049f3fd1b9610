using System.Collections.Immutable;

namespace Tercel.Api.Query;

/// <summary>How many rows match: not asked, exactly, or from the database's statistics.</summary>
internal enum CountMode
{
    None,
    Exact,
    Estimate,
}

/// <summary>A request for rows as the client wrote it: parsed, but no name looked up yet.</summary>
/// <remarks>
/// Made from a URL's query string or from the JSON body of <c>QUERY</c> and <c>POST .../query</c>; both forms give
/// the same value. Everything absent is null or empty.
/// </remarks>
internal sealed record ListQuery
{
    public static readonly ListQuery Empty = new();

    /// <summary>Conditions from <c>field.op=value</c>; all must hold.</summary>
    public ImmutableArray<Filter> Filters { get; init; } = [];

    /// <summary>The <c>where=</c> expression.</summary>
    public Expr? Where { get; init; }

    /// <summary>Values for <c>$name</c> in expressions.</summary>
    public ImmutableDictionary<string, Expr.Literal> Parameters { get; init; } =
        ImmutableDictionary<string, Expr.Literal>.Empty;

    public ImmutableArray<SortTerm> Sort { get; init; } = [];

    public Selection? Fields { get; init; }

    public ImmutableArray<EmbedNode> Embed { get; init; } = [];

    public int? Limit { get; init; }

    /// <summary>1-based page number; excludes <see cref="Offset"/> and <see cref="Cursor"/>.</summary>
    public int? Page { get; init; }

    public int? Offset { get; init; }

    public string? Cursor { get; init; }

    public CountMode? Count { get; init; }

    /// <summary>Full-text search.</summary>
    public Expr.Literal? Search { get; init; }

    /// <summary>Fields to return with matches marked.</summary>
    public ImmutableArray<string> Highlight { get; init; } = [];

    public ImmutableArray<GroupTerm> Group { get; init; } = [];

    public ImmutableArray<AggregateTerm> Aggregates { get; init; } = [];

    public Expr? Having { get; init; }

    public ImmutableArray<FieldPath> Distinct { get; init; } = [];

    public ImmutableArray<FacetTerm> Facets { get; init; } = [];

    public bool Explain { get; init; }
}

/// <summary>One condition and the parameter that carried it, for error messages.</summary>
internal sealed record Filter(string Parameter, Expr Condition);

/// <summary>A dotted path as written; <see cref="Position"/> is its offset in the parameter.</summary>
internal sealed record FieldPath(ImmutableArray<string> Segments, int Position = 0)
{
    public override string ToString() => string.Join('.', Segments);
}

internal enum NullsOrder
{
    /// <summary>Nulls are smallest: first ascending, last descending.</summary>
    Default,
    First,
    Last,
}

/// <summary>One sort key: <c>-price.nullslast</c>. <c>_score</c> is the relevance of a search.</summary>
internal sealed record SortTerm(FieldPath Path, bool Descending, NullsOrder Nulls = NullsOrder.Default);

/// <summary><c>fields=</c>: the named fields; or all (<c>*</c>) without the excluded ones.</summary>
internal sealed record Selection(bool All, ImmutableArray<FieldPath> Include, ImmutableArray<FieldPath> Exclude);

/// <summary>One embedded relation with its own options; <c>lines.product</c> is a node inside a node.</summary>
internal sealed record EmbedNode(string Name, int Position)
{
    public Selection? Fields { get; init; }

    public ImmutableArray<EmbedNode> Embed { get; init; } = [];

    public ImmutableArray<SortTerm> Sort { get; init; } = [];

    public int? Limit { get; init; }

    public Expr? Where { get; init; }
}

/// <summary><c>group=month(created_at) as m,status</c>.</summary>
internal sealed record GroupTerm(Expr Expression, string? Alias, string Text);

/// <summary><c>agg=sum(total) as revenue</c>; <see cref="Text"/> as written.</summary>
internal sealed record AggregateTerm(Expr.Call Call, string? Alias, string Text);

/// <summary><c>facets=size(limit=20)</c>.</summary>
internal sealed record FacetTerm(FieldPath Path, int? Limit);
