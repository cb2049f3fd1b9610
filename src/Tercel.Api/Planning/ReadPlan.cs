using System.Collections.Immutable;
using Tercel.Api.Model;
using Tercel.Api.Query;

namespace Tercel.Api.Planning;

/// <summary>A read that is checked against the model and ready to be written as SQL: rows of one entity and their
/// shape.</summary>
/// <remarks>Lifetime: immutable. Compiling it cannot fail.</remarks>
internal sealed record ReadPlan
{
    public required Scope Scope { get; init; }

    /// <summary>All must hold. Soft-deleted rows need no condition; the compiler hides them everywhere.</summary>
    public required ImmutableArray<Bound> Conditions { get; init; }

    /// <summary>The joins of <see cref="Scope"/> that the conditions need: the first so many.</summary>
    public required int ConditionJoins { get; init; }

    public required ShapeNode Shape { get; init; }

    /// <summary>Never empty for a list of an entity that has any sortable field; the last keys make the order
    /// total.</summary>
    public ImmutableArray<SortKey> Sort { get; init; } = [];

    /// <summary>
    /// True when the order is total and its values can be compared again, so that a cursor can hold the place in it.
    /// Otherwise (relevance, rows without a key) cursors hold an offset.
    /// </summary>
    public bool IsKeyset { get; init; }

    /// <summary>True when the conditions contain a full-text match, so that the index table is joined.</summary>
    public bool Searches { get; init; }

    /// <summary>Rows of the page; for an embed, rows of each parent, null without a bound of its own.</summary>
    public int? Limit { get; init; }

    public int Offset { get; init; }

    public CountMode Count { get; init; }

    /// <summary>The to-many relation whose rows these are; null for a page.</summary>
    public Relation? Embedded { get; init; }

    /// <summary>Deprecated fields that the shape shows, on all levels.</summary>
    public ImmutableArray<Field> Deprecated { get; init; } = [];

    public Entity Entity => Scope.Root.Entity;
}

/// <summary>One sort key.</summary>
/// <param name="Value">What is compared.</param>
/// <param name="Descending">Largest first.</param>
/// <param name="NullsFirst">Where rows without a value stand.</param>
/// <param name="Nullable">False when there can be no such rows.</param>
internal sealed record SortKey(Bound Value, bool Descending, bool NullsFirst, bool Nullable);

/// <summary>A JSON object of the answer: the row of one source.</summary>
internal sealed record ShapeNode(Source Source, ImmutableArray<ShapeMember> Members);

/// <summary>A member of a JSON object of the answer.</summary>
internal abstract record ShapeMember(string Name)
{
    /// <summary>A field or an expression.</summary>
    public sealed record Value(string Name, Bound Expression) : ShapeMember(Name);

    /// <summary>The row that a to-one relation leads to, or null.</summary>
    public sealed record One(string Name, ShapeNode Node) : ShapeMember(Name);

    /// <summary>The rows that a to-many relation leads to, read by a statement of their own.</summary>
    public sealed record Many(string Name, Source From, Relation Via, ReadPlan Plan) : ShapeMember(Name);

    /// <summary><c>_highlight</c>: columns of the full-text index with marks around the matches.</summary>
    public sealed record Highlights(string Name, ImmutableArray<(string Field, int Column)> Fields) : ShapeMember(Name);
}
