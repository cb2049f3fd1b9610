using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Tercel.Api.Model;
using Tercel.Api.OpenApi;
using Tercel.Chassis.Web.Responses;

namespace Tercel.Api.Http.Pages;

/// <summary>What a person or a tool opens: the start page, the OpenAPI document, the interactive docs, the model's
/// schema.</summary>
internal sealed class PageRoutes(ApiState state, bool servesDocs)
{
    // Swagger UI sets inline styles and shows images from data URLs; scripts come from this server only.
    private const string DocsPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        + "font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    private const string StartPolicy =
        "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; "
        + "frame-ancestors 'none'";

    private readonly ApiState _state = state;
    private readonly Assets _assets = new();
    private volatile Documents? _documents;

    public void AddTo(ApiRoutes routes)
    {
        routes.AddPage("/", Start);
        routes.AddPage("/openapi.json", http => SendTagged(http, Current().OpenApi, "application/json"));
        routes.AddPage("/start.css", http => SendAsset(http, "/start.css"));
        routes.AddPage("/schema/tercel.json", http => SendAsset(http, "/schema/tercel.schema.json"));
        if (!servesDocs) return;
        routes.AddPage("/docs", http => SendHtml(http, "/docs/index.html"));
        routes.AddFolder("/docs/", Docs);
    }

    private Task Start(HttpContext http)
    {
        var documents = Current();
        http.Response.Headers.Vary = HeaderNames.Accept;
        if (!WantsHtml(http)) return http.SendBuffered(documents.StartJson, "application/json");
        http.Response.SetHtmlHeaders(StartPolicy);
        var origin = $"{http.Request.Scheme}://{http.Request.Host}";
        return http.SendBuffered(StartPage.Html(documents.Model, origin), "text/html; charset=utf-8");
    }

    // A browser names text/html; programs name JSON, anything, or nothing.
    private static bool WantsHtml(HttpContext http) =>
        http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    private Task Docs(HttpContext http)
    {
        var path = http.Request.Path.Value ?? "";
        if (path is "/docs/" or "/docs/index.html") return SendHtml(http, "/docs/index.html");
        return SendAsset(http, path);
    }

    private Task SendHtml(HttpContext http, string path)
    {
        http.Response.SetHtmlHeaders(DocsPolicy);
        return SendAsset(http, path);
    }

    private Task SendAsset(HttpContext http, string path)
    {
        if (_assets.Find(path) is not { } asset) return ErrorResponse.UnknownAddress(http, $"nothing is at {path}");
        http.Response.Headers.CacheControl = "no-cache";
        http.Response.Headers.Vary = HeaderNames.AcceptEncoding;
        http.Response.Headers.ETag = asset.Tag;
        if (EntityTag.MatchesWeakly(http.Request.Headers.IfNoneMatch, asset.Tag))
            return http.SendEmpty(StatusCodes.Status304NotModified);
        var takesGzip =
            http.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase);
        if (takesGzip) http.Response.Headers.ContentEncoding = "gzip";
        return http.SendBuffered(takesGzip ? asset.Gzip : asset.Bytes, asset.ContentType);
    }

    private static Task SendTagged(HttpContext http, byte[] body, string type)
    {
        var tag = BodyTag.Of(body);
        http.Response.Headers.ETag = tag;
        http.Response.Headers.CacheControl = "no-cache";
        return EntityTag.MatchesWeakly(http.Request.Headers.IfNoneMatch, tag)
            ? http.SendEmpty(StatusCodes.Status304NotModified)
            : http.SendBuffered(body, type);
    }

    // Made on the first request after a start or a reload. Two requests may make it at once; one result stays.
    private Documents Current()
    {
        var snapshot = _state.Current;
        if (_documents is { } known && ReferenceEquals(known.Model, snapshot.Model)) return known;
        var made = new Documents(
            snapshot.Model,
            OpenApiDocument.Write(snapshot.Model, snapshot.Limits),
            StartPage.Json(snapshot.Model));
        _documents = made;
        return made;
    }

    private sealed record Documents(ApiModel Model, byte[] OpenApi, byte[] StartJson);
}
