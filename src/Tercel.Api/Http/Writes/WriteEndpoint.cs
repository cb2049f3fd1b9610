using Microsoft.AspNetCore.Http;
using Tercel.Api.Model;
using Tercel.Api.Writing;
using Tercel.Chassis.Web.Problems;
using Tercel.Chassis.Web.Requests;
using Tercel.Chassis.Web.Responses;
using Tercel.Data;
using Tercel.Primitives;

namespace Tercel.Api.Http.Writes;

/// <summary>Answers POST, PATCH, PUT and DELETE of an entity's collection and of its rows.</summary>
internal static class WriteEndpoint
{
    private const string ContentType = "application/json";

    /// <summary>Reads the request, writes, and answers after the commit. Exceptions of the store are the caller's to
    /// map.</summary>
    /// <param name="http">The request.</param>
    /// <param name="services">The model's writes.</param>
    /// <param name="database">Where the rows are.</param>
    /// <param name="entity">Whose rows.</param>
    /// <param name="key">The row in the URL; null for the collection.</param>
    /// <param name="now">The time of the request.</param>
    public static async Task Handle(
        HttpContext http, WriteServices services, IDatabase database, Entity entity, SqlValue[]? key,
            DateTimeOffset now)
    {
        var (call, refusal) = await Read(http, services, entity, key, now);
        if (call is null || services.Prepare(call, out refusal) is not { } prepared)
        {
            await Refuse(http, entity, refusal ?? throw new BrokenInvariantException("a refusal says why"));
            return;
        }

        var answer = await Commit(database, prepared, call.Prefer, http.Scope().Token);
        await Send(http, entity, call.Prefer, answer);
    }

    /// <summary>Runs a write in its transaction: undone after a refusal and in a dry run.</summary>
    public static Task<WriteAnswer> Commit(
        IDatabase database, PreparedWrite write, Preferences prefer, CancellationToken cancellation) => database.Write(
            async session =>
            {
                var answer = await write.Run(session);
                if (answer.Refusal is not null || prefer.DryRun) session.RollbackOnly();
                return answer;
            },
            cancellation);

    /// <summary>Reads a JSON body, or says why it is none.</summary>
    public static async ValueTask<(BodyDocument? Body, WriteRefusal? Refusal)> ReadBody(
        HttpContext http, ApiLimits limits, WriteMethod method)
    {
        if (!MediaTypes.Takes(method, http.Request.ContentType))
        {
            var taken = method == WriteMethod.Patch ? MediaTypes.Patches : MediaTypes.Json;
            var detail = $"'{http.Request.ContentType}' is not taken here: send {taken} in UTF-8";
            var error = new Error(WriteErrors.MediaType, detail) { Header = "Content-Type" };
            return (null, new WriteRefusal(RefusalKind.MediaType, error));
        }

        // Compressed bytes would only look like JSON that is malformed.
        if (http.Request.Headers.ContentEncoding is [{ Length: > 0 } coding]
            && !coding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            var error = new Error(WriteErrors.MediaType, $"send the body as it is, not as {coding}")
            {
                Header = "Content-Encoding",
            };
            return (null, new WriteRefusal(RefusalKind.MediaType, error));
        }

        var (bytes, tooLarge) = await BodyBytes.Read(http, limits.BodyBytesMax, http.Scope().Token);
        if (tooLarge is not null) return (null, tooLarge);
        return BodyReader.Read(bytes, limits.BodyDepthMax).TryGet(out var document, out var errors)
            ? (document, null)
            : (null, new WriteRefusal(RefusalKind.MalformedJson, errors));
    }

    /// <summary>Answers with a refusal as a problem document.</summary>
    public static Task Refuse(HttpContext http, Entity? entity, WriteRefusal refusal)
    {
        var headers = http.Response.Headers;
        if (refusal.Kind == RefusalKind.MediaType && HttpMethods.IsPatch(http.Request.Method))
            headers["Accept-Patch"] = MediaTypes.Patches;
        if (refusal.Kind == RefusalKind.MediaType && HttpMethods.IsPost(http.Request.Method))
            headers["Accept-Post"] = MediaTypes.Json;
        if (refusal.Kind == RefusalKind.NotAllowed && entity is { Writable: false })
            headers.Allow = "GET, HEAD, OPTIONS, QUERY";
        return Problem.Write(http, WriteProblems.Document(refusal), refusal.CurrentTag);
    }

    /// <summary>Answers with what the write gave.</summary>
    public static Task Send(HttpContext http, Entity? entity, Preferences prefer, WriteAnswer answer)
    {
        var headers = http.Response.Headers;
        if (prefer.Applied is { } applied) headers["Preference-Applied"] = applied;
        if (answer.Refusal is { } refusal) return Refuse(http, entity, refusal);
        if (answer.Location is { } location) headers.Location = location;
        if (!string.IsNullOrEmpty(answer.Tag)) headers.ETag = answer.Tag;
        return answer.Body.IsEmpty
            ? http.SendEmpty(answer.Status)
            : http.SendBuffered(answer.Body, ContentType, answer.Status);
    }

    private static async ValueTask<(WriteCall? Call, WriteRefusal? Refusal)> Read(
        HttpContext http, WriteServices services, Entity entity, SqlValue[]? key, DateTimeOffset now)
    {
        var request = http.Request;
        var method = MethodOf(request.Method);
        if (!Preferences.Read(request.Headers["Prefer"]).TryGet(out var prefer, out var wrong))
            return (null, new WriteRefusal(RefusalKind.Query, wrong));
        BodyDocument? body = null;
        if (method != WriteMethod.Delete)
        {
            (body, var refusal) = await ReadBody(http, services.Limits, method);
            if (refusal is not null) return (null, refusal);
        }

        return (new WriteCall(method, entity, now)
        {
            Key = key, Query = request.QueryString.Value ?? "", Body = body?.Root ?? default, Prefer = prefer,
            IfMatch = request.Headers.IfMatch, IfNoneMatch = request.Headers.IfNoneMatch,
        }, null);
    }

    private static WriteMethod MethodOf(string method) => method switch
    {
        "PATCH" => WriteMethod.Patch,
        "PUT" => WriteMethod.Put,
        "DELETE" => WriteMethod.Delete,
        _ => WriteMethod.Post,
    };
}
