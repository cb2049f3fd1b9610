using System.Buffers;
using System.Text;
using Tercel.Chassis.Observability;
using Xunit;

namespace Tercel.Tests.Chassis;

public sealed class MetricsRegistryTests
{
    private static string Export(MetricsRegistry registry)
    {
        var output = new ArrayBufferWriter<byte>();
        registry.WritePrometheus(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    [Fact]
    public void A_counter_and_a_gauge_are_exported_with_help_type_and_labels()
    {
        var registry = new MetricsRegistry(10);
        registry.Counter("b_total", "Counts b.", ("kind", "a\"\\\n")).Add(3);
        registry.Gauge("a", "Shows a.", () => 1.5);
        Assert.Equal(
            "# HELP a Shows a.\n# TYPE a gauge\na 1.5\n"
            + "# HELP b_total Counts b.\n# TYPE b_total counter\nb_total{kind=\"a\\\"\\\\\\n\"} 3\n",
            Export(registry));
    }

    [Fact]
    public void The_same_name_and_labels_are_the_same_counter()
    {
        var registry = new MetricsRegistry(10);
        Assert.Same(registry.Counter("a_total", "A.", ("x", "1")), registry.Counter("a_total", "A.", ("x", "1")));
        Assert.NotSame(registry.Counter("a_total", "A.", ("x", "1")), registry.Counter("a_total", "A.", ("x", "2")));
    }

    [Fact]
    public void Label_sets_beyond_the_limit_share_one_series()
    {
        var registry = new MetricsRegistry(2);
        for (var i = 0; i < 5; i++) registry.Counter("a_total", "A.", ("x", $"{i}")).Add();
        Assert.Contains("a_total{otel_metric_overflow=\"true\"} 3\n", Export(registry), StringComparison.Ordinal);
    }

    [Fact]
    public void A_histogram_is_exported_in_seconds_with_exact_cumulative_buckets()
    {
        var registry = new MetricsRegistry(10);
        var histogram = registry.Histogram("h_seconds", "H.", ("x", "1"));
        histogram.Record(63);
        histogram.Record(64);
        histogram.Record(1_000_000);
        var text = Export(registry);
        Assert.Contains("h_seconds_bucket{x=\"1\",le=\"6.4E-05\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("h_seconds_bucket{x=\"1\",le=\"0.000128\"} 2\n", text, StringComparison.Ordinal);
        Assert.Contains("h_seconds_bucket{x=\"1\",le=\"+Inf\"} 3\n", text, StringComparison.Ordinal);
        Assert.Contains("h_seconds_sum{x=\"1\"} 1.000127\n", text, StringComparison.Ordinal);
        Assert.Contains("h_seconds_count{x=\"1\"} 3\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_endpoint_is_exported_by_method_route_and_status_class()
    {
        var registry = new MetricsRegistry(10);
        var endpoints = new EndpointMetrics(registry, 1);
        endpoints.Slot("GET", "/v1/products/{id}").Record(200, 100);
        endpoints.Slot("GET", "/v1/products/{id}").Record(404, 100);
        endpoints.Slot("GET", "/beyond/the/limit").Record(200, 100);
        endpoints.Unmatched.Record(404, 1);
        var text = Export(registry);
        const string Name = "http_server_request_duration_seconds_count";
        Assert.Contains(
            Name + "{http_request_method=\"GET\",http_route=\"/v1/products/{id}\","
            + "http_response_status_code=\"4xx\"} 1\n",
            text, StringComparison.Ordinal);
        Assert.Contains(
            Name + "{http_request_method=\"_OTHER\",http_route=\"_OVERFLOW\",http_response_status_code=\"2xx\"} 1\n",
            text, StringComparison.Ordinal);
        Assert.DoesNotContain("/beyond", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_counter_loses_nothing_under_contention()
    {
        var counter = new Counter();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 50_000; i++) counter.Add();
        })));
        Assert.Equal(200_000, counter.Value);
    }
}
