using System.Collections.Immutable;
using System.Globalization;

namespace Tercel.Api.Query;

/// <summary>Reads the plain lists of a query: sort keys, facets, names. Null after a mistake, which the cursor
/// keeps.</summary>
internal static class TermReaders
{
    /// <summary><c>-price.nullslast,name</c>, up to the end or to a character that a sort list cannot hold.</summary>
    public static ImmutableArray<SortTerm>? Sort(TextCursor cursor, QueryLimits limits) =>
        List(cursor, limits.SortMax, "sort keys", SortTerm);

    /// <summary><c>brand,size(limit=20)</c>.</summary>
    public static ImmutableArray<FacetTerm>? Facets(TextCursor cursor, QueryLimits limits) =>
        List(cursor, limits.FacetsMax, "facets", Facet);

    /// <summary><c>brand,customer.country</c>.</summary>
    public static ImmutableArray<FieldPath>? Paths(TextCursor cursor, QueryLimits limits) =>
        List(cursor, limits.GroupsMax, "fields", PathReader.Take);

    /// <summary><c>name,description</c>: names without dots.</summary>
    public static ImmutableArray<string>? Names(TextCursor cursor, QueryLimits limits) =>
        List(cursor, limits.GroupsMax, "fields", Name);

    /// <summary>A whole number that fits 32 bits and is not negative.</summary>
    public static int? WholeNumber(TextCursor cursor, string what)
    {
        cursor.SkipSpaces();
        var digits = 0;
        while (char.IsAsciiDigit(cursor.PeekAfter(digits))) digits++;
        var text = cursor.Text.AsSpan(cursor.Offset, digits);
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return FailNumber(cursor, what, cursor.Offset);
        cursor.Advance(digits);
        return number;
    }

    /// <summary>The same when it must be all of the text.</summary>
    public static int? OnlyWholeNumber(TextCursor cursor, string what)
    {
        if (WholeNumber(cursor, what) is not { } number) return null;
        cursor.SkipSpaces();
        return cursor.AtEnd ? number : FailNumber(cursor, what, 0);
    }

    /// <summary>Terms between commas.</summary>
    public static ImmutableArray<T>? List<T>(TextCursor cursor, int termsMax, string what, Func<TextCursor, T?> read)
        where T : class
    {
        var terms = ImmutableArray.CreateBuilder<T>();
        do
        {
            cursor.SkipSpaces();
            var start = cursor.Offset;
            if (read(cursor) is not { } term) return null;
            terms.Add(term);
            if (terms.Count <= termsMax) continue;
            cursor.Fail(QueryErrors.TooComplex, $"more than {termsMax} {what}", start);
            return null;
        }
        while (cursor.TryTake(','));
        return terms.ToImmutable();
    }

    // An unescaped plus sign arrives as a space, which the list skips.
    private static SortTerm? SortTerm(TextCursor cursor)
    {
        var descending = cursor.TryTake('-');
        if (!descending) _ = cursor.TryTake('+');
        if (PathReader.Take(cursor, out var lastIsBare) is not { } path) return null;
        var nulls = lastIsBare && path.Segments.Length > 1 ? Nulls(path.Segments[^1]) : NullsOrder.Default;
        if (nulls != NullsOrder.Default) path = path with { Segments = path.Segments[..^1] };
        return new SortTerm(path, descending, nulls);
    }

    private static NullsOrder Nulls(string segment) => segment switch
    {
        "nullsfirst" => NullsOrder.First,
        "nullslast" => NullsOrder.Last,
        _ => NullsOrder.Default,
    };

    private static FacetTerm? Facet(TextCursor cursor)
    {
        if (PathReader.Take(cursor) is not { } path) return null;
        if (!cursor.TryTake('(')) return new FacetTerm(path, null);
        if (!cursor.TryTakeWord(QueryNames.Limit) || !cursor.TryTake('='))
        {
            cursor.FailExpected("limit=");
            return null;
        }

        if (WholeNumber(cursor, "limit") is not { } limit) return null;
        if (cursor.TryTake(')')) return new FacetTerm(path, limit);
        cursor.FailExpected("')'");
        return null;
    }

    private static int? FailNumber(TextCursor cursor, string what, int at)
    {
        cursor.Fail(QueryErrors.InvalidValue, $"{what} takes a whole number from 0 to {int.MaxValue}", at);
        return null;
    }

    private static string? Name(TextCursor cursor) => PathReader.TakeName(cursor, out _);
}
