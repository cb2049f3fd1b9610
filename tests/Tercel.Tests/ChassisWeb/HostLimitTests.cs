using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Tercel.Chassis.Health;
using Tercel.Chassis.Web.Requests;
using Tercel.Chassis.Web.Responses;
using Xunit;

namespace Tercel.Tests.ChassisWeb;

public sealed class HostLimitTests
{
    private static Task Ok(HttpContext http) => http.SendBuffered("ok"u8.ToArray(), "text/plain");

    private static async Task ReadBody(HttpContext http)
    {
        await http.Request.Body.CopyToAsync(Stream.Null);
        await Ok(http);
    }

    [Theory]
    [InlineData(1024, 200)]
    [InlineData(1025, 414)]
    public async Task A_url_may_be_as_long_as_the_setting_says(int chars, int status)
    {
        await using var server = await TestServer.Start(Ok, ("http.max_url", "1KiB"));
        using var answer = await server.Client.GetAsync("/?" + new string('a', chars - 2));
        Assert.Equal(status, (int)answer.StatusCode);
        var body = await answer.Content.ReadAsStringAsync();
        if (status == 414) Assert.Contains("\"code\":\"uri_too_long\"", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1000, false, 200)]
    [InlineData(1001, false, 413)]
    [InlineData(980, true, 200)] // The framing of the chunks counts too.
    [InlineData(1001, true, 413)]
    public async Task A_body_may_be_as_large_as_the_setting_says(int bytes, bool chunked, int status)
    {
        await using var server = await TestServer.Start(ReadBody, ("http.max_body", "1000"));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/");
        request.Content = new ByteArrayContent(new byte[bytes]);
        request.Headers.TransferEncodingChunked = chunked;
        using var answer = await server.Client.SendAsync(request);
        Assert.Equal(status, (int)answer.StatusCode);
        var body = await answer.Content.ReadAsStringAsync();
        if (status == 413) Assert.Contains("\"code\":\"body_too_large\"", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_requests_at_once_than_allowed_are_told_to_come_back()
    {
        var release = new TaskCompletionSource();
        await using var server = await TestServer.Start(
            async http =>
            {
                await release.Task;
                await Ok(http);
            },
            ("http.max_requests", "1"));
        var first = server.Client.GetAsync("/");
        await Until(() => server.Core.Metrics.Describe().Count > 0 && Active(server) == 1);
        using var second = await server.Client.GetAsync("/");
        Assert.Equal(503, (int)second.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), second.Headers.RetryAfter?.Delta);
        foreach (var health in new[] { "/livez", "/readyz" })
        {
            using var answer = await server.Client.GetAsync(health);
            Assert.Equal(200, (int)answer.StatusCode);
        }

        release.SetResult();
        Assert.Equal(200, (int)(await first).StatusCode);
    }

    [Theory]
    [InlineData("GARBAGE\r\n\r\n", "400")]
    [InlineData("GET / HTTP/1.1\r\n\r\n", "400")]
    [InlineData("GET / HTTP/9.9\r\nHost: x\r\n\r\n", "505")]
    public async Task What_is_not_http_is_answered_with_a_status_and_counted(string request, string status)
    {
        await using var server = await TestServer.Start(Ok);
        var answer = await server.Raw(request);
        Assert.StartsWith($"HTTP/1.1 {status}", answer, StringComparison.Ordinal);
        using var metrics = await server.Client.GetAsync("/metrics");
        Assert.Contains(
            "tercel_http_bad_requests_total 1", await metrics.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(98, 1, 200)]
    [InlineData(99, 1, 431)]
    [InlineData(10, 50, 200)]
    [InlineData(10, 110, 431)]
    public async Task Headers_are_limited_in_number_and_in_size(int times, int chars, int status)
    {
        await using var server = await TestServer.Start(Ok, ("http.max_header_bytes", "1KiB"));
        var headers = string.Concat(Enumerable.Repeat($"A: {new string('a', chars)}\r\n", times));
        var answer = await server.Raw($"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}\r\n");
        Assert.StartsWith($"HTTP/1.1 {status}", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Liveness_never_asks_a_dependency_and_readiness_does()
    {
        await using var server = await TestServer.Start(Ok);
        server.Core.Health.Add("database", static _ => Task.FromResult(HealthResult.Failed("gone")));
        using var live = await server.Client.GetAsync("/livez");
        Assert.Equal("""{"status":"live"}""", await live.Content.ReadAsStringAsync());
        using var ready = await server.Client.GetAsync("/readyz");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        var body = JsonDocument.Parse(await ready.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal("not_ready", body.GetProperty("status").GetString());
        Assert.Equal("gone", body.GetProperty("checks")[0].GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Built_in_pages_take_get_and_head_only()
    {
        await using var server = await TestServer.Start(Ok);
        using var answer = await server.Client.PostAsync("/livez", null);
        Assert.Equal(405, (int)answer.StatusCode);
        Assert.Equal("GET, HEAD", string.Join(", ", answer.Content.Headers.Allow));
    }

    [Fact]
    public async Task A_problem_type_is_explained_at_its_address()
    {
        await using var server = await TestServer.Start(Ok);
        var body = JsonDocument.Parse(await server.Client.GetStringAsync("/problems/validation")).RootElement;
        Assert.Equal(422, body.GetProperty("status").GetInt32());
        using var unknown = await server.Client.GetAsync("/problems/nothing");
        Assert.Equal(404, (int)unknown.StatusCode);
    }

    [Fact]
    public async Task A_stopping_server_is_not_ready_closes_connections_and_finishes_what_is_under_way()
    {
        var release = new TaskCompletionSource();
        await using var server = await TestServer.Start(async http =>
        {
            if (http.Request.Path == "/slow") await release.Task;
            await Ok(http);
        });
        var slow = server.Client.GetAsync("/slow");
        await Until(() => Active(server) == 1);
        server.Core.Lifecycle.RequestStop("test");
        using var ready = await server.Client.GetAsync("/readyz");
        Assert.Equal(503, (int)ready.StatusCode);
        Assert.True(ready.Headers.ConnectionClose);
        var stop = server.Core.Lifecycle.Stop();
        await Task.Delay(100);
        Assert.False(stop.IsCompleted);
        release.SetResult();
        Assert.Equal("ok", await (await slow).Content.ReadAsStringAsync());
        Assert.Equal(0, await stop);
    }

    [Fact]
    public async Task The_log_line_of_a_request_has_route_trace_and_error_code()
    {
        await using var server = await TestServer.Start(http =>
        {
            http.Scope().ErrorCode = "unknown_field";
            return http.SendEmpty(400);
        });
        using var request = new HttpRequestMessage(HttpMethod.Get, "/p?token=secret");
        request.Headers.Add("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        using var answer = await server.Client.SendAsync(request);
        var log = await server.LogTextWith("\"trace_id\"");
        Assert.Contains("\"trace_id\":\"4bf92f3577b34da6a3ce929d0e0e4736\"", log, StringComparison.Ordinal);
        Assert.Contains("\"error\":\"unknown_field\"", log, StringComparison.Ordinal);
        Assert.Contains("\"path\":\"/p\"", log, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_caller_that_goes_away_cancels_the_request_and_is_logged_as_499()
    {
        await using var server = await TestServer.Start(
            http => Task.Delay(Timeout.Infinite, http.Scope().Token), ("http.timeout", "1m"));
        using var gone = new CancellationTokenSource();
        var call = server.Client.GetAsync("/", gone.Token);
        await Until(() => Active(server) == 1);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await Until(() => Active(server) == 0);
        const string Line = "\"status\":499";
        Assert.Contains(Line, await server.LogTextWith(Line), StringComparison.Ordinal);
    }

    private static int Active(TestServer server)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        server.Core.Metrics.WritePrometheus(output);
        var text = System.Text.Encoding.UTF8.GetString(output.WrittenSpan);
        const string Name = "http_server_active_requests ";
        var line = text.Split('\n').Single(static l => l.StartsWith(Name, StringComparison.Ordinal));
        return int.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static async Task Until(Func<bool> condition)
    {
        for (var i = 0; i < 500 && !condition(); i++) await Task.Delay(10);
        Assert.True(condition());
    }
}
