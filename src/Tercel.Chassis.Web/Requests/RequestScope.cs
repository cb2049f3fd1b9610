using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http;
using Tercel.Chassis.Observability;
using Tercel.Chassis.Web.Hosting;
using Tercel.Primitives;

namespace Tercel.Chassis.Web.Requests;

/// <summary>What the chassis knows about the request under way, and where the application tells it more.</summary>
/// <remarks>Lifetime: one per connection, used again for its next request; keep nothing of it after the answer.
/// Thread: one at a time.</remarks>
public sealed class RequestScope : ICaller
{
    private readonly PipelineOptions? _options;
    private readonly TimeProvider _time;
    private CancellationTokenSource? _deadline;
    private CancellationTokenRegistration _aborted;
    private TimeSpan _timeout = Timeout.InfiniteTimeSpan;
    private bool _armed;
    private bool _callerGone;

    internal RequestScope(HttpContext http, PipelineOptions? options, TimeProvider time)
    {
        Http = http;
        _options = options;
        _time = time;
    }

    /// <summary>The request and its response.</summary>
    public HttpContext Http { get; }

    /// <summary>The id in the response, the log and every problem document.</summary>
    public string RequestId { get; internal set; } = "";

    /// <summary>The trace id of the caller's <c>traceparent</c>; null without one.</summary>
    public string? TraceId { get; internal set; }

    /// <summary>The endpoint whose counts this request belongs to; set it as soon as the route is known.</summary>
    public EndpointSlot? Slot { get; set; }

    /// <summary>The code in the log line when the request fails; <c>Problem.Write</c> sets it.</summary>
    public string? ErrorCode { get; set; }

    /// <summary>Body bytes of a streamed answer, for the log; negative when unknown.</summary>
    public long StreamedBytes { get; set; } = -1;

    /// <summary>True when the request's time was over before its answer began.</summary>
    public bool TimedOut => _armed && !_callerGone && _deadline is { IsCancellationRequested: true };

    /// <summary>Fires when the request's time is over or the caller has gone.</summary>
    /// <remarks>Cost: a timer is armed at the first use, and its source is kept for the next request.</remarks>
    public CancellationToken Token
    {
        get
        {
            if (!_armed) Arm();
            // Arm has just made it.
            return _deadline!.Token;
        }
    }

    internal long StartTimestamp { get; private set; }

    internal bool Compresses => _options?.Compresses ?? false;

    /// <summary>Gives the request another time than <c>http.timeout</c>, counted from its start;
    /// <see cref="Timeout.InfiniteTimeSpan"/> for streams.</summary>
    public void SetTimeout(TimeSpan timeout)
    {
        _timeout = timeout;
        if (_armed) _deadline?.CancelAfter(TimeLeft());
    }

    internal void Begin(long timestamp, TimeSpan timeout)
    {
        StartTimestamp = timestamp;
        _timeout = timeout;
    }

    // Makes the scope ready for the next request of its connection.
    internal void Reset()
    {
        _aborted.Dispose();
        _aborted = default;
        if (_armed && _deadline is { } deadline && !deadline.TryReset())
        {
            deadline.Dispose();
            _deadline = null;
        }

        _armed = false;
        _callerGone = false;
        RequestId = "";
        TraceId = null;
        Slot = null;
        ErrorCode = null;
        StreamedBytes = -1;
    }

    private void Arm()
    {
        _deadline ??= new CancellationTokenSource(Timeout.InfiniteTimeSpan, _time);
        _armed = true;
        _deadline.CancelAfter(TimeLeft());
        _aborted = Http.RequestAborted.UnsafeRegister(static state => ((RequestScope)state!).CallerGone(), this);
    }

    private void CallerGone()
    {
        if (TimedOut) return;
        _callerGone = true;
        _deadline?.Cancel();
    }

    private TimeSpan TimeLeft()
    {
        if (_timeout == Timeout.InfiniteTimeSpan || StartTimestamp == 0) return _timeout;
        var left = _timeout - _time.GetElapsedTime(StartTimestamp);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}

/// <summary>Finds the scope of a request.</summary>
public static class RequestScopes
{
    /// <summary>The scope of this request; a fresh one when no chassis host runs it (tests).</summary>
    public static RequestScope Scope(this HttpContext http)
    {
        // Kestrel's feature collection is the connection itself, which keeps our scope from request to request.
        if (http.Features is IHostContextContainer<RequestScope> { HostContext: { } scope }) return scope;
        if (http.Features.Get<RequestScope>() is { } known) return known;
        var created = new RequestScope(http, null, TimeProvider.System);
        http.Features.Set(created);
        return created;
    }
}
