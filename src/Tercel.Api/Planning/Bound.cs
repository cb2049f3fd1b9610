using System.Collections.Immutable;
using Tercel.Api.Model;
using Tercel.Api.Query;
using Tercel.Data;

namespace Tercel.Api.Planning;

/// <summary>One table in a statement. Compared by identity; the compiler gives each an alias.</summary>
/// <param name="entity">The table.</param>
/// <param name="parent">The source this one is joined to by a to-one relation; null for a scope's root.</param>
/// <param name="via">The to-one relation from the parent.</param>
internal sealed class Source(Entity entity, Source? parent = null, Relation? via = null)
{
    public Entity Entity { get; } = entity;

    public Source? Parent { get; } = parent;

    public Relation? Via { get; } = via;
}

/// <summary>A SELECT under construction: its root table and the to-one joins that paths asked for, each joined
/// once.</summary>
internal sealed class Scope(Entity root, Scope? outer = null)
{
    private readonly List<Source> _joins = [];

    public Source Root { get; } = new(root);

    /// <summary>The scope around a correlated subquery; null at the top.</summary>
    public Scope? Outer { get; } = outer;

    public IReadOnlyList<Source> Joins => _joins;

    /// <summary>The source reached from <paramref name="from"/> by a to-one relation; joined on first use.</summary>
    public Source Join(Source from, Relation via)
    {
        foreach (var join in _joins)
            if (ReferenceEquals(join.Parent, from) && ReferenceEquals(join.Via, via)) return join;
        var source = new Source(via.To, from, via);
        _joins.Add(source);
        return source;
    }
}

/// <summary>Where a parameter's value comes from each time a compiled statement runs.</summary>
internal abstract record ValueOrigin
{
    private ValueOrigin()
    {
    }

    /// <summary>Part of the query's shape.</summary>
    public sealed record Fixed(SqlValue Value) : ValueOrigin;

    /// <summary>
    /// The raw value of the query-string pair <see cref="Pair"/>, read as <paramref name="Reading"/>.
    /// <see cref="First"/> is the value in the request that made the plan.
    /// </summary>
    public sealed record Slot(int Pair, ValueReading Reading, SqlValue First) : ValueOrigin;

    /// <summary>Part of the row key in the URL, 0-based.</summary>
    public sealed record Key(int Index) : ValueOrigin;

    /// <summary>A sort value of the cursor, 0-based.</summary>
    public sealed record Cursor(int Index) : ValueOrigin;

    /// <summary>The page's row limit plus one, and its offset.</summary>
    public sealed record Limit : ValueOrigin;

    public sealed record Offset : ValueOrigin;

    /// <summary>The parent keys of a to-many embed, as a JSON array.</summary>
    public sealed record ParentKeys : ValueOrigin;

    /// <summary>The time of the request, in the storage format of the type.</summary>
    public sealed record Now(FieldType Type, TimeSpan Plus) : ValueOrigin;
}

/// <summary>How to turn the raw text of a request value into a parameter.</summary>
/// <param name="Type">The type it is compared with.</param>
/// <param name="Form">One value, or how the text is split and decorated.</param>
internal sealed record ValueReading(FieldType Type, ValueForm Form = ValueForm.Single);

internal enum ValueForm
{
    /// <summary>One value of the type.</summary>
    Single,

    /// <summary>A comma list (quotes when a value holds a comma), bound as a JSON array of storage values.</summary>
    List,

    /// <summary>First and second half of <c>low,high</c>.</summary>
    First,
    Second,

    /// <summary>Text as it is, whatever the type of the field (contains, starts, ends, like, regex).</summary>
    Pattern,

    /// <summary>The same after Unicode lower-casing.</summary>
    FoldedPattern,

    /// <summary>A like pattern (<c>%</c>, <c>_</c>, <c>\</c>) turned into SQLite's GLOB; folded: lower-cased
    /// before.</summary>
    Glob,
    FoldedGlob,

    /// <summary>The first text after all texts that start with the value.</summary>
    PrefixEnd,

