using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Tercel.Cache.Server.Settings;

/// <summary>Splits a line of a configuration or ACL file into words, and quotes a word for one.</summary>
/// <remarks>Shape: words between blanks; <c>"..."</c> with <c>\n \r \t \a \b \xHH \"</c>, <c>'...'</c> with
/// <c>\'</c>. Source: Redis' <c>sdssplitargs</c>.</remarks>
internal static class RedisWords
{
    public static bool TrySplit(string line, [NotNullWhen(true)] out IReadOnlyList<string>? words)
    {
        var found = new List<string>();
        words = null;
        for (var i = 0; ;)
        {
            while (i < line.Length && char.IsWhiteSpace(line[i])) i++;
            if (i == line.Length) break;
            var word = new StringBuilder();
            if (!TryReadWord(line, ref i, word)) return false;
            found.Add(word.ToString());
        }

        words = found;
        return true;
    }

    /// <summary>The word as it must stand in a file.</summary>
    public static string Quote(string word)
    {
        if (word.Length > 0 && word.All(static c => c is > ' ' and < '\x7f' and not ('"' or '\'' or '\\'))) return word;
        var text = new StringBuilder("\"");
        foreach (var c in word)
        {
            if (c is '"' or '\\') text.Append('\\').Append(c);
            else if (c == '\n') text.Append("\\n");
            else if (c == '\r') text.Append("\\r");
            else if (c == '\t') text.Append("\\t");
            else if (c < ' ' || c == '\x7f') text.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}");
            else text.Append(c);
        }

        return text.Append('"').ToString();
    }

    private static bool TryReadWord(string line, ref int i, StringBuilder word)
    {
        while (i < line.Length && !char.IsWhiteSpace(line[i]))
        {
            var c = line[i++];
            if (c is '"' or '\'')
            {
                if (!TryReadQuoted(line, ref i, c, word)) return false;
                // A closing quote must end the word.
                return i == line.Length || char.IsWhiteSpace(line[i]);
            }

            word.Append(c);
        }

        return true;
    }

    private static bool TryReadQuoted(string line, ref int i, char quote, StringBuilder word)
    {
        for (; i < line.Length; i++)
        {
            if (line[i] == quote)
            {
                i++;
                return true;
            }

            if (line[i] != '\\' || i + 1 == line.Length)
            {
                word.Append(line[i]);
                continue;
            }

            i++;
            if (quote == '\'')
            {
                if (line[i] != '\'') word.Append('\\');
                word.Append(line[i]);
            }
            else if (line[i] == 'x' && i + 2 < line.Length && char.IsAsciiHexDigit(line[i + 1])
                && char.IsAsciiHexDigit(line[i + 2]))
            {
                word.Append((char)Convert.FromHexString(line.AsSpan(i + 1, 2))[0]);
                i += 2;
            }
            else
            {
                word.Append(Unescape(line[i]));
            }
        }

        return false;
    }

    private static char Unescape(char c) => c switch
    {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'b' => '\b',
        'a' => '\a',
        _ => c,
    };
}
