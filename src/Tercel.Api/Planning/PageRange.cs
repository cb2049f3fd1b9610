using Tercel.Api.Model;
using Tercel.Api.Query;

namespace Tercel.Api.Planning;

/// <summary>Which rows of a list a request asks for; not part of its shape.</summary>
/// <param name="Limit">Rows of the page.</param>
/// <param name="Offset">Rows skipped.</param>
/// <param name="Page">The page number when the request pages by number.</param>
/// <param name="HasOffset">True when the request pages by offset.</param>
/// <param name="Cursor">The cursor as the client sent it.</param>
internal sealed record PageRange(int Limit, int Offset, int? Page, bool HasOffset, string? Cursor)
{
    /// <summary>The range of a planned query.</summary>
    public static PageRange Of(ReadPlan plan, ListQuery query) =>
        new(plan.Limit ?? 0, plan.Offset, query.Page, query.Offset is not null, query.Cursor);

    /// <summary>The range of a request whose shape is known; null when anything about it is unusual.</summary>
    public static PageRange? Of(ReadOnlySpan<char> query, Entity entity, ApiLimits limits)
    {
        var max = entity.PageMax ?? limits.PageMax;
        return Of(query, Math.Min(entity.PageDefault ?? limits.PageDefault, max), max, limits.OffsetMax);
    }

    /// <summary>The same with the usual and the largest number of rows given.</summary>
    public static PageRange? Of(ReadOnlySpan<char> query, int limit, int limitMax, int offsetMax)
    {
        int? page = null, offset = null;
        string? cursor = null;
        var pairs = new QueryStringReader(query);
        while (pairs.MoveNext())
        {
            if (QueryString.KindOf(pairs.RawKey) != PairKind.Page) continue;
            if (pairs.RawKey is QueryNames.Cursor && PercentText.NeedsDecoding(pairs.RawValue)) return null;
            if (pairs.RawKey is QueryNames.Cursor) cursor = pairs.RawValue.ToString();
            else if (!TryNumber(pairs.RawValue, out var number)) return null;
            else if (pairs.RawKey is QueryNames.Limit) limit = number;
            else if (pairs.RawKey is QueryNames.Page) page = number;
            else offset = number;
        }

        var skipped = offset ?? (page is { } p ? (p - 1L) * limit : 0);
        var usual = limit >= 1 && limit <= limitMax && skipped >= 0 && skipped <= offsetMax;
        return usual ? new PageRange(limit, (int)skipped, page, offset is not null, cursor) : null;
    }

    private static bool TryNumber(ReadOnlySpan<char> text, out int number) => int.TryParse(
        text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out number);
}