    /// <summary>A full-text query.</summary>
    Search,
}

internal enum Quantifier
{
    /// <summary>At least one related row satisfies the predicate.</summary>
    Any,

    /// <summary>No related row violates it (true for no rows).</summary>
    All,

    /// <summary>No related row satisfies it.</summary>
    None,
}

/// <summary>An expression whose names are looked up and whose types are known. Compiling it to SQL cannot
/// fail.</summary>
/// <remarks>Shape: a closed set; <see cref="Type"/> is the type of the value (Bool for predicates).</remarks>
internal abstract record Bound(FieldType Type)
{
    /// <summary>A column of a source.</summary>
    public sealed record Column(Source Source, Field Field) : Bound(Field.Type);

    /// <summary>A member inside a JSON column; the type is what it is compared with, Json when selected.</summary>
    public sealed record JsonMember(Bound Document, ImmutableArray<string> Path, FieldType Type) : Bound(Type);

    /// <summary>A value that travels as a parameter.</summary>
    public sealed record Value(ValueOrigin Origin, FieldType Type) : Bound(Type);

    /// <summary>SQL NULL.</summary>
    public sealed record NullValue(FieldType Type) : Bound(Type);

    /// <summary>
    /// A comparison or text/array operator; The right side is a list parameter (a JSON array) for In, Nin, Hasany,
    /// Hasall, and <see cref="NullValue"/> never occurs here (it becomes <see cref="IsNull"/>).
    /// </summary>
    public sealed record Compare(Operator Operator, Bound Left, Bound Right) : Bound(FieldType.Bool);

    public sealed record Between(Bound Operand, Bound Low, Bound High) : Bound(FieldType.Bool);

    public sealed record IsNull(Bound Operand, bool Negated) : Bound(FieldType.Bool);

    public sealed record And(ImmutableArray<Bound> Items) : Bound(FieldType.Bool);

    public sealed record Or(ImmutableArray<Bound> Items) : Bound(FieldType.Bool);

    public sealed record Not(Bound Operand) : Bound(FieldType.Bool);

    public sealed record Arithmetic(char Sign, Bound Left, Bound Right, FieldType Type) : Bound(Type);

    public sealed record Negate(Bound Operand) : Bound(Operand.Type);

    /// <summary>A scalar function: lower, length, coalesce, round, abs, year, month, bucket, bin, ...</summary>
    public sealed record Scalar(string Name, ImmutableArray<Bound> Arguments, FieldType Type) : Bound(Type);

    /// <summary>A test of the rows that a to-many relation of the source leads to.</summary>
    public sealed record Related(Source From, Relation Via, Scope Inner, Quantifier Quantifier, Bound? Predicate)
        : Bound(FieldType.Bool);

    /// <summary>True for the rows that a to-many relation leads to from the row whose key is in the URL.</summary>
    public sealed record ChildOf(Source Child, Relation Via, Scope Parent) : Bound(FieldType.Bool);

    /// <summary>An aggregate over the rows that a to-many relation leads to; a scalar subquery.</summary>
    public sealed record RelatedAggregate(
        Source From, Relation Via, Scope Inner, string Name, Bound? Operand, Bound? Predicate, FieldType Type)
            : Bound(Type);

    /// <summary>An aggregate of a grouped query.</summary>
    public sealed record Aggregate(string Name, Bound? Operand, bool Distinct, FieldType Type) : Bound(Type)
    {
        /// <summary>What first and last go by: the parts of the key; empty for the others.</summary>
        public ImmutableArray<Bound> Order { get; init; } = [];
    }

    /// <summary>Full-text match of the root against the query's search text, and its relevance (larger is
    /// better).</summary>
    public sealed record Matches(Source Source, Bound Query) : Bound(FieldType.Bool);

    public sealed record Score(Source Source) : Bound(FieldType.Float);

    /// <summary>A searched column with its matches marked; <paramref name="Index"/> is its place in the search's
    /// fields.</summary>
    public sealed record Highlight(Source Source, int Index) : Bound(FieldType.Text);
}
