using Microsoft.AspNetCore.Http;
using Tercel.Chassis.Lifecycle;
using Tercel.Chassis.Observability;
using Tercel.Chassis.Web.Problems;
using Tercel.Chassis.Web.Requests;

namespace Tercel.Chassis.Web.Hosting;

// Everything around the application, in one piece: request id, trace, limits, CORS, the built-in pages, error
// answers, counts and the canonical line. Order: begin, overload, limits, CORS, page or application, error mapping,
// end. Cost: a request that completes at once passes without a state machine.
internal sealed class RequestPipeline
{
    private const string RetryAfterSeconds = "1";

    private readonly ServiceCore _core;
    private readonly PipelineOptions _options;
    private readonly RequestDelegate _application;
    private readonly BuiltInPages _pages;
    private readonly RequestIds _ids;
    private readonly Counter _refused;
    private readonly ServiceLifecycle _lifecycle;
    private PaddedLong _active;

    public RequestPipeline(ServiceCore core, PipelineOptions options, RequestDelegate application)
    {
        _core = core;
        _options = options;
        _application = application;
        _pages = new BuiltInPages(core, options);
        _ids = new RequestIds(core.Time);
        _lifecycle = core.Lifecycle;
        _refused = core.Metrics.Counter(
            "tercel_http_requests_refused_total", "Requests answered 503 because too many were under way.");
        core.Metrics.Gauge(
            "http_server_active_requests", "Requests under way.", () => Volatile.Read(ref _active.Value));
    }

    public PipelineOptions Options => _options;

    public Task Run(RequestScope scope)
    {
        Task task;
        try
        {
            task = Begin(scope);
        }
        catch (Exception e)
        {
            return Fail(scope, e);
        }

        if (!task.IsCompletedSuccessfully || LacksBody(scope.Http.Response)) return Finish(scope, task);
        End(scope);
        return Task.CompletedTask;
    }

    private Task Begin(RequestScope scope)
    {
        var active = Interlocked.Increment(ref _active.Value);
        var http = scope.Http;
        var asked = http.Request.Headers;
        var headers = http.Response.Headers;
        scope.Begin(_core.Time.GetTimestamp(), _options.Timeout);
        var given = asked[RequestIds.Header];
        scope.RequestId = given is [{ } id] && RequestIds.IsSafe(id) ? id : _ids.Next();
        headers[RequestIds.Header] = scope.RequestId;
        headers.XContentTypeOptions = "nosniff";
        if (asked.TraceParent is [{ } parent]) scope.TraceId = TraceParent.TraceIdOf(parent);
        if (_lifecycle.IsStopping) headers.Connection = "close";
        // Whoever watches a busy server must not take it for a dead one.
        if (active > _options.RequestsMax && !BuiltInPages.IsHealth(http.Request.Path.Value)) return Refuse(http);
        if (Limit(http) is { } refusal) return refusal;
        if (_options.Cors?.Apply(http) == true) return Task.CompletedTask;
        return _pages.TryAnswer(scope) ?? _application(http);
    }

    // Limits that Kestrel would answer without a body, or not before the body is read, are answered here with one.
    private Task? Limit(HttpContext http)
    {
        var request = http.Request;
        var urlChars = (request.Path.Value?.Length ?? 0) + (request.QueryString.Value?.Length ?? 0);
        if (urlChars > _options.UrlCharsMax)
        {
            return Problem.Write(
                http, ProblemTypes.UriTooLong, [HttpErrors.UriTooLong(_options.UrlCharsMax)]);
        }

        if (!(request.ContentLength > _options.BodyBytesMax)) return null;
        // The body is not read, so the connection cannot be used again.
        http.Response.Headers.Connection = "close";
        return Problem.Write(http, ProblemTypes.TooLarge, [HttpErrors.BodyTooLarge(_options.BodyBytesMax)]);
    }

    private Task Refuse(HttpContext http)
    {
        _refused.Add();
        http.Response.Headers.RetryAfter = RetryAfterSeconds;
        return Problem.Write(http, ProblemTypes.ReducedCapacity);
    }

    private async Task Finish(RequestScope scope, Task task)
    {
        try
        {
            await task;
            var response = scope.Http.Response;
            if (LacksBody(response)) await Problem.Write(scope.Http, ProblemTypes.ForStatus(response.StatusCode));
        }
        catch (Exception e)
        {
            await Fail(scope, e);
            return;
        }

        End(scope);
    }

    // An error status that the application set without an answer gets one.
    private static bool LacksBody(HttpResponse response) =>
        response.StatusCode >= 400 && !response.HasStarted && response.ContentLength is null;

    private async Task Fail(RequestScope scope, Exception exception)
    {
        try
        {
            await Answer(scope, exception);
        }
        catch (Exception e)
        {
            _core.Log.Error("cannot answer", e, ("request_id", scope.RequestId));
            scope.Http.Abort();
        }
        finally
        {
            End(scope);
        }
    }

    private Task Answer(RequestScope scope, Exception exception)
    {
        var http = scope.Http;
        if (!scope.TimedOut && http.RequestAborted.IsCancellationRequested)
        {
            // Nobody listens any more; the status is for the log and the counts only.
            if (!http.Response.HasStarted) http.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            scope.ErrorCode ??= "client_gone";
            return Task.CompletedTask;
        }

        var problem = HttpErrors.ProblemOf(exception, scope.TimedOut, _options);
        if (problem.Type == ProblemTypes.Internal)
        {
            _core.Log.Error(
                "request failed", exception, ("request_id", scope.RequestId), ("path", http.Request.Path.Value));
        }

        if (http.Response.HasStarted)
        {
            // Half an answer must not look whole.
            scope.ErrorCode ??= problem.Code;
            http.Abort();
            return Task.CompletedTask;
        }

        var cors = http.Response.Headers.AccessControlAllowOrigin;
        var vary = http.Response.Headers.Vary;
        var connection = http.Response.Headers.Connection;
        http.Response.Clear();
        var headers = http.Response.Headers;
        headers[RequestIds.Header] = scope.RequestId;
        headers.XContentTypeOptions = "nosniff";
        headers.AccessControlAllowOrigin = cors;
        headers.Vary = vary;
        headers.Connection = connection;
        return Problem.Write(http, problem);
    }

    private void End(RequestScope scope)
    {
        Interlocked.Decrement(ref _active.Value);
        var http = scope.Http;
        var status = http.Response.StatusCode;
        var us = (long)_core.Time.GetElapsedTime(scope.StartTimestamp).TotalMicroseconds;
        (scope.Slot ?? _core.Endpoints.Unmatched).Record(status, us);
        _core.Log.Request(new RequestSummary
        {
            RequestId = scope.RequestId,
            Method = http.Request.Method,
            Route = scope.Slot?.Route,
            Path = http.Request.Path.Value,
            Status = status,
            Bytes = scope.StreamedBytes >= 0 ? scope.StreamedBytes : http.Response.ContentLength ?? -1,
            DurationUs = us,
            TraceId = scope.TraceId,
            ErrorCode = scope.ErrorCode,
        });
    }
}
