using Tercel.Primitives;

namespace Tercel.Chassis.Observability;

/// <summary>The counts of one method and route: durations by status class.</summary>
/// <remarks>Thread: any. Cost: finding the histogram of this core and class, then two interlocked adds.</remarks>
public sealed class EndpointSlot
{
    private const int Classes = 5;

    private readonly LatencyHistogram?[] _cells = new LatencyHistogram?[Stripes.Count * Classes];

    internal EndpointSlot(string method, string route)
    {
        Method = method;
        Route = route;
    }

    /// <summary>The HTTP method; <c>_OTHER</c> for the slot of what matched nothing.</summary>
    public string Method { get; }

    /// <summary>The pattern, such as <c>/v1/products/{id}</c>; empty when nothing matched.</summary>
    public string Route { get; }

    /// <summary>Counts one answered request.</summary>
    public void Record(int status, long durationUs)
    {
        var statusClass = Math.Clamp(status / 100, 1, Classes) - 1;
        ref var cell = ref _cells[Stripes.Current() * Classes + statusClass];
        var histogram = Volatile.Read(ref cell) ?? Create(ref cell);
        histogram.Record(durationUs);
    }

    /// <summary>All durations of a status class (1 to 5), or null when there were none.</summary>
    public LatencyHistogram? Total(int statusClass)
    {
        LatencyHistogram? total = null;
        for (var stripe = 0; stripe < Stripes.Count; stripe++)
        {
            if (Volatile.Read(ref _cells[stripe * Classes + statusClass - 1]) is not { } cell) continue;
            cell.AddTo(total ??= new LatencyHistogram());
        }

        return total;
    }

    private static LatencyHistogram Create(ref LatencyHistogram? cell)
    {
        var created = new LatencyHistogram();
        return Interlocked.CompareExchange(ref cell, created, null) ?? created;
    }
}

/// <summary>The slots of all endpoints, exported as <c>http_server_request_duration_seconds</c>.</summary>
/// <remarks>Thread: any; get slots once, when routes are built, and keep them.</remarks>
public sealed class EndpointMetrics
{
    private const string Name = "http_server_request_duration_seconds";

    private readonly Lock _lock = new();
    private readonly Dictionary<(string, string), EndpointSlot> _slots = [];
    private readonly EndpointSlot _overflow = new("_OTHER", "_OVERFLOW");
    private readonly int _slotsMax;

    /// <summary>Slots that are exported by <paramref name="registry"/>, at most so many.</summary>
    public EndpointMetrics(MetricsRegistry registry, int slotsMax)
    {
        _slotsMax = slotsMax;
        registry.Collect(
            Name, MetricKind.Histogram, "Duration of HTTP server requests by method, route and status class.", Write);
    }

    /// <summary>The slot of requests that matched no route.</summary>
    public EndpointSlot Unmatched { get; } = new("_OTHER", "");

    /// <summary>The slot of a method and route; beyond the limit all share one.</summary>
    public EndpointSlot Slot(string method, string route)
    {
        lock (_lock)
        {
            if (_slots.TryGetValue((method, route), out var slot)) return slot;
            if (_slots.Count >= _slotsMax) return _overflow;
            return _slots[(method, route)] = new EndpointSlot(method, route);
        }
    }

    private void Write(PrometheusText text)
    {
        EndpointSlot[] slots;
        lock (_lock) slots = [.. _slots.Values, Unmatched, _overflow];
        foreach (var slot in slots)
        {
            for (var statusClass = 1; statusClass <= 5; statusClass++)
            {
                if (slot.Total(statusClass) is not { } total) continue;
                var labels = LabelText.Of(
                [
                    ("http_request_method", slot.Method),
                    ("http_route", slot.Route),
                    ("http_response_status_code", $"{statusClass}xx"),
                ]);
                text.Histogram(Name, labels, total);
            }
        }
    }
}
