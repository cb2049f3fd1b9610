using Microsoft.AspNetCore.Http;
using Tercel.Api.Planning;
using Tercel.Api.Query;
using Tercel.Api.Sql;
using Tercel.Chassis.Web.Requests;
using Tercel.Chassis.Web.Responses;
using Tercel.Data;
using Tercel.Primitives;

namespace Tercel.Api.Http.Reads;

/// <summary>Answers lists: <c>GET /v1/products</c>, sub-collections, and the same asked with a JSON body.</summary>
internal sealed class ListEndpoint(ReadSeams seams)
{
    private const int ShapeCharsMax = 1024;
    private const string ListForms = "application/json, text/csv or application/x-ndjson";

    private readonly ReadSeams _seams = seams;

    /// <summary>Registers all addresses of lists.</summary>
    public void AddTo(ApiRoutes routes)
    {
        foreach (var kind in (ReadOnlySpan<RouteKind>)[RouteKind.List, RouteKind.SubList])
            routes.Add(kind, "GET", Get).Add(kind, "HEAD", Get).Add(kind, "QUERY", Query);
        routes.Add(RouteKind.ListQuery, "POST", Query).Add(RouteKind.ListQuery, "QUERY", Query);
        if (_seams.Export is not null)
            routes.Add(RouteKind.Export, "GET", Export).Add(RouteKind.Export, "HEAD", Export);
    }

    private Task Get(HttpContext http, RequestContext request)
    {
        switch (Negotiation.ForList(http.Request))
        {
            case AnswerForm.None: return ErrorResponse.NotAcceptable(http, ListForms);
            case AnswerForm.Json: break;
            case var form when _seams.Export is not null: return Export(http, request, form);
            default: return ErrorResponse.NotAcceptable(http, "application/json");
        }

        if (Known(request) is { } call) return Answer(http, request, call);
        return _seams.Known?.Invoke(http, request) ?? GetPlanned(http, request);
    }

    // A shape that was planned before: no parsing, no planning, only this request's values.
    private static ListCall? Known(RequestContext request)
    {
        if (request.Relation is not null) return null;
        var snapshot = request.Snapshot;
        Span<char> shape = stackalloc char[ShapeCharsMax];
        // A list is only reached through an entity.
        var length = PlanCache<CompiledList>.WriteShape(request.Entity!.Name, request.Query, shape);
        if (length == 0 || snapshot.Lists.Find(shape[..length]) is not { } list) return null;
        if (PageRange.Of(request.Query, request.Entity, snapshot.Limits) is not { } range) return null;
        return new ListCall(list, range, Inputs(request, new QueryTexts(request.Query)), null)
        {
            Path = request.Path, QueryText = request.Query,
        };
    }

    private Task GetPlanned(HttpContext http, RequestContext request)
    {
        var snapshot = request.Snapshot;
        if (!QueryReader.ReadList(request.Query, snapshot.QueryLimits).TryGet(out var query, out var errors))
            return ErrorResponse.Query(http, errors);
        return Planned(http, request, query, isBody: false);
    }

    private async Task Query(HttpContext http, RequestContext request)
    {
        if (!RequestBody.IsJson(http.Request.ContentType))
        {
            await ErrorResponse.MediaType(http, Negotiation.JsonType);
            return;
        }

        if (request.Query.Length > 0)
        {
            await ErrorResponse.Query(http, [InBody()]);
            return;
        }

        var limits = request.Snapshot.Limits;
        if (await RequestBody.Read(http, limits.BodyBytesMax, http.Scope().Token) is not { } body)
        {
            await ErrorResponse.BodyTooLarge(http, limits.BodyBytesMax);
            return;
        }

        if (QueryJsonReader.ReadList(body, request.Snapshot.QueryLimits).TryGet(out var query, out var errors))
            await Planned(http, request, query, isBody: true);
        else
            await ErrorResponse.Query(http, errors);
    }

    private Task Planned(HttpContext http, RequestContext request, ListQuery query, bool isBody)
    {
        if (query.Explain) return HandOn(http, request, query, _seams.Explain, "explain");
        if (!query.Group.IsEmpty || !query.Aggregates.IsEmpty || !query.Distinct.IsEmpty)
            return HandOn(http, request, query, _seams.Groups, query.Distinct.IsEmpty ? "group" : "distinct");
        var snapshot = request.Snapshot;
        var planned = ReadPlanner.PlanList(request.Target!, query, snapshot.Limits, request.Now, request.Relation);
        var faceted = FacetPlan.PlanAll(request.Target!, query, snapshot.Limits, request.Now, request.Relation);
        if (!planned.TryGet(out var plan, out var errors) | !faceted.TryGet(out var facets, out var wrong))
            return ErrorResponse.Query(http, [.. errors, .. wrong]);
        // Both are there.
        var list = new CompiledList(plan!, snapshot.Limits.CountEstimateRows)
        {
            Facets = facets.IsEmpty ? null : new FacetWriter(facets),
        };
        var isShared = !isBody && request.Relation is null;
        if (isShared) Remember(request, list);
        var slots = isBody ? null : new QueryTexts(request.Query);
        var call = new ListCall(list, PageRange.Of(list.Plan, query), Inputs(request, slots), query)
        {
            Path = request.Path, QueryText = isBody ? null : request.Query,
        };
        return Answer(http, request, call);
    }

