using Microsoft.AspNetCore.Http;
using Tercel.Chassis.Web.Requests;
using Tercel.Chassis.Web.Responses;
using Tercel.Primitives;

namespace Tercel.Chassis.Web.Problems;

/// <summary>Answers a request with a problem document.</summary>
public static class Problem
{
    // Errors of one request are bounded by its own limits; this bounds their text all the same.
    private const int BytesMax = 4 * 1024 * 1024;

    /// <summary>Answers with a problem, its status and its length; safe for HEAD.</summary>
    /// <param name="http">A request whose response has not started.</param>
    /// <param name="type">What kind of failure it is.</param>
    /// <param name="errors">All mistakes of the request.</param>
    /// <param name="detail">One sentence about this occurrence.</param>
    public static Task Write(
        HttpContext http, ProblemType type, IReadOnlyList<Error>? errors = null, string? detail = null) =>
        Write(http, new ProblemDocument(type) { Errors = errors ?? [], Detail = detail });

    /// <summary>Answers with a problem that the caller has composed; request id and instance are filled in.</summary>
    /// <param name="http">A request whose response has not started.</param>
    /// <param name="problem">What went wrong.</param>
    /// <param name="currentTag">The ETag that the row has now (412, 428), so that the client need not ask.</param>
    public static async Task Write(HttpContext http, ProblemDocument problem, string? currentTag = null)
    {
        Invariant.Holds(!http.Response.HasStarted);
        var scope = http.Scope();
        scope.ErrorCode ??= problem.Code;
        var complete = problem with
        {
            RequestId = problem.RequestId ?? scope.RequestId,
            Instance = problem.Instance ?? http.Request.Path.Value,
        };
        using var body = Utf8Buffer.Rent(BytesMax);
        complete.Write(body);
        if (body.Overflowed)
        {
            body.Truncate(0);
            using var shorter = Utf8Buffer.Rent(BytesMax);
            (complete with { Errors = [], Extensions = null }).Write(shorter);
            await Send(http, complete, shorter, currentTag);
            return;
        }

        await Send(http, complete, body, currentTag);
    }

    private static Task Send(HttpContext http, ProblemDocument problem, Utf8Buffer body, string? currentTag)
    {
        var headers = http.Response.Headers;
        headers.ETag = currentTag;
        headers.LastModified = default;
        headers.CacheControl = "no-store";
        return http.SendBuffered(body.WrittenMemory, ProblemDocument.ContentType, problem.Type.Status);
    }
}
