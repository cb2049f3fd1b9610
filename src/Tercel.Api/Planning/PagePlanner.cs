using Tercel.Api.Model;
using Tercel.Api.Query;
using Tercel.Primitives;

namespace Tercel.Api.Planning;

/// <summary>How many rows a page has and how many it skips.</summary>
internal static class PagePlanner
{
    public static (int Limit, int Offset) Plan(Binder binder, Entity entity, ListQuery query)
    {
        var max = entity.PageMax ?? binder.Limits.PageMax;
        var limit = query.Limit ?? Math.Min(entity.PageDefault ?? binder.Limits.PageDefault, max);
        if (limit < 1 || limit > max) Refuse(binder, "limit", $"limit must be 1 to {max} (page.max)");
        var ways = (query.Page is null ? 0 : 1) + (query.Offset is null ? 0 : 1) + (query.Cursor is null ? 0 : 1);
        if (ways > 1)
        {
            binder.Errors.Add(new Error(QueryErrors.Conflict, "page, offset and cursor exclude each other")
            {
                Parameter = query.Cursor is null ? "offset" : "cursor",
            });
        }

        if (query.Page is < 1) Refuse(binder, "page", "page must be at least 1");
        if (query.Offset is < 0) Refuse(binder, "offset", "offset must be at least 0");
        var offset = query.Offset ?? ((long)(query.Page ?? 1) - 1) * limit;
        if (offset <= binder.Limits.OffsetMax) return (limit, (int)Math.Max(offset, 0));
        Refuse(
            binder, query.Page is null ? "offset" : "page",
            $"only the first {binder.Limits.OffsetMax} rows can be skipped (page.offset_max); "
            + "follow page.next instead");
        return (limit, 0);
    }

    private static void Refuse(Binder binder, string parameter, string detail) =>
        binder.Errors.Add(new Error(PlanErrors.Page, detail) { Parameter = parameter });
}
