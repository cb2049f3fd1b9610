using System.Text;

namespace Tercel.Api.Query;

/// <summary>What the value of a query-string pair is to the shape of the query.</summary>
internal enum PairKind
{
    /// <summary>Part of the shape: another value may need another statement.</summary>
    Structure,

    /// <summary>A value that travels as a parameter: a filter's, a <c>$name</c>'s, the search text.</summary>
    Value,

    /// <summary><c>limit</c>, <c>page</c>, <c>offset</c> or <c>cursor</c>: which rows, not what kind of rows.</summary>
    Page,
}

/// <summary>Looks at and edits query strings in their encoded form.</summary>
internal static class QueryString
{
    /// <summary>What the pair's value is, from the raw key alone and without allocating.</summary>
    /// <remarks>A key in an unusual spelling (escapes, brackets, quotes) counts as structure, which is always
    /// correct: it only means that requests with other values do not share a plan.</remarks>
    public static PairKind KindOf(ReadOnlySpan<char> rawKey)
    {
        if (rawKey.IsEmpty || rawKey.IndexOfAny("%+[\"") >= 0) return PairKind.Structure;
        if (rawKey[0] == '$' || rawKey is QueryNames.Search) return PairKind.Value;
        if (rawKey is QueryNames.Limit or QueryNames.Cursor) return PairKind.Page;
        if (rawKey is QueryNames.Page or QueryNames.Offset) return PairKind.Page;
        if (QueryNames.IsReserved(rawKey)) return PairKind.Structure;
        var lastDot = rawKey.LastIndexOf('.');
        return lastDot >= 0 && rawKey[(lastDot + 1)..] is "null" or "exists" ? PairKind.Structure : PairKind.Value;
    }

    /// <summary>The decoded value of the first pair with this name; false when absent or not decodable.</summary>
    public static bool TryGet(ReadOnlySpan<char> query, string name, out string value)
    {
        value = "";
        var pairs = new QueryStringReader(query);
        while (pairs.MoveNext())
        {
            if (!IsNamed(pairs.RawKey, name)) continue;
            if (PercentText.Decode(pairs.RawValue, out _) is not { } decoded) return false;
            value = decoded;
            return true;
        }

        return false;
    }

    /// <summary>The query string with one parameter set or, for null, removed; all else stays as it was
    /// written.</summary>
    public static string Replace(string query, string name, string? value) => Replace(query, [new(name, value)]);

    /// <summary>The same for several parameters. Set ones come last, in the order given.</summary>
    /// <returns>Without a leading <c>?</c>; empty when no pair is left.</returns>
    public static string Replace(string query, ReadOnlySpan<KeyValuePair<string, string?>> changes)
    {
        var result = new StringBuilder(query.Length + 64);
        var pairs = new QueryStringReader(query);
        while (pairs.MoveNext())
        {
            if (IsChanged(pairs.RawKey, changes)) continue;
            if (result.Length > 0) result.Append('&');
            result.Append(pairs.RawKey);
            if (pairs.HasValue) result.Append('=').Append(pairs.RawValue);
        }

        foreach (var (name, value) in changes)
            if (value is not null) Append(result, name, value);
        return result.ToString();
    }

    /// <summary>Appends a pair, encoded.</summary>
    public static void Append(StringBuilder query, string name, string value)
    {
        if (query.Length > 0) query.Append('&');
        PercentText.Encode(query, name);
        query.Append('=');
        PercentText.Encode(query, value);
    }

    private static bool IsChanged(ReadOnlySpan<char> rawKey, ReadOnlySpan<KeyValuePair<string, string?>> changes)
    {
        foreach (var (name, _) in changes)
            if (IsNamed(rawKey, name)) return true;
        return false;
    }

    private static bool IsNamed(ReadOnlySpan<char> rawKey, string name) =>
        PercentText.NeedsDecoding(rawKey) ? PercentText.Decode(rawKey, out _) == name : rawKey.SequenceEqual(name);
}
