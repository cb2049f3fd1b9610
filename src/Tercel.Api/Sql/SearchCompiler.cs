using System.Globalization;
using Tercel.Api.Planning;

namespace Tercel.Api.Sql;

/// <summary>Writes the parts of full-text search: the FTS5 table beside the entity's table, its match and its
/// score.</summary>
internal static class SearchCompiler
{
    // One search per statement, so that one alias is enough.
    private const string Alias = "fts";

    /// <summary>Joins the index table of the root; its rowid is the row's.</summary>
    public static void WriteJoin(SqlBuilder sql, Source root)
    {
        sql.Add(" JOIN ").Name(Table(root)).Add(" AS ").Add(Alias).Add(" ON ").Add(Alias).Add(".rowid = ");
        sql.Add(sql.Alias(root)).Add(".rowid");
    }

    public static void WriteMatch(SqlBuilder sql, Bound.Matches matches)
    {
        sql.Add("(").Add(Alias).Add(".").Name(Table(matches.Source)).Add(" MATCH ");
        sql.Parameter(((Bound.Value)matches.Query).Origin).Add(")");
    }

    /// <summary>bm25 is smaller for better matches; the score is its negative.</summary>
    public static void WriteScore(SqlBuilder sql, Bound.Score score)
    {
        sql.Add("(-bm25(").Add(Alias).Add(".").Name(Table(score.Source));
        // The planner refuses a search on an entity without one.
        foreach (var (_, weight) in score.Source.Entity.Search!.Fields)
            sql.Add(", ").Add(weight.ToString("0.0###", CultureInfo.InvariantCulture));
        sql.Add("))");
    }

    /// <summary>A column with its matches between the control characters U+0001 and U+0002, which the writer turns
    /// to marks.</summary>
    public static void WriteHighlight(SqlBuilder sql, Bound.Highlight marked)
    {
        sql.Add("highlight(").Add(Alias).Add(".").Name(Table(marked.Source));
        sql.Add(string.Create(CultureInfo.InvariantCulture, $", {marked.Index}, char(1), char(2))"));
    }

    private static string Table(Source root) => root.Entity.Table + "_fts";
}
