using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Tercel.Api.Planning;
using Tercel.Api.Query;
using Tercel.Api.Sql;
using Tercel.Chassis.Web.Requests;
using Tercel.Chassis.Web.Responses;
using Tercel.Data;
using Tercel.Primitives;

namespace Tercel.Api.Http.Reads;

/// <summary>Answers <c>explain=true</c>: how the database would run the query, instead of its rows.</summary>
/// <param name="isAllowed">The setting <c>api.explain</c>.</param>
internal sealed class ExplainEndpoint(bool isAllowed)
{
    // The answer is JSON and nothing else: quotes of names in SQL stay readable.
    private static readonly JsonWriterOptions Json = new()
    {
        Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly bool _isAllowed = isAllowed;

    public Task Handle(HttpContext http, RequestContext request, ListQuery query)
    {
        if (!_isAllowed)
        {
            const string Detail = "explain tells about tables and indexes, and is turned off (api.explain)";
            var error = new Error(PlanErrors.ExplainDisabled, Detail) { Parameter = QueryNames.Explain };
            return ErrorResponse.Query(http, [error]);
        }

        // A list is only reached through an entity.
        var (limits, entity) = (request.Snapshot.Limits, request.Target!);
        if (GroupPlanner.Handles(query))
        {
            var groups = GroupPlanner.Plan(entity, query, limits, request.Now, request.Relation);
            return groups.TryGet(out var group, out var wrong)
                ? Answer(http, request, session => Explainer.OfGroups(session, group))
                : ErrorResponse.Query(http, wrong);
        }

        var planned = ReadPlanner.PlanList(entity, query, limits, request.Now, request.Relation);
        var faceted = FacetPlan.PlanAll(entity, query, limits, request.Now, request.Relation);
        if (!planned.TryGet(out var plan, out var errors) | !faceted.TryGet(out var facets, out var others))
            return ErrorResponse.Query(http, [.. errors, .. others]);
        // Both are there.
        var (list, countRows) = (plan!, limits.CountEstimateRows);
        return Answer(http, request, session => Explainer.OfList(session, list, countRows, facets));
    }

    private static async Task Answer(
        HttpContext http, RequestContext request, Func<ISqlSession, ValueTask<Explanation>> explain)
    {
        using var body = Utf8Buffer.Rent(request.Snapshot.Limits.PageBytesMax);
        using (var session = await request.State.Database.ReadFor(http.Scope(), ReadLane.Page))
        {
            var explanation = await explain(session);
            await using var json = new Utf8JsonWriter(body, Json);
            ExplainJson.Write(json, explanation);
        }

        http.Response.Headers.CacheControl = "no-store";
        if (body.Overflowed) await ErrorResponse.TooLarge(http, ReadOutcome.TooLarge, request.Snapshot.Limits);
        else await http.SendBuffered(body.WrittenMemory, Negotiation.JsonType);
    }
}
