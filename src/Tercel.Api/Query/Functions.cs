using System.Collections.Frozen;
using Tercel.Primitives;

namespace Tercel.Api.Query;

/// <summary>The names of the functions that expressions may call; what each takes is checked by planning.</summary>
internal static class Functions
{
    /// <summary>Functions over many rows: of a group (<c>agg=</c>), or of a to-many relation in an
    /// expression.</summary>
    public static readonly FrozenSet<string> Aggregates = FrozenSet.Create(
        StringComparer.Ordinal,
        "count", "sum", "avg", "min", "max", "stddev", "median", "p50", "p90", "p95", "p99", "first", "last");

    /// <summary>Functions over one row.</summary>
    public static readonly FrozenSet<string> Scalars = FrozenSet.Create(
        StringComparer.Ordinal,
        "exists", "lower", "upper", "trim", "length", "concat", "coalesce", "nullif", "if", "abs", "round", "floor",
        "ceil", "year", "quarter", "month", "week", "day", "hour", "minute", "date", "bucket", "bin", "role");

    public static bool IsKnown(string name) => Scalars.Contains(name) || IsAggregate(name);

    /// <summary>True for the aggregates, and for percentiles other than the usual ones: p1 to p99.</summary>
    public static bool IsAggregate(string name) => Aggregates.Contains(name) || IsPercentile(name);

    public static bool IsPercentile(string name) =>
        name is ['p', >= '1' and <= '9'] or ['p', >= '1' and <= '9', >= '0' and <= '9'];

    public static string? Near(string name) => Suggestion.For(name, Scalars.Concat(Aggregates));

    public static string? NearAggregate(string name) => Suggestion.For(name, Aggregates);
}
