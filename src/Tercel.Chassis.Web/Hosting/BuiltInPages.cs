using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Tercel.Chassis.Observability;
using Tercel.Chassis.Web.Problems;
using Tercel.Chassis.Web.Requests;
using Tercel.Chassis.Web.Responses;
using Tercel.Primitives;

namespace Tercel.Chassis.Web.Hosting;

// The pages every server has: /livez, /readyz, /metrics and /problems/{name}.
internal sealed class BuiltInPages
{
    private const int MetricsBytesMax = 64 * 1024 * 1024;
    private const int PageBytesMax = 1024 * 1024;
    private const string LivePath = "/livez";
    private const string ReadyPath = "/readyz";
    private const string ProblemsPath = "/problems/";
    private const string JsonType = "application/json";
    private const string AllowedMethods = "GET, HEAD";

    private static readonly byte[] Live = """{"status":"live"}"""u8.ToArray();

    private readonly ServiceCore _core;
    private readonly bool _servesMetrics;
    private readonly EndpointSlot _liveSlot;
    private readonly EndpointSlot _readySlot;
    private readonly EndpointSlot _metricsSlot;
    private readonly EndpointSlot _problemSlot;

    public BuiltInPages(ServiceCore core, PipelineOptions options)
    {
        _core = core;
        _servesMetrics = options.ServesMetrics;
        _liveSlot = core.Endpoints.Slot("GET", LivePath);
        _readySlot = core.Endpoints.Slot("GET", ReadyPath);
        _metricsSlot = core.Endpoints.Slot("GET", "/metrics");
        _problemSlot = core.Endpoints.Slot("GET", "/problems/{name}");
    }

    public static bool IsHealth(string? path) => path is LivePath or ReadyPath;

    // The answer, or null when the path is not one of ours.
    public Task? TryAnswer(RequestScope scope)
    {
        var path = scope.Http.Request.Path.Value;
        switch (path)
        {
            case LivePath: return Guard(scope, _liveSlot, this, static (_, http) => SendLive(http));
            case ReadyPath: return Guard(scope, _readySlot, this, static (pages, http) => pages.SendReady(http));
            case "/metrics" when _servesMetrics:
                return Guard(scope, _metricsSlot, this, static (pages, http) => pages.SendMetrics(http));
            default:
                return path?.StartsWith(ProblemsPath, StringComparison.Ordinal) == true
                    ? Guard(scope, _problemSlot, this, static (_, http) => SendProblemType(http))
                    : null;
        }
    }

    private static Task Guard(
        RequestScope scope, EndpointSlot slot, BuiltInPages pages, Func<BuiltInPages, HttpContext, Task> send)
    {
        var http = scope.Http;
        scope.Slot = slot;
        if (HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method)) return send(pages, http);
        http.Response.Headers.Allow = AllowedMethods;
        return Problem.Write(http, ProblemTypes.MethodNotAllowed);
    }

    // Never looks at a dependency: a database that is away must not get the process killed.
    private static Task SendLive(HttpContext http)
    {
        http.Response.Headers.CacheControl = "no-store";
        return http.SendBuffered(Live, JsonType);
    }

    private async Task SendReady(HttpContext http)
    {
        var states = await _core.Health.Read();
        var stopping = _core.Lifecycle.IsStopping;
        var ready = !stopping && states.All(static state => state.Result.IsOk);
        using var body = Utf8Buffer.Rent(PageBytesMax);
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("status", stopping ? "stopping" : ready ? "ready" : "not_ready");
            json.WriteStartArray("checks");
            foreach (var state in states)
            {
                json.WriteStartObject();
                json.WriteString("name", state.Name);
                json.WriteString("status", state.Result.IsOk ? "ok" : "failed");
                if (state.Result.Detail is { } detail) json.WriteString("detail", detail);
                json.WriteNumber("duration_ms", Math.Round(state.Duration.TotalMilliseconds, 3));
                json.WriteString("checked_at", state.CheckedAt.UtcDateTime);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        http.Response.Headers.CacheControl = "no-store";
        await http.SendBuffered(
            body.WrittenMemory, JsonType, ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private async Task SendMetrics(HttpContext http)
    {
        using var body = Utf8Buffer.Rent(MetricsBytesMax);
        _core.Metrics.WritePrometheus(body);
        http.Response.Headers.CacheControl = "no-store";
        await http.SendBuffered(body.WrittenMemory, PrometheusText.ContentType);
    }

    private static async Task SendProblemType(HttpContext http)
    {
        // The guard has seen the prefix.
        if (ProblemTypes.Find(http.Request.Path.Value![ProblemsPath.Length..]) is not { } type)
        {
            await Problem.Write(http, ProblemTypes.NotFound);
            return;
        }

        using var body = Utf8Buffer.Rent(PageBytesMax);
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("type", type.Uri);
            json.WriteString("title", type.Title);
            json.WriteNumber("status", type.Status);
            json.WriteString("description", type.Meaning);
            json.WriteEndObject();
        }

        http.Response.Headers.CacheControl = "public, max-age=86400";
        await http.SendBuffered(body.WrittenMemory, JsonType);
    }
}
