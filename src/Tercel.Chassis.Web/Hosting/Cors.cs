using System.Buffers;
using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Tercel.Chassis.Web.Responses;

namespace Tercel.Chassis.Web.Hosting;

// Lets pages of other origins call (the Fetch standard's CORS protocol). Credentials are never allowed this way:
// there are no cookies to protect yet, and bearer tokens need no permission.
internal sealed class Cors
{
    private const string Methods = "GET, HEAD, POST, PUT, PATCH, DELETE, QUERY, OPTIONS";
    private const string PreflightSeconds = "600";
    private const string Exposed =
        "ETag, Link, Location, Retry-After, X-Request-Id, Deprecation, Sunset, RateLimit, RateLimit-Policy, Allow, "
        + "Accept-Patch";

    // A list of tokens (RFC 9110, 5.6.2).
    private static readonly SearchValues<char> NameList = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-.^_`|~, ");

    private readonly FrozenSet<string> _origins;
    private readonly bool _any;

    public Cors(IReadOnlyList<string> origins)
    {
        _any = origins.Contains("*");
        _origins = origins.Select(static origin => origin.TrimEnd('/')).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
    }

    // Sets the headers of any answer; true when the request was a preflight, which is then answered.
    public bool Apply(HttpContext http)
    {
        var headers = http.Response.Headers;
        if (!_any) headers.Append(HeaderNames.Vary, HeaderNames.Origin);
        if (http.Request.Headers.Origin is not [{ } origin]) return false;
        if (!_any && !_origins.Contains(origin)) return false;
        headers.AccessControlAllowOrigin = _any ? "*" : origin;
        var asked = http.Request.Headers;
        if (!HttpMethods.IsOptions(http.Request.Method) || asked.AccessControlRequestMethod.Count == 0)
        {
            headers.AccessControlExposeHeaders = Exposed;
            return false;
        }

        headers.AccessControlAllowMethods = Methods;
        // Any header may be sent: what they mean is checked when they arrive. Only names of headers go back, since
        // other text could not be sent as a header at all.
        if (asked.AccessControlRequestHeaders is [{ } names])
        {
            if (names.AsSpan().IndexOfAnyExcept(NameList) < 0) headers.AccessControlAllowHeaders = names;
            headers.Append(HeaderNames.Vary, HeaderNames.AccessControlRequestHeaders);
        }

        headers.AccessControlMaxAge = PreflightSeconds;
        http.SendEmpty(StatusCodes.Status204NoContent);
        return true;
    }
}
