using System.Buffers;
using System.Collections.Immutable;

namespace Tercel.Api.Query;

/// <summary>Reads dotted names in lists (sort, fields, embed, facets): like filter keys, spaces inside names need no
/// quotes.</summary>
internal static class PathReader
{
    /// <summary>What ends a bare name; a name with one of these is written in double quotes.</summary>
    public static readonly SearchValues<char> Ends = SearchValues.Create(".,();=\"[]");

    /// <summary>The path at the cursor, after spaces; null after a mistake.</summary>
    public static FieldPath? Take(TextCursor cursor) => Take(cursor, out _);

    /// <summary>The same; <paramref name="lastIsBare"/> is false when the last name was in quotes.</summary>
    public static FieldPath? Take(TextCursor cursor, out bool lastIsBare)
    {
        cursor.SkipSpaces();
        var start = cursor.Offset;
        var segments = ImmutableArray.CreateBuilder<string>(1);
        do
        {
            if (TakeName(cursor, out lastIsBare) is not { } name) return null;
            segments.Add(name);
        }
        while (TakeDot(cursor));
        return new FieldPath(segments.ToImmutable(), start);
    }

    /// <summary>One name, without dots.</summary>
    public static string? TakeName(TextCursor cursor, out bool isBare)
    {
        isBare = cursor.Peek != '"';
        if (!isBare) return cursor.TakeQuotedName();
        var rest = cursor.Text.AsSpan(cursor.Offset);
        var end = rest.IndexOfAny(Ends);
        var name = (end < 0 ? rest : rest[..end]).TrimEnd();
        if (name.IsEmpty)
        {
            cursor.FailExpected("a name");
            return null;
        }

        cursor.Advance(name.Length);
        return name.ToString();
    }

    private static bool TakeDot(TextCursor cursor)
    {
        if (cursor.Peek != '.') return false;
        cursor.Advance(1);
        return true;
    }
}
