using Microsoft.Extensions.Primitives;

namespace Tercel.Chassis.Web.Responses;

/// <summary>Compares the tags of <c>If-Match</c> and <c>If-None-Match</c> with a current one (RFC 9110,
/// 8.8.3).</summary>
/// <remarks>A compressed answer has its tag marked (<c>"5f-br"</c>, <c>"5f-gz"</c>), since strong tags stand for the
/// very bytes; both comparisons take the mark off, so that callers know one tag per state.</remarks>
public static class EntityTag
{
    private const string BrotliMark = "-br";
    private const string GzipMark = "-gz";
    private const char StateEnd = '.';

    /// <summary>True when <c>If-None-Match</c> names the current tag: answer 304 to GET and HEAD.</summary>
    /// <param name="header">The header's lines; none is no match.</param>
    /// <param name="current">The tag with its quotes, such as <c>"5f"</c> or <c>W/"5f"</c>.</param>
    public static bool MatchesWeakly(StringValues header, string current) => Matches(header, current, strong: false);

    /// <summary>True when <c>If-Match</c> names the current tag; weak tags never match.</summary>
    /// <param name="header">The header's lines; none is no match, so ask for it only when it is there.</param>
    /// <param name="current">The tag with its quotes, such as <c>"5f"</c>.</param>
    public static bool MatchesStrongly(StringValues header, string current) => Matches(header, current, strong: true);

    /// <summary>True when <c>If-Match</c> names the current state: tags such as <c>"3.8acb"</c> are equal when the part
    /// before the dot is, and other tags when they are the same.</summary>
    /// <remarks>For resources with a version: another selection of fields, or a value computed from other rows, changes
    /// the bytes and so the tag, but not the state that a write depends on. <c>"3"</c> names that state too.</remarks>
    /// <param name="header">The header's lines; none is no match, so ask for it only when it is there.</param>
    /// <param name="current">The strong tag with its quotes.</param>
    public static bool MatchesState(StringValues header, string current)
    {
        var state = State(Opaque(current));
        foreach (var line in header)
        {
            var rest = line.AsSpan().Trim();
            if (rest is "*") return true;
            while (TryReadTag(ref rest, out var tag))
                if (!IsWeak(tag) && State(Unmarked(Opaque(tag))).SequenceEqual(state)) return true;
        }

        return false;
    }

    internal static string ForCoding(string tag, Coding coding)
    {
        if (tag is not ['"', .., '"']) return tag;
        return string.Concat(tag.AsSpan(0, tag.Length - 1), coding == Coding.Brotli ? BrotliMark : GzipMark, "\"");
    }

    private static bool Matches(StringValues header, string current, bool strong)
    {
        if (strong && IsWeak(current)) return false;
        var wanted = Opaque(current);
        foreach (var line in header)
        {
            var rest = line.AsSpan().Trim();
            if (rest is "*") return true;
            while (TryReadTag(ref rest, out var tag))
            {
                if (strong && IsWeak(tag)) continue;
                if (Unmarked(Opaque(tag)).SequenceEqual(wanted) || Opaque(tag).SequenceEqual(wanted)) return true;
            }
        }

        return false;
    }

    // Tags may hold commas, so the list is read tag by tag.
    private static bool TryReadTag(ref ReadOnlySpan<char> text, out ReadOnlySpan<char> tag)
    {
        text = text.TrimStart([' ', '\t', ',']);
        tag = default;
        var open = text.StartsWith("W/\"", StringComparison.Ordinal) ? 2 : 0;
        if (text.Length <= open || text[open] != '"') return false;
        var close = text[(open + 1)..].IndexOf('"');
        if (close < 0) return false;
        tag = text[..(open + close + 2)];
        text = text[tag.Length..];
        return true;
    }

    private static ReadOnlySpan<char> State(ReadOnlySpan<char> opaque) =>
        opaque.IndexOf(StateEnd) is > 0 and var end ? opaque[..end] : opaque;

    private static bool IsWeak(ReadOnlySpan<char> tag) => tag.StartsWith("W/", StringComparison.Ordinal);

    private static ReadOnlySpan<char> Opaque(ReadOnlySpan<char> tag)
    {
        if (IsWeak(tag)) tag = tag[2..];
        return tag is ['"', .., '"'] ? tag[1..^1] : tag;
    }

    private static ReadOnlySpan<char> Unmarked(ReadOnlySpan<char> opaque) =>
        opaque.EndsWith(BrotliMark, StringComparison.Ordinal) || opaque.EndsWith(GzipMark, StringComparison.Ordinal)
            ? opaque[..^BrotliMark.Length]
            : opaque;
}
