using System.Text.RegularExpressions;
using Tercel.Data;

namespace Tercel.Api.Sql;

/// <summary>Asks SQLite how it would run a statement, and reads its words.</summary>
/// <remarks>Source: sqlite.org/eqp.html. The words are not promised to stay: what is not understood is a step of kind
/// Other with its text.</remarks>
internal static class PlanReader
{
    private static readonly TimeSpan MatchTimeMax = TimeSpan.FromSeconds(1);

    // "orders" AS t0: the only place where an alias meets its table. Values never stand in the text.
    private static readonly Regex Aliases = Pattern("\"((?:[^\"]|\"\")+)\" AS (\\w+)");

    private static readonly Regex Reads = Pattern("^(SCAN|SEARCH) (?:TABLE )?(\\S+)(?: .*)?$");

    private static readonly Regex Uses = Pattern(
        " USING (?:(AUTOMATIC) (?:PARTIAL )?)?(?:COVERING )?INDEX(?: ([^(]+?))?(?: \\(| ?$)");

    public static async ValueTask<ExplainedStatement> Explain(
        ISqlSession session, string purpose, CompiledStatement statement)
    {
        var aliases = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (Match match in Aliases.Matches(statement.Sql.Text))
            aliases[match.Groups[2].Value] = match.Groups[1].Value.Replace("\"\"", "\"", StringComparison.Ordinal);
        var rows = new List<(long Id, long Parent, string Detail)>();
        // The plan does not depend on the values: all are NULL.
        using (var found = await session.Query(
            new SqlText("EXPLAIN QUERY PLAN " + statement.Sql.Text), new SqlValue[statement.Parameters.Length]))
        {
            while (await found.Next())
                rows.Add((found.Integer(0), found.Integer(1), System.Text.Encoding.UTF8.GetString(found.Utf8(3))));
        }

        return new ExplainedStatement(purpose, statement, Children(0, rows, aliases));
    }

    private static List<PlanStep> Children(
        long parent, List<(long Id, long Parent, string Detail)> rows, Dictionary<string, string> aliases) =>
        [.. rows.Where(r => r.Parent == parent && r.Id != parent)
            .Select(r => Step(r.Detail, aliases, Children(r.Id, rows, aliases)))];

    private static PlanStep Step(string detail, Dictionary<string, string> aliases, List<PlanStep> children)
    {
        if (detail.StartsWith("USE TEMP B-TREE", StringComparison.Ordinal))
            return new PlanStep(detail, null, null, PlanStepKind.Sort, children);
        var reads = Reads.Match(detail);
        // Subqueries, json_each and other virtual tables are read, but nobody can index them.
        if (!reads.Success || !aliases.TryGetValue(reads.Groups[2].Value, out var table)
            || detail.Contains("VIRTUAL TABLE", StringComparison.Ordinal))
            return new PlanStep(detail, null, null, PlanStepKind.Other, children);
        var uses = Uses.Match(detail);
        if (uses.Groups[1].Success) return new PlanStep(detail, table, null, PlanStepKind.AutomaticIndex, children);
        var isKey = detail.Contains("INTEGER PRIMARY KEY", StringComparison.Ordinal)
            || detail.Contains("USING PRIMARY KEY", StringComparison.Ordinal);
        var index = uses.Success ? uses.Groups[2].Value : isKey ? "key" : null;
        var kind = reads.Groups[1].Value == "SCAN" ? PlanStepKind.Scan : PlanStepKind.Search;
        return new PlanStep(detail, table, index, kind, children);
    }

    private static Regex Pattern(string text) => new(text, RegexOptions.CultureInvariant, MatchTimeMax);
}
