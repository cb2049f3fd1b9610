namespace Tercel.Api.Schema;

// The full-text index of a table: FTS5 with the table as its content, so that texts are stored once, and three triggers
// that keep it in step. Source: sqlite.org/fts5.html, "External Content Tables".
internal static class SearchTable
{
    private static readonly string[] Verbs = ["insert", "delete", "update"];

    public static IEnumerable<string> TriggerNames(SearchShape search) => Verbs.Select(search.Trigger);

    /// <summary>The virtual table and its triggers, in order.</summary>
    public static IReadOnlyList<string> Create(SearchShape search) =>
        [CreateTable(search), .. CreateTriggers(search).Select(t => t.Sql)];

    /// <summary>Indexes all rows that the table has now.</summary>
    public static string Fill(SearchShape search)
    {
        var name = SchemaSql.Quote(search.Name);
        return $"INSERT INTO {name} ({name}) VALUES ('rebuild')";
    }

    public static IReadOnlyList<string> Drop(SearchShape search) =>
    [
        .. TriggerNames(search).Select(name => $"DROP TRIGGER IF EXISTS {SchemaSql.Quote(name)}"),
        $"DROP TABLE IF EXISTS {SchemaSql.Quote(search.Name)}",
    ];

    public static string CreateTable(SearchShape search) =>
        $"CREATE VIRTUAL TABLE {SchemaSql.Quote(search.Name)} USING fts5({SchemaSql.QuoteAll(search.Columns)}, "
        + $"content={SchemaSql.Literal(search.Table)}, content_rowid='rowid', "
        + $"tokenize='{(search.IsEnglish ? "porter " : "")}unicode61 remove_diacritics 2')";

    public static IReadOnlyList<(string Name, string Sql)> CreateTriggers(SearchShape search)
    {
        var index = SchemaSql.Quote(search.Name);
        var columns = SchemaSql.QuoteAll(search.Columns);
        var watched = search.RowIdColumn is { } id && !search.Columns.Contains(id)
            ? $"{SchemaSql.Quote(id)}, {columns}"
            : columns;
        var add = $"INSERT INTO {index} (rowid, {columns}) VALUES (new.rowid, {Row("new")});";
        var remove = $"INSERT INTO {index} ({index}, rowid, {columns}) VALUES ('delete', old.rowid, {Row("old")});";
        return
        [
            Trigger("insert", "AFTER INSERT", add),
            Trigger("delete", "AFTER DELETE", remove),
            Trigger("update", $"AFTER UPDATE OF {watched}", $"{remove}\n  {add}"),
        ];

        string Row(string row) => string.Join(", ", search.Columns.Select(c => $"{row}.{SchemaSql.Quote(c)}"));

        (string, string) Trigger(string verb, string moment, string body)
        {
            var name = search.Trigger(verb);
            return (name, $"CREATE TRIGGER {SchemaSql.Quote(name)} {moment} ON {SchemaSql.Quote(search.Table)} BEGIN\n"
                + $"  {body}\nEND");
        }
    }
}
