namespace Tercel.Api.Schema;

// Walks over SQL text without understanding it: quoted names, texts, comments and parentheses stay in one piece.
internal static class SqlScan
{
    /// <summary>The end of the piece at <paramref name="at"/>: a whole quoted name, text or comment, or one
    /// character.</summary>
    public static int EndOfPiece(string sql, int at)
    {
        var rest = sql.AsSpan(at);
        if (rest.StartsWith("--")) return After(sql, at + 2, '\n');
        if (rest.StartsWith("/*"))
        {
            var end = sql.IndexOf("*/", at + 2, StringComparison.Ordinal);
            return end < 0 ? sql.Length : end + 2;
        }

        return sql[at] switch
        {
            '\'' or '"' or '`' => EndOfQuoted(sql, at),
            '[' => After(sql, at + 1, ']'),
            _ => at + 1,
        };
    }

    /// <summary>Splits at a separator that stands outside of quotes and parentheses; leaves out empty parts.</summary>
    /// <remarks>Comments go: they may end in the middle of a part.</remarks>
    public static List<string> Split(string sql, char separator)
    {
        var parts = new List<string>();
        var part = new System.Text.StringBuilder();
        var depth = 0;
        for (var at = 0; at < sql.Length;)
        {
            var end = EndOfPiece(sql, at);
            if (end == at + 1)
            {
                if (sql[at] == '(') depth++;
                if (sql[at] == ')') depth--;
                if (depth == 0 && sql[at] == separator) Add();
                else part.Append(sql[at]);
            }
            else if (sql[at] is '-' or '/')
            {
                part.Append(' ');
            }
            else
            {
                part.Append(sql, at, end - at);
            }

            at = end;
        }

        Add();
        return parts;

        void Add()
        {
            var text = part.ToString().Trim();
            if (text.Length > 0) parts.Add(text);
            part.Clear();
        }
    }

    /// <summary>The bare words and quoted names of a part, quotes removed; parentheses and what is in them are one
    /// item.</summary>
    public static List<string> Words(string part)
    {
        var words = new List<string>();
        for (var at = 0; at < part.Length;)
        {
            var end = EndOfPiece(part, at);
            if (end > at + 1)
            {
                words.Add(Unquote(part[at..end]));
            }
            else if (part[at] == '(')
            {
                end = EndOfGroup(part, at);
                words.Add(part[at..end]);
            }
            else if (IsWord(part[at]))
            {
                while (end < part.Length && IsWord(part[end])) end++;
                words.Add(part[at..end]);
            }

            at = end;
        }

        return words;
    }

    /// <summary>The place behind the parenthesis that closes the one at <paramref name="at"/>.</summary>
    public static int EndOfGroup(string sql, int at)
    {
        var depth = 0;
        while (at < sql.Length)
        {
            var end = EndOfPiece(sql, at);
            if (sql[at] == '(') depth++;
            if (sql[at] == ')' && --depth == 0) return end;
            at = end;
        }

        return at;
    }

    public static bool IsWord(char c) => char.IsLetterOrDigit(c) || c is '_' or '$';

    private static string Unquote(string piece) => piece[0] switch
    {
        '[' => piece[1..^1],
        var quote => piece[1..^1].Replace($"{quote}{quote}", $"{quote}", StringComparison.Ordinal),
    };

    private static int EndOfQuoted(string sql, int at)
    {
        var quote = sql[at];
        for (var end = at + 1; end < sql.Length; end++)
        {
            if (sql[end] != quote) continue;
            if (end + 1 < sql.Length && sql[end + 1] == quote) end++;
            else return end + 1;
        }

        return sql.Length;
    }

    private static int After(string sql, int from, char mark)
    {
        var at = sql.IndexOf(mark, from);
        return at < 0 ? sql.Length : at + 1;
    }
}
