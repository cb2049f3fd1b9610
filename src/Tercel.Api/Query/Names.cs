using System.Buffers;
using System.Globalization;
using System.Text;

namespace Tercel.Api.Query;

/// <summary>How names are written in queries: bare when they can be, otherwise in double quotes.</summary>
internal static class Names
{
    /// <summary>Words that mean something where an expression expects a value; as a name they need quotes
    /// there.</summary>
    public static bool IsKeyword(ReadOnlySpan<char> word) => word switch
    {
        "and" or "or" or "not" or "null" or "true" or "false" or "now" => true,
        "AND" or "OR" or "NOT" or "NULL" or "TRUE" or "FALSE" => true,
        _ => false,
    };

    /// <summary>Length in characters of the bare name that starts at <paramref name="offset"/>; 0 when none
    /// does.</summary>
    /// <remarks>Letters, digits, underscores and combining marks of any script; a digit may only start a name that
    /// follows a dot (<paramref name="digitStarts"/>), as in <c>attrs.sizes.0</c>.</remarks>
    public static int BareLength(ReadOnlySpan<char> text, int offset, bool digitStarts = false)
    {
        var at = offset;
        while (at < text.Length)
        {
            if (Rune.DecodeFromUtf16(text[at..], out var rune, out var chars) != OperationStatus.Done) break;
            var first = at == offset;
            if (!(Rune.IsLetter(rune) || rune.Value == '_' || IsLater(rune, allowed: !first || digitStarts))) break;
            at += chars;
        }

        return at - offset;
    }

    /// <summary>True when an expression can hold the name without quotes.</summary>
    public static bool IsBare(string name, bool first)
    {
        var length = BareLength(name, 0, digitStarts: !first);
        return length > 0 && length == name.Length && !(first && (IsKeyword(name) || name == "distinct"));
    }

    /// <summary>The name in double quotes; quotes inside are doubled.</summary>
    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static bool IsLater(Rune rune, bool allowed) => allowed && (Rune.IsDigit(rune) || IsMark(rune));

    private static bool IsMark(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
}
