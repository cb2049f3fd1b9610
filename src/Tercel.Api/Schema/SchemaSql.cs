using System.Text;

namespace Tercel.Api.Schema;

// Writes the parts of SQL that name things. Values of rows never pass through here: they travel as parameters.
internal static class SchemaSql
{
    /// <summary>Tables whose names start so are Tercel's own: the ledger and the server's secrets.</summary>
    public const string InternalPrefix = "_tercel_";

    /// <summary>A name in double quotes.</summary>
    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>Names in double quotes, with commas.</summary>
    public static string QuoteAll(IEnumerable<string> names) => string.Join(", ", names.Select(Quote));

    /// <summary>A text literal.</summary>
    public static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>The words of a statement in one spacing, so that two ways of laying it out compare as equal.</summary>
    /// <remarks>Quoted pieces keep their inside.</remarks>
    public static string Normalize(string sql)
    {
        var text = new StringBuilder(sql.Length);
        var pendingSpace = false;
        for (var at = 0; at < sql.Length;)
        {
            var end = SqlScan.EndOfPiece(sql, at);
            if (sql[at] is '-' or '/' && end > at + 1 || char.IsWhiteSpace(sql[at]))
            {
                pendingSpace = text.Length > 0;
                at = end;
                continue;
            }

            if (pendingSpace) text.Append(' ');
            pendingSpace = false;
            text.Append(sql, at, end - at);
            at = end;
        }

        return text.ToString().TrimEnd(';', ' ');
    }
}
