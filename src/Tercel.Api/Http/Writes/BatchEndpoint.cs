using Microsoft.AspNetCore.Http;
using Tercel.Api.Writing;
using Tercel.Chassis.Web.Requests;
using Tercel.Data;
using Tercel.Primitives;

namespace Tercel.Api.Http.Writes;

/// <summary>Answers <c>POST /v1/batch</c>.</summary>
internal static class BatchEndpoint
{
    public static async Task Handle(HttpContext http, WriteServices services, IDatabase database, DateTimeOffset now)
    {
        if (!Preferences.Read(http.Request.Headers["Prefer"]).TryGet(out var prefer, out var wrong))
        {
            await WriteEndpoint.Refuse(http, null, new WriteRefusal(RefusalKind.Query, wrong));
            return;
        }

        var (body, refusal) = await WriteEndpoint.ReadBody(http, services.Limits, WriteMethod.Post);
        PreparedWrite? prepared = null;
        if (body is not null) (prepared, refusal) = BatchWrite.Prepare(services, body.Root, prefer, now);
        if (prepared is null)
        {
            await WriteEndpoint.Refuse(http, null, refusal ?? throw new BrokenInvariantException("a refusal says why"));
            return;
        }

        var answer = await WriteEndpoint.Commit(database, prepared, prefer, http.Scope().Token);
        await WriteEndpoint.Send(http, null, prefer, answer);
    }
}
