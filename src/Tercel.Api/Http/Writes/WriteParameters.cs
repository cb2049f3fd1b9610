using System.Globalization;
using Tercel.Api.Model;
using Tercel.Api.Query;
using Tercel.Api.Writing;
using Tercel.Primitives;

namespace Tercel.Api.Http.Writes;

/// <summary>The query string of a write: its own parameters, and the part that the query language knows.</summary>
/// <param name="Query">Which rows (filters), and what the answer shows (fields, embed).</param>
internal sealed record WriteParameters(ListQuery Query)
{
    private static readonly QueryScope Shape = new([QueryNames.Fields, QueryNames.Embed], Filters: false, []);

    private static readonly QueryScope CreateScope = Shape.With("on_conflict", "resolve", "atomic");

    private static readonly QueryScope MatchingScope =
        new([QueryNames.Where, QueryNames.Search, QueryNames.Fields, QueryNames.Embed], Filters: true, ["max"]);

    // How far beyond write.max_rows a client may go that says so: the writer serves everybody in turn.
    private const int ExplicitRowsFactor = 100;

    /// <summary>The upsert's target; null for a plain create.</summary>
    public ConflictTarget? Conflict { get; init; }

    /// <summary><c>atomic=false</c>: each row of a bulk create succeeds or fails on its own.</summary>
    public bool Atomic { get; init; } = true;

    /// <summary>Most rows that a filter may change.</summary>
    public int RowsMax { get; init; }

    /// <summary>Reads the parameters of a POST.</summary>
    public static Result<WriteParameters> ForCreate(string query, Entity entity, QueryLimits limits)
    {
        var errors = new List<Error>();
        var own = Own(query, CreateScope, errors);
        var parsed = Parse(query, CreateScope, limits, errors);
        ConflictTarget? target = null;
        if (own.GetValueOrDefault("on_conflict") is { } text)
        {
            var resolve = own.GetValueOrDefault("resolve");
            if (!ConflictTarget.Read(entity, text, resolve).TryGet(out target, out var wrong)) errors.AddRange(wrong);
        }
        else if (own.ContainsKey("resolve"))
        {
            errors.Add(new Error(WriteErrors.ConflictTarget, "resolve needs on_conflict") { Parameter = "resolve" });
        }

        var atomic = own.GetValueOrDefault("atomic");
        if (atomic is not (null or "true" or "false"))
            errors.Add(new Error(QueryErrors.InvalidValue, "atomic is true or false") { Parameter = "atomic" });
        if (errors.Count > 0) return errors;
        return new WriteParameters(parsed) { Conflict = target, Atomic = atomic != "false" };
    }

    /// <summary>Reads the parameters of a write of one row, or of rows that the body names.</summary>
    public static Result<WriteParameters> ForRows(string query, QueryLimits limits)
    {
        var errors = new List<Error>();
        var parsed = Parse(query, Shape, limits, errors);
        return errors.Count > 0 ? errors : new WriteParameters(parsed);
    }

    /// <summary>Reads the parameters of an update or delete of all rows that match.</summary>
    public static Result<WriteParameters> ForMatching(string query, QueryLimits limits, int rowsMax)
    {
        var errors = new List<Error>();
        var own = Own(query, MatchingScope, errors);
        var parsed = Parse(query, MatchingScope, limits, errors);
        var max = rowsMax;
        var explicitMax = rowsMax * ExplicitRowsFactor;
        if (own.GetValueOrDefault("max") is { } text
            && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out max) || max < 1
                || max > explicitMax))
        {
            var detail = string.Create(CultureInfo.InvariantCulture, $"max must be 1 to {explicitMax}");
            errors.Add(new Error(QueryErrors.InvalidValue, detail) { Parameter = "max" });
        }

        if (errors.Count == 0 && parsed.Filters.IsEmpty && parsed.Where is null && parsed.Search is null)
        {
            errors.Add(new Error(
                WriteErrors.FilterRequired,
                "a write without a key needs a filter, such as ?status=draft: nobody changes all rows by accident"));
        }

        return errors.Count > 0 ? errors : new WriteParameters(parsed) { RowsMax = max };
    }

    private static ListQuery Parse(string query, QueryScope scope, QueryLimits limits, List<Error> errors)
    {
        if (QueryReader.Read(query, limits, scope).TryGet(out var parsed, out var wrong)) return parsed;
        errors.AddRange(wrong);
        return ListQuery.Empty;
    }

    private static Dictionary<string, string> Own(string query, QueryScope scope, List<Error> errors)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var pairs = new QueryStringReader(query);
        while (pairs.MoveNext())
        {
            if (PercentText.Decode(pairs.RawKey, out _) is not { } name || !scope.Extra.Contains(name)) continue;
            if (PercentText.Decode(pairs.RawValue, out _) is not { } value)
                errors.Add(new Error(QueryErrors.Encoding, "not percent-encoded UTF-8") { Parameter = name });
            else if (!values.TryAdd(name, value))
                errors.Add(new Error(QueryErrors.Duplicate, $"{name} is given twice") { Parameter = name });
        }

        return values;
    }
}
