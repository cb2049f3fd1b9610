using Microsoft.AspNetCore.Http;

namespace Tercel.Api.Http.Writes;

/// <summary>The addresses that take writes.</summary>
internal static class WriteRoutes
{
    /// <summary>Registers POST, PATCH, PUT and DELETE of collections and rows, and the batch.</summary>
    public static ApiRoutes AddTo(ApiRoutes routes)
    {
        foreach (var method in (ReadOnlySpan<string>)["POST", "PATCH", "DELETE"])
            routes.Add(RouteKind.List, method, Write);
        foreach (var method in (ReadOnlySpan<string>)["PATCH", "PUT", "DELETE"])
            routes.Add(RouteKind.Row, method, Write);
        return routes.Add(RouteKind.Batch, "POST", Batch);
    }

    private static Task Write(HttpContext http, RequestContext request)
    {
        var key = request.Kind == RouteKind.Row ? request.Key : null;
        // Collections and rows are reached through their entity.
        var entity = request.Entity!;
        return WriteEndpoint.Handle(http, request.Snapshot.Writes, request.State.Database, entity, key, request.Now);
    }

    private static Task Batch(HttpContext http, RequestContext request) =>
        BatchEndpoint.Handle(http, request.Snapshot.Writes, request.State.Database, request.Now);
}
