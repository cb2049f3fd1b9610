namespace Tercel.Data.Sqlite;

// The bare words of a CREATE TABLE statement: without quoted names, texts and comments. Enough to find the few
// keywords that SQLite tells in no other way on all supported versions.
internal sealed class SqlWords
{
    private readonly List<string> _all = [];
    private readonly List<string> _afterBody = [];

    public static SqlWords Of(string sql)
    {
        var words = new SqlWords();
        var depth = 0;
        for (var at = 0; at < sql.Length;)
        {
            var end = EndOfQuoted(sql, at);
            if (end > at)
            {
                at = end;
                continue;
            }

            if (!IsWord(sql[at]))
            {
                if (sql[at] == '(') depth++;
                if (sql[at] == ')' && --depth == 0) words._afterBody.Clear();
                at++;
                continue;
            }

            for (end = at; end < sql.Length && IsWord(sql[end]);) end++;
            words._all.Add(sql[at..end]);
            if (depth == 0) words._afterBody.Add(sql[at..end]);
            at = end;
        }

        return words;
    }

    public bool Contains(string word) => _all.Contains(word, StringComparer.OrdinalIgnoreCase);

    // Among the table options that follow the closing parenthesis.
    public bool IsLastOption(string word) => _afterBody.Contains(word, StringComparer.OrdinalIgnoreCase);

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || c is '_' or '$';

    // The place behind the quoted piece or comment that starts here; the same place when none does.
    private static int EndOfQuoted(string sql, int at)
    {
        var rest = sql.AsSpan(at);
        if (rest.StartsWith("--")) return After(sql, at, "\n");
        if (rest.StartsWith("/*")) return After(sql, at + 2, "*/");
        return sql[at] switch
        {
            '\'' or '"' or '`' => After(sql, at + 1, sql[at].ToString()), // a doubled quote starts the next piece
            '[' => After(sql, at + 1, "]"),
            _ => at,
        };
    }

    private static int After(string sql, int from, string mark)
    {
        var at = sql.IndexOf(mark, from, StringComparison.Ordinal);
        return at < 0 ? sql.Length : at + mark.Length;
    }
}
