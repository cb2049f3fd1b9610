using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Tercel.Scenarios.Harness;
using Tercel.Scenarios.Writes;
using Xunit;

namespace Tercel.Scenarios.Operations;

/// <summary>Health, metrics, request ids and log lines.</summary>
public sealed class ObservabilityTests(WriteLab lab)
{
    [Fact]
    public async Task Livez_and_readyz_say_that_all_is_well()
    {
        var client = await lab.Lab();

        Assert.Equal("""{"status":"live"}""", (await client.Get("/livez")).Expect(200).Text);
        var ready = (await client.Get("/readyz")).Expect(200);
        Assert.Equal("ready", ready.Json.GetProperty("status").GetString());
        var check = Assert.Single(ready.Json.GetProperty("checks").EnumerateArray().ToList());
        Assert.Equal("database", check.GetProperty("name").GetString());
        Assert.Matches(@"^SQLite 3\.[0-9.]+ \(", check.GetProperty("detail").GetString());
        Assert.Equal("no-store", ready["Cache-Control"]);
    }

    [Fact]
    public async Task A_request_id_is_kept_when_harmless_and_made_when_not()
    {
        var client = await lab.Lab();

        Assert.Equal("my-id.7", (await client.Get("/livez", ("X-Request-Id", "my-id.7")))["X-Request-Id"]);
        var made = (await client.Get("/livez"))["X-Request-Id"];
        Assert.Matches("^[0-9A-Z]{26}$", made);
        Assert.NotEqual(made, (await client.Get("/livez"))["X-Request-Id"]);
        Assert.Matches("^[0-9A-Z]{26}$", (await client.Get("/livez", ("X-Request-Id", "<script>")))["X-Request-Id"]);
        var wrong = (await client.Get("/v1/nothing", ("X-Request-Id", "my-id.8"))).Expect(404);
        Assert.Equal("my-id.8", wrong.Json.GetProperty("request_id").GetString());
    }

    [Fact]
    public async Task Every_request_gets_one_log_line()
    {
        // A server of its own: in a second with very many requests only some get a line.
        using var folder = new TempFolder();
        await using var server = await WriteLab.StartLab(folder);
        const string Id = "log-1";

        await server.Client.Post("/v1/things?x=hush", """{"nmae":"secret"}""", ("X-Request-Id", Id));
        var line = await LogLine(server, Id);

        Assert.Equal("POST", line.GetProperty("method").GetString());
        Assert.Equal("/v1/things", line.GetProperty("route").GetString());
        Assert.Equal("/v1/things", line.GetProperty("path").GetString());
        Assert.Equal(400, line.GetProperty("status").GetInt32());
        Assert.Equal("unknown_parameter", line.GetProperty("error").GetString());
        Assert.True(line.GetProperty("duration_ms").GetDouble() >= 0);
        Assert.DoesNotContain("hush", server.Output, StringComparison.Ordinal);
        Assert.Single(server.Output.Split('\n'), text => text.Contains(Id, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Metrics_count_the_requests_that_were_sent()
    {
        using var folder = new TempFolder();
        await using var server = await WriteLab.StartLab(folder);
        var client = server.Client;
        for (var i = 0; i < 3; i++) await client.Post("/v1/counters", "{}");
        await client.Post("/v1/counters", "{");
        for (var i = 0; i < 5; i++) await client.Get($"/v1/counters/{i}");
        await client.Get("/nowhere");
        for (var i = 0; i < 20; i++) await client.Send($"BREW{i}", "/v1/counters", null, null);

        var metrics = (await client.Get("/metrics")).Expect(200).Text;

        Assert.Equal(3, Count(metrics, "POST", "/v1/counters", "2xx"));
        Assert.Equal(1, Count(metrics, "POST", "/v1/counters", "4xx"));
        Assert.Equal(3, Count(metrics, "GET", "/v1/counters/{key}", "2xx"));
        Assert.Equal(2, Count(metrics, "GET", "/v1/counters/{key}", "4xx"));
        Assert.DoesNotContain("BREW", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("nowhere", metrics, StringComparison.Ordinal);
        Assert.Contains("tercel_log_dropped_total 0", metrics, StringComparison.Ordinal);
        Assert.Equal("text/plain", (await client.Get("/metrics"))["Content-Type"]?.Split(';')[0]);
    }

    [Fact]
    public async Task Each_kind_of_problem_has_a_page()
    {
        var client = await lab.Lab();
        foreach (var path in new[] { "/v1/things?x=1", "/nothing", "/v1/things/99999999" })
        {
            var type = (await client.Get(path)).Kind() ?? "";
            var page = (await client.Get(type)).Expect(200);
            Assert.Equal(type, page.Json.GetProperty("type").GetString());
        }
    }

    private static async Task<JsonElement> LogLine(TercelProcess server, string id)
    {
        for (var tries = 0; tries < 200; tries++)
        {
            var line = server.Output.Split('\n').FirstOrDefault(text => text.Contains(id, StringComparison.Ordinal));
            if (line is not null) return JsonDocument.Parse(line).RootElement;
            await Task.Delay(25);
        }

        Assert.Fail($"no line with {id} in:\n{server.Output}");
        return default;
    }

    private static int Count(string metrics, string method, string route, string status)
    {
        var labels = $"http_request_method=\"{method}\",http_route=\"{route}\",http_response_status_code=\"{status}\"";
        var match = Regex.Match(
            metrics, $"^http_server_request_duration_seconds_count{{{Regex.Escape(labels)}}} ([0-9]+)$",
                RegexOptions.Multiline);
        Assert.True(match.Success, $"no {labels} in:\n{metrics}");
        return int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
    }
}
