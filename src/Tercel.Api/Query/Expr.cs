using System.Collections.Immutable;

namespace Tercel.Api.Query;

/// <summary>The operators of filters and of the expression language; the wire names are in
/// <see cref="Operators"/>.</summary>
internal enum Operator
{
    Eq, Ne, Lt, Lte, Gt, Gte, In, Nin, Between, Null,
    Like, Ilike, Contains, Icontains, Starts, Istarts, Ends, Iends, Regex,
    Has, Hasany, Hasall, Overlaps, Within, Near, Exists,
}

internal enum LiteralKind
{
    /// <summary>Text of a URL value: its meaning follows from the field it is compared with.</summary>
    Raw,

    /// <summary>A quoted string.</summary>
    Text,

    Number,
    True,
    False,
    Null,

    /// <summary>A time span such as <c>7d</c>, <c>15m</c>; only in arithmetic with times.</summary>
    Duration,
}

/// <summary>An expression as written: names not yet looked up, types not yet known.</summary>
/// <remarks>Shape: a closed set. <see cref="Position"/> is the 0-based character offset in its text. Query parsing
/// makes it, planning binds it to the model.</remarks>
internal abstract record Expr
{
    private Expr()
    {
    }

    public int Position { get; init; }

    /// <summary>
    /// A constant. <see cref="Slot"/> says which value of the request it came from, so that a cached plan can take
    /// the same value of the next request: the index of the query-string pair, or -1 for text that is part of the
    /// query's shape.
    /// </summary>
    public sealed record Literal(LiteralKind Kind, string Text, int Slot = -1) : Expr;

    /// <summary>A bound parameter, <c>$name</c>, whose value is another query parameter.</summary>
    public sealed record Parameter(string Name) : Expr;

    /// <summary>A value of the surroundings: <c>now</c>, <c>@new.status</c>, <c>@ref(product.price)</c> (name without
    /// @).</summary>
    public sealed record Ambient(string Name, ImmutableArray<string> Segments) : Expr;

    /// <summary>
    /// A dotted path: fields, relations, JSON members, and after a to-many relation the quantifiers any, all, none,
    /// count.
    /// </summary>
    public sealed record Path(ImmutableArray<string> Segments) : Expr;

    /// <summary>A comparison; Null has a boolean literal on the right, Between a <see cref="List"/> of two.</summary>
    public sealed record Compare(Operator Operator, Expr Left, Expr Right) : Expr;

    /// <summary>Values for In, Nin, Between, Hasany, Hasall.</summary>
    public sealed record List(ImmutableArray<Expr> Items) : Expr;

    public sealed record And(ImmutableArray<Expr> Items) : Expr;

    public sealed record Or(ImmutableArray<Expr> Items) : Expr;

    public sealed record Not(Expr Operand) : Expr;

    /// <summary>Arithmetic: + - * / %.</summary>
    public sealed record Arithmetic(char Sign, Expr Left, Expr Right) : Expr;

    public sealed record Negate(Expr Operand) : Expr;

    /// <summary>A function: aggregates over relations (count, sum, avg, min, max), exists(path, condition), lower,
    /// length, coalesce, year, quarter, month, week, day, hour, bucket, bin, round, abs, ...; <see cref="Distinct"/>
    /// for count(distinct x).
    /// </summary>
    public sealed record Call(string Name, ImmutableArray<Expr> Arguments, bool Distinct = false) : Expr;
}
