using Tercel.Primitives;

namespace Tercel.Chassis.Observability;

// All series of one metric. Guarded by the registry's lock.
internal sealed class MetricFamily(string name, MetricKind kind, string help, int seriesMax)
{
    private readonly Dictionary<string, object> _series = new(StringComparer.Ordinal);

    public string Name => name;

    public MetricKind Kind => kind;

    public string Help => help;

    public Action<PrometheusText>? Writer { get; set; }

    public object Instrument(string labels, Func<object> create)
    {
        if (_series.TryGetValue(labels, out var instrument)) return instrument;
        if (_series.Count >= seriesMax && labels != LabelText.Overflow) return Instrument(LabelText.Overflow, create);
        return _series[labels] = create();
    }

    // The newest reader of a label set replaces the older one: the part it belonged to was started again.
    public void Observe(string labels, Func<double> read)
    {
        if (_series.ContainsKey(labels) || _series.Count < seriesMax) _series[labels] = read;
    }

    public void Write(PrometheusText text, Lock guard)
    {
        text.Head(name, kind, help);
        KeyValuePair<string, object>[] series;
        lock (guard) series = [.. _series];
        foreach (var (labels, instrument) in series)
        {
            switch (instrument)
            {
                case Counter counter: text.Value(name, labels, counter.Value); break;
                case LatencyHistogram histogram: text.Histogram(name, labels, histogram); break;
                case Func<double> read: text.Value(name, labels, read()); break;
                default: Invariant.Holds(false); break;
            }
        }

        Writer?.Invoke(text);
    }
}
