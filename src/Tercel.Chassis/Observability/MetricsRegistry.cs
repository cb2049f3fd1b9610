using System.Buffers;
using Tercel.Primitives;

namespace Tercel.Chassis.Observability;

/// <summary>The kind of a metric, as Prometheus knows them.</summary>
public enum MetricKind
{
    /// <summary>Only grows.</summary>
    Counter,

    /// <summary>Goes up and down.</summary>
    Gauge,

    /// <summary>Durations in buckets.</summary>
    Histogram,
}

/// <summary>The metrics of a program, by name: parts register what they count, the exporter reads it.</summary>
/// <remarks>
/// Names are those of OpenTelemetry in the Prometheus spelling: <c>area_thing_unit</c>, counters end in <c>_total</c>.
/// The same name and labels give the same instrument again. A metric may have a limited number of label sets; those
/// beyond share one series labelled <c>otel_metric_overflow="true"</c>. Thread: any; look instruments up once and
/// keep them.
/// </remarks>
public sealed class MetricsRegistry
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);
    private readonly int _seriesMax;

    /// <summary>A registry whose metrics may have so many label sets each.</summary>
    public MetricsRegistry(int seriesMax) => _seriesMax = seriesMax;

    /// <summary>Name, kind and help text of every metric, by name.</summary>
    public IReadOnlyList<(string Name, MetricKind Kind, string Help)> Describe()
    {
        lock (_lock) return [.. _families.Values.Select(static family => (family.Name, family.Kind, family.Help))];
    }

    /// <summary>The counter of a name and its labels.</summary>
    public Counter Counter(string name, string help, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        lock (_lock)
        {
            return (Counter)Family(name, MetricKind.Counter, help)
                .Instrument(LabelText.Of(labels), static () => new Counter());
        }
    }

    /// <summary>The histogram of a name and its labels; it is exported in seconds.</summary>
    public LatencyHistogram Histogram(string name, string help, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        lock (_lock)
        {
            return (LatencyHistogram)Family(name, MetricKind.Histogram, help)
                .Instrument(LabelText.Of(labels), static () => new LatencyHistogram());
        }
    }

    /// <summary>A number that is read when somebody asks; it must be cheap and must not throw.</summary>
    public void Gauge(
        string name, string help, Func<double> read, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        lock (_lock) Family(name, MetricKind.Gauge, help).Observe(LabelText.Of(labels), read);
    }

    /// <summary>A growing number that something else counts already.</summary>
    public void CounterFrom(
        string name, string help, Func<double> read, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        lock (_lock) Family(name, MetricKind.Counter, help).Observe(LabelText.Of(labels), read);
    }

    /// <summary>Growing numbers with labels that something else keeps: all are read when somebody asks.</summary>
    public void CountersFrom(string name, string help, Func<IEnumerable<LabelledValue<double>>> read) =>
        Collect(name, MetricKind.Counter, help, text =>
        {
            foreach (var (labels, value) in read().Take(_seriesMax)) text.Value(name, LabelText.Of(labels), value);
        });

    /// <summary>Histograms with labels that something else keeps, with buckets from 1 µs up.</summary>
    public void HistogramsFrom(string name, string help, Func<IEnumerable<LabelledValue<LatencyHistogram>>> read) =>
        Collect(name, MetricKind.Histogram, help, text =>
        {
            foreach (var (labels, durations) in read().Take(_seriesMax))
                text.Histogram(name, LabelText.Of(labels), durations, firstOctave: 0);
        });

    // A metric whose series another class holds and writes.
    internal void Collect(string name, MetricKind kind, string help, Action<PrometheusText> write)
    {
        lock (_lock) Family(name, kind, help).Writer = write;
    }

    /// <summary>Writes all metrics in the Prometheus text format 0.0.4.</summary>
    public void WritePrometheus(IBufferWriter<byte> output)
    {
        MetricFamily[] families;
        lock (_lock) families = [.. _families.Values];
        var text = new PrometheusText(output);
        foreach (var family in families) family.Write(text, _lock);
    }

    private MetricFamily Family(string name, MetricKind kind, string help)
    {
        if (!_families.TryGetValue(name, out var family))
            _families.Add(name, family = new MetricFamily(name, kind, help, _seriesMax));
        Invariant.Holds(family.Kind == kind);
        return family;
    }
}

/// <summary>A value of a metric with its labels.</summary>
/// <remarks><c>default</c> has no labels.</remarks>
public readonly record struct LabelledValue<T>((string Name, string Value)[] Labels, T Value);
