using System.Globalization;
using Microsoft.AspNetCore.Http;
using Tercel.Api.Model;
using Tercel.Api.Planning;

namespace Tercel.Api.Http.Reads;

/// <summary>Tells clients that what they see will go: <c>Deprecation</c> (RFC 9745), <c>Sunset</c> (RFC 8594),
/// links.</summary>
internal static class DeprecationHeaders
{
    private const string DocsLink = "</docs>; rel=\"deprecation\"; type=\"text/html\"";

    /// <summary>The headers of what an answer shows: the earliest dates of the entity and of its deprecated
    /// fields.</summary>
    public static void Add(HttpResponse response, Entity entity, ReadPlan plan)
    {
        if (entity.Deprecation is null && plan.Deprecated.IsEmpty) return;
        DateOnly? since = null, sunset = null;
        foreach (var deprecation in plan.Deprecated.Select(f => f.Deprecation).Append(entity.Deprecation))
        {
            if (deprecation is null) continue;
            if (since is null || deprecation.Since < since) since = deprecation.Since;
            if (deprecation.Sunset is { } day && (sunset is null || day < sunset)) sunset = day;
        }

        if (since is { } date)
        {
            var seconds = new DateTimeOffset(date, TimeOnly.MinValue, TimeSpan.Zero).ToUnixTimeSeconds();
            response.Headers["Deprecation"] = string.Create(CultureInfo.InvariantCulture, $"@{seconds}");
        }

        if (sunset is { } last)
        {
            var end = last.ToDateTime(new TimeOnly(23, 59, 59));
            response.Headers["Sunset"] = end.ToString("R", CultureInfo.InvariantCulture);
        }

        response.Headers.Append("Link", DocsLink);
    }
}
