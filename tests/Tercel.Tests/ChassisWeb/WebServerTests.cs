using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Tercel.Chassis.Web.Problems;
using Tercel.Chassis.Web.Requests;
using Tercel.Chassis.Web.Responses;
using Tercel.Primitives;
using Xunit;

namespace Tercel.Tests.ChassisWeb;

public sealed class WebServerTests
{
    private static readonly byte[] Hello = "hello"u8.ToArray();

    private static Task NotFound(HttpContext http) => Problem.Write(http, ProblemTypes.NotFound);

    [Fact]
    public async Task A_buffered_answer_has_its_length_type_and_a_request_id()
    {
        await using var server = await TestServer.Start(http => http.SendBuffered(Hello, "text/plain"));
        using var answer = await server.Client.GetAsync("/x");
        Assert.Equal("hello", await answer.Content.ReadAsStringAsync());
        Assert.Equal(5, answer.Content.Headers.ContentLength);
        Assert.Equal("text/plain", answer.Content.Headers.ContentType?.ToString());
        Assert.Equal(26, answer.Headers.GetValues("X-Request-Id").Single().Length);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Fact]
    public async Task Head_gets_the_length_without_the_body()
    {
        await using var server = await TestServer.Start(http => http.SendBuffered(Hello, "text/plain"));
        using var answer = await server.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/x"));
        Assert.Equal(5, answer.Content.Headers.ContentLength);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_problem_document_has_the_published_shape()
    {
        var error = new Error(new ErrorCode("query", "unknown_field"), "no field 'creatd_at' in products")
        {
            Parameter = "sort",
            Suggestion = "created_at",
            Position = 3,
            Params = new Dictionary<string, object?> { ["max"] = 4 },
        };
        await using var server = await TestServer.Start(http => Problem.Write(http, ProblemTypes.Query, [error]));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/products?sort=creatd_at");
        request.Headers.Add("X-Request-Id", "abc-1");
        using var answer = await server.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.ToString());
        Assert.Equal(
            """
            {"type":"/problems/query","title":"Query not understood","status":400,"instance":"/v1/products",
            "request_id":"abc-1","errors":[{"parameter":"sort","code":"unknown_field",
            "detail":"no field 'creatd_at' in products","position":3,"suggestion":"created_at","params":{"max":4}}]}
            """.ReplaceLineEndings(""),
            await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("ok-1._:", true)]
    [InlineData("has space", false)]
    [InlineData("quote\"", false)]
    public async Task Only_a_harmless_request_id_of_the_caller_is_kept(string id, bool kept)
    {
        await using var server = await TestServer.Start(NotFound);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.TryAddWithoutValidation("X-Request-Id", id);
        using var answer = await server.Client.SendAsync(request);
        Assert.Equal(kept, answer.Headers.GetValues("X-Request-Id").Single() == id);
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void A_request_id_may_have_64_characters(int chars, bool safe) =>
        Assert.Equal(safe, RequestIds.IsSafe(new string('a', chars)));

    [Fact]
    public async Task An_exception_becomes_a_500_that_tells_nothing_and_a_log_line_that_tells_all()
    {
        await using var server = await TestServer.Start(_ => throw new InvalidOperationException("secret inside"));
        using var answer = await server.Client.GetAsync("/boom");
        var body = await answer.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.DoesNotContain("secret", body, StringComparison.Ordinal);
        var id = JsonDocument.Parse(body).RootElement.GetProperty("request_id").GetString();
        var log = server.LogText();
        Assert.Contains("secret inside", log, StringComparison.Ordinal);
        Assert.Contains(id ?? "?", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_past_its_time_is_answered_504()
    {
        await using var server = await TestServer.Start(
            http => Task.Delay(Timeout.Infinite, http.Scope().Token), ("http.timeout", "50ms"));
        using var answer = await server.Client.GetAsync("/slow");
        Assert.Equal(HttpStatusCode.GatewayTimeout, answer.StatusCode);
        Assert.Contains("/problems/timeout", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_of_a_kept_connection_is_fresh_for_each_request()
    {
        await using var server = await TestServer.Start(
            async http =>
            {
                if (http.Request.Path == "/slow") await Task.Delay(Timeout.Infinite, http.Scope().Token);
                http.Scope().Token.ThrowIfCancellationRequested();
                await http.SendBuffered(Hello, "text/plain");
            },
            ("http.timeout", "100ms"));
        foreach (var path in (string[])["/a", "/slow", "/b", "/slow", "/c"])
        {
            using var answer = await server.Client.GetAsync(path);
            Assert.Equal(path == "/slow" ? 504 : 200, (int)answer.StatusCode);
        }
    }

    [Fact]
    public async Task An_error_status_without_an_answer_gets_a_problem_document()
    {
        await using var server = await TestServer.Start(http =>
        {
            http.Response.StatusCode = 405;
            return Task.CompletedTask;
        });
        using var answer = await server.Client.GetAsync("/");
        Assert.Equal(405, (int)answer.StatusCode);
        Assert.Contains("method-not-allowed", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
