using System.Collections.Immutable;
using Tercel.Primitives;

namespace Tercel.Api.Query;

/// <summary>The left side of a filter: <c>price</c>, <c>price.lt</c>, <c>price[lt]</c>,
/// <c>customer.name.not.starts</c>.</summary>
/// <remarks>The last segment is an operator when it names one; a field of such a name is written <c>a.like.eq</c>, or
/// in quotes.</remarks>
internal sealed record FilterKey(ImmutableArray<string> Path, Operator Operator, bool Negated)
{
    private const string Negation = "not";

    /// <summary>Reads a key; the parameter of the error is the key itself.</summary>
    public static Result<FilterKey> Read(string key)
    {
        var cursor = new TextCursor(key, key);
        var segments = new List<Segment>();
        do
        {
            if (!TakeSegment(cursor, segments)) break;
        }
        while (TakeSeparator(cursor));
        if (cursor.Error is { } error) return error;
        return FromSegments(segments);
    }

    private static FilterKey FromSegments(List<Segment> segments)
    {
        var op = Operator.Eq;
        var count = segments.Count;
        if (count > 1 && segments[^1].IsBare && Operators.TryParse(segments[^1].Name, out var named))
        {
            op = named;
            count--;
        }

        var negated = count > 1 && segments[count - 1] is { IsBare: true, Name: Negation };
        if (negated) count--;
        return new FilterKey([.. segments.Take(count).Select(segment => segment.Name)], op, negated);
    }

    private static bool TakeSegment(TextCursor cursor, List<Segment> segments)
    {
        if (cursor.Peek == '[') return TakeBracket(cursor, segments);
        if (cursor.Peek == '"')
        {
            if (cursor.TakeQuotedName() is not { } name) return false;
            segments.Add(new Segment(name, IsBare: false));
            return true;
        }

        var rest = cursor.Text.AsSpan(cursor.Offset);
        var end = rest.IndexOfAny(".[]\"");
        return AddBare(cursor, segments, end < 0 ? rest.Length : end);
    }

    private static bool TakeBracket(TextCursor cursor, List<Segment> segments)
    {
        cursor.Advance(1);
        var rest = cursor.Text.AsSpan(cursor.Offset);
        var end = rest.IndexOfAny("[]");
        if (segments.Count == 0 || end < 0 || rest[end] == '[')
        {
            cursor.FailExpected(segments.Count == 0 ? "a field name" : "a name and ']'");
            return false;
        }

        if (!AddBare(cursor, segments, end)) return false;
        cursor.Advance(1);
        return true;
    }

    private static bool AddBare(TextCursor cursor, List<Segment> segments, int length)
    {
        if (length == 0)
        {
            cursor.FailExpected("a field name");
            return false;
        }

        segments.Add(new Segment(cursor.Text.Substring(cursor.Offset, length), IsBare: true));
        cursor.Advance(length);
        return true;
    }

    private static bool TakeSeparator(TextCursor cursor)
    {
        if (cursor.AtEnd) return false;
        if (cursor.Peek == '[') return true;
        if (cursor.Peek == '.')
        {
            cursor.Advance(1);
            if (cursor.Peek != '[') return true;
        }

        cursor.FailExpected("a name after a dot, or an operator in brackets");
        return false;
    }

    private readonly record struct Segment(string Name, bool IsBare);
}
