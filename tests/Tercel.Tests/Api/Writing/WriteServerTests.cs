using System.Text;
using Tercel.Api.Http;
using Tercel.Api.Http.Reads;
using Tercel.Api.Http.Writes;
using Tercel.Api.Model;
using Tercel.Tests.ChassisWeb;
using Xunit;

namespace Tercel.Tests.Api.Writing;

// Reads and writes together, through the dispatcher, on a real port.
public sealed class WriteServerTests
{
    [Fact]
    public async Task A_write_answers_the_body_and_the_tag_that_get_gives()
    {
        await using var shop = await WriteShop.Open();
        await using var server = await Start(shop);
        const string Body = """{"sku":"B-1","name":"Boot","price":12.50,"category_id":1}""";
        var created = await Send(server, "POST", "/v1/products", Body);
        var read = await Send(server, "GET", created.Location);
        Assert.Equal((201, read.Body, read.Tag), (created.Status, created.Body, created.Tag));
        var changed = await Send(server, "PATCH", created.Location, """{"stock":3}""", ("If-Match", read.Tag));
        read = await Send(server, "GET", created.Location);
        Assert.Equal((200, read.Body, read.Tag), (changed.Status, changed.Body, changed.Tag));
        var stale = await Send(server, "PATCH", created.Location, """{"stock":4}""", ("If-Match", created.Tag));
        Assert.Equal((412, read.Tag), (stale.Status, stale.Tag));
        Assert.Equal(304, (await Send(server, "GET", created.Location, null, ("If-None-Match", changed.Tag))).Status);
        Assert.Equal(204, (await Send(server, "DELETE", created.Location)).Status);
        Assert.Equal(404, (await Send(server, "GET", created.Location)).Status);
    }

    [Fact]
    public async Task A_tag_of_a_shaped_row_is_checked_with_the_same_shape()
    {
        await using var shop = await WriteShop.Open();
        await using var server = await Start(shop);
        const string Url = "/v1/products/1?fields=name&embed=category";
        var tag = (await Send(server, "GET", Url)).Tag;
        Assert.Equal(200, (await Send(server, "PATCH", Url, """{"name":"Sprinter"}""", ("If-Match", tag))).Status);
        Assert.Equal(412, (await Send(server, "PATCH", Url, """{"name":"Walker"}""", ("If-Match", tag))).Status);
    }

    [Fact]
    public async Task Methods_and_media_types_are_announced()
    {
        await using var shop = await WriteShop.Open();
        await using var server = await Start(shop);
        var options = await Send(server, "OPTIONS", "/v1/products/1");
        Assert.Contains("PATCH", options.Allow, StringComparison.Ordinal);
        var refused = await Send(server, "POST", "/v1/products/1", "{}");
        Assert.Equal(405, refused.Status);
        Assert.Contains("PUT", refused.Allow, StringComparison.Ordinal);
        Assert.Equal(405, (await Send(server, "GET", "/v1/batch")).Status);
        var batch = await Send(server, "POST", "/v1/batch",
            """{"ops":[{"method":"GET","path":"/products/1?fields=id"}]}""");
        Assert.Equal("""{"results":[{"status":200,"body":{"id":1}}]}""", batch.Body);
    }

    [Fact]
    public async Task A_body_that_is_sent_in_chunks_has_the_same_limit()
    {
        await using var shop = await WriteShop.Open();
        await using var server = await Start(shop);
        using var content = new StreamContent(new MemoryStream(new byte[1024 * 1024 + 1]));
        content.Headers.ContentType = new("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post,
            new Uri("/v1/products", UriKind.Relative)) { Content = content };
        request.Headers.TransferEncodingChunked = true;
        using var response = await server.Client.SendAsync(request);
        Assert.Equal(413, (int)response.StatusCode);
    }

    private static async Task<TestServer> Start(WriteShop shop)
    {
        var routes = new ApiRoutes();
        GetEndpoint.AddTo(routes);
        WriteRoutes.AddTo(routes);
        ApiDispatcher? dispatcher = null;
        // The server has the metrics that the dispatcher counts in, so that it comes first.
        var server = await TestServer.Start(http => dispatcher?.Handle(http) ?? Task.CompletedTask);
        var snapshot = new ApiSnapshot(shop.Model, ApiLimits.Default, new byte[32]);
        dispatcher = new ApiDispatcher(
            new ApiState(shop.Database, TimeProvider.System, server.Core.Endpoints, snapshot), routes);
        return server;
    }

    private static async Task<Reply> Send(
        TestServer server, string method, string url, string? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(url, UriKind.Relative));
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var response = await server.Client.SendAsync(request);
        return new Reply(
            (int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers.ETag?.ToString()
                ?? "",
            response.Headers.Location?.ToString() ?? "", string.Join(", ", response.Content.Headers.Allow));
    }

    private sealed record Reply(int Status, string Body, string Tag, string Location, string Allow);
}
