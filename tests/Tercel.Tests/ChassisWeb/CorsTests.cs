using Microsoft.AspNetCore.Http;
using Tercel.Chassis.Web.Responses;
using Xunit;

namespace Tercel.Tests.ChassisWeb;

public sealed class CorsTests
{
    private static Task Ok(HttpContext http) => http.SendBuffered("ok"u8.ToArray(), "text/plain");

    private static async Task<HttpResponseMessage> Call(
        string origins, HttpMethod method, string? origin, bool preflight)
    {
        await using var server = await TestServer.Start(Ok, ("http.cors_origins", origins));
        using var request = new HttpRequestMessage(method, "/v1/products");
        if (origin is not null) request.Headers.Add("Origin", origin);
        if (preflight)
        {
            request.Headers.Add("Access-Control-Request-Method", "PATCH");
            request.Headers.Add("Access-Control-Request-Headers", "if-match,x-own");
        }

        return await server.Client.SendAsync(request);
    }

    private static string? Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;

    [Fact]
    public async Task A_listed_origin_may_read_the_answer_and_its_headers()
    {
        using var answer = await Call("https://shop.example", HttpMethod.Get, "https://shop.example", false);
        Assert.Equal("https://shop.example", Header(answer, "Access-Control-Allow-Origin"));
        Assert.Contains("ETag", Header(answer, "Access-Control-Expose-Headers"), StringComparison.Ordinal);
        Assert.Equal("Origin", Header(answer, "Vary"));
    }

    [Fact]
    public async Task Another_origin_gets_no_permission()
    {
        using var answer = await Call("https://shop.example", HttpMethod.Get, "https://evil.example", false);
        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Null(Header(answer, "Access-Control-Allow-Origin"));
        Assert.Equal("Origin", Header(answer, "Vary"));
    }

    [Fact]
    public async Task A_preflight_is_answered_without_the_application()
    {
        using var answer = await Call("*", HttpMethod.Options, "https://any.example", true);
        Assert.Equal(204, (int)answer.StatusCode);
        Assert.Equal("*", Header(answer, "Access-Control-Allow-Origin"));
        Assert.Contains("PATCH", Header(answer, "Access-Control-Allow-Methods"), StringComparison.Ordinal);
        Assert.Equal("if-match,x-own", Header(answer, "Access-Control-Allow-Headers"));
    }

    [Fact]
    public async Task A_preflight_that_names_no_headers_but_nonsense_is_answered_all_the_same()
    {
        await using var server = await TestServer.Start(Ok, ("http.cors_origins", "*"));
        var answer = await server.Raw(
            "OPTIONS / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nOrigin: https://any.example\r\n"
            + "Access-Control-Request-Method: PATCH\r\nAccess-Control-Request-Headers: \u00c3\u00a9\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 204", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("Access-Control-Allow-Headers", answer, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Without_the_setting_nothing_is_said_about_origins()
    {
        using var answer = await Call("", HttpMethod.Get, "https://shop.example", false);
        Assert.Null(Header(answer, "Access-Control-Allow-Origin"));
        Assert.Null(Header(answer, "Vary"));
    }
}
