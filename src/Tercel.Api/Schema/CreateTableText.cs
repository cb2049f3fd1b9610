namespace Tercel.Api.Schema;

// What SQLite's pragmas do not tell about a table, read from the statement that made it: the text of each column (to
// keep columns that are not ours word for word) and what a copy of the table would lose.
internal sealed class CreateTableText
{
    private static readonly string[] ConstraintWords = ["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"];

    private readonly Dictionary<string, string> _columns = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _constraints = [];

    private CreateTableText()
    {
    }

    public static CreateTableText Read(string sql)
    {
        var text = new CreateTableText();
        var open = sql.IndexOf('(', StringComparison.Ordinal);
        if (open < 0) return text; // CREATE TABLE ... AS SELECT is stored with columns, so this is no table of ours
        for (var at = 0; at < sql.Length; at = SqlScan.EndOfPiece(sql, at))
        {
            if (sql[at] != '(') continue;
            open = at;
            break;
        }

        foreach (var part in SqlScan.Split(sql[(open + 1)..(SqlScan.EndOfGroup(sql, open) - 1)], ','))
        {
            var first = SqlScan.Words(part).FirstOrDefault("");
            if (SqlScan.IsWord(part[0]) && ConstraintWords.Contains(first, StringComparer.OrdinalIgnoreCase))
                text._constraints.Add(part);
            else
                text._columns[first] = part;
        }

        return text;
    }

    /// <summary>The column's definition, word for word; null when there is no such column.</summary>
    public string? Column(string name) => _columns.GetValueOrDefault(name);

    public bool IsNoCase(string column)
    {
        var words = SqlScan.Words(Column(column) ?? "");
        var at = words.FindIndex(w => string.Equals(w, "COLLATE", StringComparison.OrdinalIgnoreCase));
        return at >= 0 && at + 1 < words.Count
            && string.Equals(words[at + 1], "NOCASE", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>True when a CHECK stands in the table's constraints or in one of these columns.</summary>
    public bool HasCheck(IEnumerable<string> columns) =>
        _constraints.Concat(columns.Select(c => Column(c) ?? "")).Any(text =>
            SqlScan.Words(text).Skip(SqlScan.IsWord(text.FirstOrDefault(' ')) ? 0 : 1)
                .Contains("CHECK", StringComparer.OrdinalIgnoreCase));
}
