namespace Tercel.Api.Query;

/// <summary>Walks the pairs of a query string without allocating; keys and values stay percent-encoded.</summary>
/// <remarks>
/// Shape: an optional <c>?</c>, then pairs between <c>&amp;</c>; empty pieces are skipped and do not count.
/// Lifetime: the spans point into the query string. Cost: one scan.
/// </remarks>
internal ref struct QueryStringReader
{
    private ReadOnlySpan<char> _rest;

    public QueryStringReader(ReadOnlySpan<char> query)
    {
        _rest = query.StartsWith('?') ? query[1..] : query;
        Index = -1;
    }

    /// <summary>The number of the pair, from 0: what <see cref="Expr.Literal.Slot"/> counts.</summary>
    public int Index { get; private set; }

    public ReadOnlySpan<char> RawKey { get; private set; }

    /// <summary>What follows the first <c>=</c>; empty when there is none.</summary>
    public ReadOnlySpan<char> RawValue { get; private set; }

    public bool HasValue { get; private set; }

    public bool MoveNext()
    {
        while (!_rest.IsEmpty)
        {
            var end = _rest.IndexOf('&');
            var pair = end < 0 ? _rest : _rest[..end];
            _rest = end < 0 ? default : _rest[(end + 1)..];
            if (pair.IsEmpty) continue;
            var equals = pair.IndexOf('=');
            HasValue = equals >= 0;
            RawKey = HasValue ? pair[..equals] : pair;
            RawValue = HasValue ? pair[(equals + 1)..] : default;
            Index++;
            return true;
        }

        return false;
    }
}
