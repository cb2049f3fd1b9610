using System.Globalization;
using Tercel.Api.Query;
using Tercel.Api.Sql;

namespace Tercel.Api.Http.Reads;

/// <summary>The addresses of the pages around a page.</summary>
/// <remarks>
/// Requests that count pages or offsets get such links; all others get cursors. For a query in a body there is no
/// address:
/// the links are the cursors alone, to be sent in the body's <c>cursor</c>.
/// </remarks>
internal sealed class PageLinks(ListCall call, byte[] secret)
{
    private readonly ListCall _call = call;
    private readonly byte[] _secret = secret;

    /// <summary>The links of a page that was read forwards from an offset, or from a cursor in its
    /// direction.</summary>
    public (string? Next, string? Previous) Of(PageRows page, CursorToken? from, int offset)
    {
        if (_call.Range.Page is { } number) return ByNumber(number, page.HasMore);
        if (_call.Range.HasOffset) return ByOffset(offset, page.HasMore);
        if (!_call.List.Plan.IsKeyset) return ByOffsetCursor(offset, page.HasMore);
        var isBackward = from is { IsBackward: true };
        var hasNext = isBackward ? page.Count > 0 : page.HasMore;
        var hasPrevious = isBackward ? page.HasMore : from is not null && page.Count > 0;
        return (
            hasNext && page.Last is { } last ? Cursor(new CursorToken(false, last, null)) : null,
            hasPrevious && page.First is { } first ? Cursor(new CursorToken(true, first, null)) : null);
    }

    private (string? Next, string? Previous) ByNumber(int number, bool hasMore)
    {
        var isReachable = (long)number * _call.Range.Limit <= _call.Inputs.Limits.OffsetMax;
        return (
            hasMore && isReachable ? Numbered(QueryNames.Page, number + 1) : null,
            number > 1 ? Numbered(QueryNames.Page, number - 1) : null);
    }

    private (string? Next, string? Previous) ByOffset(int offset, bool hasMore)
    {
        var limit = _call.Range.Limit;
        var isReachable = offset + limit <= _call.Inputs.Limits.OffsetMax;
        return (
            hasMore && isReachable ? Numbered(QueryNames.Offset, offset + limit) : null,
            offset > 0 ? Numbered(QueryNames.Offset, Math.Max(0, offset - limit)) : null);
    }

    private (string? Next, string? Previous) ByOffsetCursor(int offset, bool hasMore)
    {
        var limit = _call.Range.Limit;
        var isReachable = offset + limit <= _call.Inputs.Limits.OffsetMax;
        return (
            hasMore && isReachable ? Cursor(new CursorToken(false, [], offset + limit)) : null,
            offset > 0 ? Cursor(new CursorToken(false, [], Math.Max(0, offset - limit))) : null);
    }

    private string? Cursor(CursorToken token)
    {
        if (token.Write(_secret, _call.List, _call.Inputs) is not { } text) return null;
        return _call.QueryText is null ? text : Url(new(QueryNames.Cursor, text));
    }

    private string? Numbered(string name, int value) => _call.QueryText is null
        ? null
        : Url(new(name, value.ToString(CultureInfo.InvariantCulture)));

    // A query string that filled the limit may have no room for a cursor; the page then says that there is more.
    private string? Url(KeyValuePair<string, string?> change)
    {
        var query = QueryString.Replace(_call.QueryText ?? "", [change]);
        return query.Length <= _call.Inputs.Limits.UrlBytesMax ? $"{_call.Path}?{query}" : null;
    }
}
