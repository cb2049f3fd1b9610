using Microsoft.AspNetCore.Http;
using Tercel.Api.Planning;
using Tercel.Api.Query;
using Tercel.Api.Sql;
using Tercel.Chassis.Web.Requests;
using Tercel.Chassis.Web.Responses;
using Tercel.Data;
using Tercel.Primitives;

namespace Tercel.Api.Http.Reads;

/// <summary>Answers <c>GET /v1/products/42</c>: one row as a bare object with its ETag.</summary>
internal static class GetEndpoint
{
    private const int ShapeCharsMax = 1024;

    public static void AddTo(ApiRoutes routes) =>
        routes.Add(RouteKind.Row, "GET", Handle).Add(RouteKind.Row, "HEAD", Handle);

    private static Task Handle(HttpContext http, RequestContext request)
    {
        if (Negotiation.ForRow(http.Request) == AnswerForm.None)
            return ErrorResponse.NotAcceptable(http, Negotiation.JsonType);
        if (!Find(request).TryGet(out var row, out var errors)) return ErrorResponse.Query(http, errors);
        return Answer(http, request, row);
    }

    // A value that the known shape's statement cannot take: reading the request in full finds the words for it.
    private static Task Again(HttpContext http, RequestContext request)
    {
        var isPlanned = Plan(request).TryGet(out _, out var errors);
        Invariant.Holds(!isPlanned);
        return ErrorResponse.Query(http, errors);
    }

    private static Result<CompiledRow> Find(RequestContext request)
    {
        var snapshot = request.Snapshot;
        Span<char> shape = stackalloc char[ShapeCharsMax];
        // A row is only reached through an entity.
        var entity = request.Entity!;
        var length = PlanCache<CompiledRow>.WriteShape(entity.Name, request.Query, shape);
        if (length > 0 && snapshot.Rows.Find(shape[..length]) is { } known) return known;
        if (!Plan(request).TryGet(out var row, out var errors)) return errors.ToList();
        if (length > 0) snapshot.Rows.Add(shape[..length], row, row.Read.Sql);
        return row;
    }

    private static Result<CompiledRow> Plan(RequestContext request)
    {
        var snapshot = request.Snapshot;
        // A row is only reached through an entity.
        var read = QueryReader.Read(request.Query, snapshot.QueryLimits, QueryScope.Row);
        return read.TryGet(out var query, out var errors)
            ? RowRenderer.Prepare(request.Entity!, query, snapshot.Limits, request.Now)
            : errors.ToList();
    }

    private static async Task Answer(HttpContext http, RequestContext request, CompiledRow row)
    {
        var limits = request.Snapshot.Limits;
        var inputs = new ReadInputs
        {
            Now = request.Now, Limits = limits, Key = request.Key,
            Slots = request.Query.Length > 0 ? new QueryTexts(request.Query) : null,
        };
        using var body = Utf8Buffer.Rent(limits.PageBytesMax);
        ReadOutcome outcome;
        using (var session = await request.State.Database.ReadFor(http.Scope(), ReadLane.Page))
        {
            if (row.Read.Layout.Embeds.Length > 0) await session.BeginSnapshot();
            outcome = await RowRenderer.Render(session, row, inputs, body);
        }

        if (outcome == ReadOutcome.NotFound)
            await ErrorResponse.NoRow(http, row.Plan.Entity, string.Join(',', request.Key.Select(k => k.ToString())));
        else if (outcome == ReadOutcome.BadValue)
            await Again(http, request);
        else if (outcome != ReadOutcome.Ok)
            await ErrorResponse.TooLarge(http, outcome, limits);
        else
            await Send(http, row, body, inputs.Version);
    }

    private static Task Send(HttpContext http, CompiledRow row, Utf8Buffer body, long? version)
    {
        var tag = BodyTag.OfRow(body.Written, version);
        http.Response.Headers.ETag = tag;
        CacheHeaders.Add(http.Response.Headers, formsVary: false);
        DeprecationHeaders.Add(http.Response, row.Plan.Entity, row.Plan);
        if (EntityTag.MatchesWeakly(http.Request.Headers.IfNoneMatch, tag))
            return http.SendEmpty(StatusCodes.Status304NotModified);
        return http.SendBuffered(body.WrittenMemory, Negotiation.JsonType);
    }
}
