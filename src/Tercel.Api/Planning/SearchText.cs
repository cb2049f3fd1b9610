using System.Text;

namespace Tercel.Api.Planning;

/// <summary>Turns what people type into a search box into an FTS5 query that cannot be misread.</summary>
/// <remarks>
/// Shape: words are all required and the last one matches as a prefix; <c>"a phrase"</c> matches as a whole;
/// <c>-word</c> excludes. Everything else of FTS5's language is quoted away.
/// </remarks>
internal static class SearchText
{
    private const int TermsMax = 32;

    /// <summary>The FTS5 query; <c>""</c>, which matches nothing, when no word is left.</summary>
    public static string ToMatch(ReadOnlySpan<char> text)
    {
        var wanted = new StringBuilder();
        var refused = new StringBuilder();
        for (var terms = 0; terms < TermsMax
            && TryTake(ref text, out var term, out var excluded, out var phrase); terms++)
        {
            var target = excluded ? refused : wanted;
            if (target.Length > 0) target.Append(excluded ? " OR " : " AND ");
            target.Append('"').Append(term.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
            if (!excluded && !phrase && text.IsWhiteSpace()) target.Append('*');
        }

        if (wanted.Length == 0) return "\"\"";
        return refused.Length == 0 ? wanted.ToString() : $"({wanted}) NOT ({refused})";
    }

    private static bool TryTake(ref ReadOnlySpan<char> text, out string term, out bool excluded, out bool phrase)
    {
        while (true)
        {
            text = text.TrimStart();
            (term, excluded, phrase) = ("", false, false);
            if (text.IsEmpty) return false;
            if (text[0] == '-')
            {
                excluded = true;
                text = text[1..];
            }

            if (text is ['"', ..])
            {
                phrase = true;
                var close = text[1..].IndexOf('"');
                term = (close < 0 ? text[1..] : text[1..(close + 1)]).ToString();
                text = close < 0 ? [] : text[(close + 2)..];
            }
            else
            {
                var end = 0;
                while (end < text.Length && !char.IsWhiteSpace(text[end]) && text[end] != '"') end++;
                term = text[..end].ToString();
                text = text[end..];
            }

            // FTS5 finds no token in punctuation alone, and "AND nothing" would match nothing.
            if (term.Any(char.IsLetterOrDigit)) return true;
        }
    }
}
