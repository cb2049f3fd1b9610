using System.Buffers;
using System.Globalization;
using System.Text;
using Tercel.Primitives;

namespace Tercel.Chassis.Observability;

// Label sets as they stand between the braces: name="value",name="value".
internal static class LabelText
{
    public const string Overflow = "otel_metric_overflow=\"true\"";

    private const int ValueCharsMax = 256;

    public static string Of(ReadOnlySpan<(string Name, string Value)> labels)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in labels)
        {
            if (text.Length > 0) text.Append(',');
            var cut = value.Length > ValueCharsMax ? value[..ValueCharsMax] : value;
            text.Append(name).Append("=\"").Append(Escape(cut)).Append('"');
        }

        return text.ToString();
    }

    private static string Escape(string value) => value
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal);
}

// Writes the Prometheus text exposition format, version 0.0.4.
internal sealed class PrometheusText(IBufferWriter<byte> output)
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    // Buckets at powers of two µs, which the histogram counts exactly: 64 µs to 67 s.
    public const int FirstOctaveUsual = 6;
    private const int LastOctave = 26;

    public void Head(string name, MetricKind kind, string help)
    {
        var word = kind switch
        {
            MetricKind.Counter => "counter",
            MetricKind.Gauge => "gauge",
            _ => "histogram",
        };
        Line($"# HELP {name} {help}\n# TYPE {name} {word}\n");
    }

    public void Value(string name, string labels, double value)
    {
        var braced = labels.Length == 0 ? "" : $"{{{labels}}}";
        Line($"{name}{braced} {Number(value)}\n");
    }

    public void Histogram(
        string name, string labels, LatencyHistogram histogram, int firstOctave = FirstOctaveUsual)
    {
        var comma = labels.Length == 0 ? "" : ",";
        // Read before the total: with requests coming in meanwhile no bucket may pass the count.
        Span<long> below = stackalloc long[LastOctave - firstOctave + 1];
        for (var i = 0; i < below.Length; i++) below[i] = histogram.CountBelowPowerOfTwo(firstOctave + i);
        var count = histogram.Count;
        for (var i = 0; i < below.Length; i++)
        {
            var edge = (1L << (firstOctave + i)) / 1e6;
            Line($"{name}_bucket{{{labels}{comma}le=\"{Number(edge)}\"}} {below[i]}\n");
        }

        Line($"{name}_bucket{{{labels}{comma}le=\"+Inf\"}} {count}\n");
        Value(name + "_sum", labels, histogram.SumUs / 1e6);
        Value(name + "_count", labels, count);
    }

    private static string Number(double value) => double.IsFinite(value)
        ? value.ToString("R", CultureInfo.InvariantCulture)
        : double.IsNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";

    private void Line(string text) => Encoding.UTF8.GetBytes(text, output);
}
