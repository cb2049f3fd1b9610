using Microsoft.AspNetCore.Http;

namespace Tercel.Chassis.Web.Responses;

/// <summary>Headers that keep a browser from doing more with an answer than it should.</summary>
public static class SecurityHeaders
{
    /// <summary>The strictest useful policy for a page of our own: everything from this server, no inline code, no
    /// framing.</summary>
    public const string HtmlPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        + "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    /// <summary>Sets the headers of an HTML page; give a policy of its own to a page that needs more.</summary>
    public static void SetHtmlHeaders(this HttpResponse response, string policy = HtmlPolicy)
    {
        response.Headers.ContentSecurityPolicy = policy;
        response.Headers.XFrameOptions = "DENY";
        response.Headers["Referrer-Policy"] = "no-referrer";
    }
}
