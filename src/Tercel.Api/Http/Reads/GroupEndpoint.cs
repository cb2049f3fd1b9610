using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Tercel.Api.Planning;
using Tercel.Api.Query;
using Tercel.Api.Sql;
using Tercel.Chassis.Web.Requests;
using Tercel.Chassis.Web.Responses;
using Tercel.Data;
using Tercel.Primitives;
using QueryString = Tercel.Api.Query.QueryString;

namespace Tercel.Api.Http.Reads;

/// <summary>Answers lists with <c>group=</c>, <c>agg=</c> or <c>distinct=</c>:
/// <c>{"data":[...],"page":{...}}</c>.</summary>
internal static class GroupEndpoint
{
    private const int ShapeCharsMax = 1024;

    /// <summary>Answers a request whose shape was planned before; null when it was not.</summary>
    public static Task? Known(HttpContext http, RequestContext request)
    {
        if (request.Relation is not null) return null;
        var snapshot = request.Snapshot;
        Span<char> shape = stackalloc char[ShapeCharsMax];
        // A list is only reached through an entity.
        var length = PlanCache<CompiledGroup>.WriteShape(request.Entity!.Name, request.Query, shape);
        if (length == 0 || snapshot.Groups.Find(shape[..length]) is not { } group) return null;
        var max = snapshot.Limits.GroupRowsMax;
        if (PageRange.Of(request.Query, max, max, snapshot.Limits.OffsetMax) is not { } range) return null;
        var call = new GroupCall(group, range, new QueryTexts(request.Query), IsBody: false);
        return range.Cursor is null ? Answer(http, request, call) : null;
    }

    /// <summary>Plans and answers a request.</summary>
    public static Task Handle(HttpContext http, RequestContext request, ListQuery query)
    {
        var snapshot = request.Snapshot;
        // A list is only reached through an entity.
        var planned = GroupPlanner.Plan(request.Target!, query, snapshot.Limits, request.Now, request.Relation);
        if (!planned.TryGet(out var plan, out var errors)) return ErrorResponse.Query(http, errors);
        var group = new CompiledGroup(plan);
        var isBody = !HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method);
        if (!isBody && request.Relation is null) Remember(request, group);
        var range = new PageRange(plan.Limit, plan.Offset, query.Page, query.Offset is not null, null);
        // The values of the request that made the plan are in the plan itself.
        return Answer(http, request, new GroupCall(group, range, null, isBody));
    }

    private static void Remember(RequestContext request, CompiledGroup group)
    {
        Span<char> shape = stackalloc char[ShapeCharsMax];
        var length = PlanCache<CompiledGroup>.WriteShape(request.Entity!.Name, request.Query, shape);
        if (length > 0) request.Snapshot.Groups.Add(shape[..length], group, group.Page.Sql);
    }

    private static async Task Answer(HttpContext http, RequestContext request, GroupCall call)
    {
        var limits = request.Snapshot.Limits;
        using var body = Utf8Buffer.Rent(limits.PageBytesMax);
        ReadOutcome outcome;
        var parentIsThere = true;
        using (var session = await request.State.Database.ReadFor(http.Scope(), ReadLane.Page))
        {
            outcome = await Write(session, request, call, body);
            if (request.Relation is { } relation)
                parentIsThere = await RowRenderer.Exists(session, relation.From, request);
        }

        // A value that does not fit: reading the request in full finds the words for it.
        if (outcome == ReadOutcome.BadValue) await Again(http, request);
        else if (outcome != ReadOutcome.Ok) await ErrorResponse.TooLarge(http, outcome, limits);
        else if (!parentIsThere) await ErrorResponse.NoRow(http, request.Relation!.From, request.KeyText);
        else await Send(http, call.Group.Plan, body);
    }

    private static Task Again(HttpContext http, RequestContext request)
    {
        var read = QueryReader.ReadList(request.Query, request.Snapshot.QueryLimits);
        return read.TryGet(out var query, out var errors)
            ? Handle(http, request, query)
            : ErrorResponse.Query(http, errors);
    }

    private static async ValueTask<ReadOutcome> Write(
        IReadSession session, RequestContext request, GroupCall call, Utf8Buffer into)
    {
        var (plan, range) = (call.Group.Plan, call.Range);
        var inputs = new ReadInputs
        {
            Now = request.Now, Limits = request.Snapshot.Limits, Key = request.Key, Slots = call.Slots,
            Limit = range.Limit + 1, Offset = range.Offset,
        };
        if (plan.Count != CountMode.None) await session.BeginSnapshot();
        into.Write("{\"data\":"u8);
        var (outcome, page) = await PageReader.Page(session, call.Group.Page, inputs, into);
        if (outcome != ReadOutcome.Ok) return outcome;
        into.Write(",\"page\":{\"limit\":"u8);
        JsonText.WriteInteger(into, range.Limit);
        WriteLinks(into, request, call, page.HasMore);
        if (plan.Count != CountMode.None)
        {
            into.Write(",\"count\":"u8);
            JsonText.WriteInteger(into, await PageReader.Scalar(session, call.Group.Count(), inputs) ?? 0);
            into.Write(",\"count_kind\":\"exact\""u8);
        }

        into.Write("}}"u8);
        return into.Overflowed ? ReadOutcome.TooLarge : ReadOutcome.Ok;
    }

    // Groups have no cursors: what a group is changes with every row. A query in a body has no address, only offsets.
    private static void WriteLinks(Utf8Buffer into, RequestContext request, GroupCall call, bool hasMore)
    {
        var range = call.Range;
        var next = range.Offset + range.Limit;
        var hasNext = hasMore && next <= request.Snapshot.Limits.OffsetMax;
        if (call.IsBody)
        {
            into.Write(",\"next_offset\":"u8);
            if (hasNext) JsonText.WriteInteger(into, next);
            else into.Write("null"u8);
            return;
        }

        WriteLink(into, ",\"next\":", hasNext ? Url(request, range, 1) : null);
        WriteLink(into, ",\"prev\":", range.Offset > 0 ? Url(request, range, -1) : null);
    }

    private static void WriteLink(Utf8Buffer into, string name, string? url)
    {
        into.Write(Encoding.UTF8.GetBytes(name));
        if (url is null) into.Write("null"u8);
        else JsonText.WriteString(into, Encoding.UTF8.GetBytes(url));
    }

    private static string Url(RequestContext request, PageRange range, int step)
    {
        var (name, value) = range.Page is { } page
            ? (QueryNames.Page, page + step)
            : (QueryNames.Offset, Math.Max(0, range.Offset + (step * range.Limit)));
        var text = value.ToString(CultureInfo.InvariantCulture);
        return $"{request.Path}?{QueryString.Replace(request.Query, name, text)}";
    }

    private static Task Send(HttpContext http, GroupPlan plan, Utf8Buffer body)
    {
        DeprecationHeaders.Add(http.Response, plan.Entity, plan.Rows);
        CacheHeaders.Add(http.Response.Headers, formsVary: true);
        var tag = BodyTag.Of(body.Written);
        http.Response.Headers.ETag = tag;
        if (EntityTag.MatchesWeakly(http.Request.Headers.IfNoneMatch, tag))
            return http.SendEmpty(StatusCodes.Status304NotModified);
        return http.SendBuffered(body.WrittenMemory, Negotiation.JsonType);
    }

    private sealed record GroupCall(CompiledGroup Group, PageRange Range, ISlotTexts? Slots, bool IsBody);
}