    private static void Remember(RequestContext request, CompiledList list)
    {
        Span<char> shape = stackalloc char[ShapeCharsMax];
        var length = PlanCache<CompiledList>.WriteShape(request.Entity!.Name, request.Query, shape);
        if (length > 0) request.Snapshot.Lists.Add(shape[..length], list, list.Page.Sql);
    }

    private async Task Answer(HttpContext http, RequestContext request, ListCall call)
    {
        var limits = request.Snapshot.Limits;
        using var body = Utf8Buffer.Rent(limits.PageBytesMax);
        ListAnswer answer;
        var parentIsThere = true;
        using (var session = await request.State.Database.ReadFor(http.Scope(), ReadLane.Page))
        {
            answer = await ListRunner.Run(session, call, request.Snapshot.CursorSecret, body);
            if (answer.IsEmpty && request.Relation is { } relation)
                parentIsThere = await RowRenderer.Exists(session, relation.From, request);
        }

        // A value that the shape's statement cannot take: reading the request in full finds the words for it.
        if (answer.Outcome == ReadOutcome.BadValue && call.Query is null) await GetPlanned(http, request);
        else if (answer.BadCursor) await ErrorResponse.Query(http, [BadCursor()]);
        else if (answer.Outcome != ReadOutcome.Ok) await ErrorResponse.TooLarge(http, answer.Outcome, limits);
        else if (!parentIsThere) await ErrorResponse.NoRow(http, request.Relation!.From, request.KeyText);
        else await Send(http, call, answer, body);
    }

    private static Task Send(HttpContext http, ListCall call, ListAnswer answer, Utf8Buffer body)
    {
        var headers = http.Response.Headers;
        if (call.QueryText is not null)
        {
            AddLink(headers, answer.Next, "next");
            AddLink(headers, answer.Previous, "prev");
        }

        DeprecationHeaders.Add(http.Response, call.List.Plan.Entity, call.List.Plan);
        var tag = BodyTag.Of(body.Written);
        CacheHeaders.Add(headers, formsVary: true);
        headers.ETag = tag;
        if (EntityTag.MatchesWeakly(http.Request.Headers.IfNoneMatch, tag))
            return http.SendEmpty(StatusCodes.Status304NotModified);
        return http.SendBuffered(body.WrittenMemory, Negotiation.JsonType);
    }

    private Task Export(HttpContext http, RequestContext request) =>
        Export(http, request, request.Format == "csv" ? AnswerForm.Csv : AnswerForm.Ndjson);

    private Task Export(HttpContext http, RequestContext request, AnswerForm form)
    {
        if (!QueryReader.ReadList(request.Query, request.Snapshot.QueryLimits).TryGet(out var query, out var errors))
            return ErrorResponse.Query(http, errors);
        var named = request.WithFormat(form == AnswerForm.Csv ? "csv" : "ndjson");
        return HandOn(http, named, query, _seams.Export, "export");
    }

    private static Task HandOn(
        HttpContext http, RequestContext request, ListQuery query, QueryHandler? handler, string part)
    {
        if (handler is not null) return handler(http, request, query);
        return ErrorResponse.Query(
            http, [new Error(PlanErrors.NotSupported, $"{part} is not supported here") { Parameter = part }]);
    }

    private static ReadInputs Inputs(RequestContext request, ISlotTexts? slots) =>
        new() { Now = request.Now, Limits = request.Snapshot.Limits, Slots = slots, Key = request.Key };

    private static Error InBody() => new(
        QueryErrors.Conflict, "the query stands in the body; the address takes no parameters");

    private static Error BadCursor() => new(
        PlanErrors.Cursor,
        "the cursor is damaged, or belongs to another list, sort or filter") { Parameter = "cursor" };

    private static void AddLink(IHeaderDictionary headers, string? url, string relation)
    {
        // Headers are ASCII; a query string with other characters still has its links in the body.
        if (url is not null && System.Text.Ascii.IsValid(url)) headers.Append("Link", $"<{url}>; rel=\"{relation}\"");
    }
}
