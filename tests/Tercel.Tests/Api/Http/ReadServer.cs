using System.Text.Json.Nodes;
using Tercel.Api.Http;
using Tercel.Api.Http.Reads;
using Tercel.Api.Model;
using Tercel.Tests.Api.Sql;
using Tercel.Tests.ChassisWeb;
using Xunit;

namespace Tercel.Tests.Api.Http;

// The read endpoints over the small shop, on a real port.
internal sealed class ReadServer : IAsyncDisposable
{
    private readonly ReadShop _shop;
    private readonly TestServer _server;

    private ReadServer(ReadShop shop, TestServer server)
    {
        _shop = shop;
        _server = server;
    }

    public ReadShop Shop => _shop;

    public HttpClient Client => _server.Client;

    public static async Task<ReadServer> Start(
        ApiLimits? limits = null, ReadSeams? seams = null, string? model = null, string? rows = null)
    {
        var shop = await ReadShop.Open(model, rows);
        var routes = new ApiRoutes();
        new ListEndpoint(seams ?? new ReadSeams()).AddTo(routes);
        GetEndpoint.AddTo(routes);
        ApiDispatcher? dispatcher = null;
        // The server's core has the metrics that the dispatcher counts in.
        var server = await TestServer.Start(http => dispatcher!.Handle(http));
        var snapshot = new ApiSnapshot(shop.Model, limits ?? ApiLimits.Default, new byte[32]);
        dispatcher = new ApiDispatcher(
            new ApiState(shop.Database, TimeProvider.System, server.Core.Endpoints, snapshot), routes);
        return new ReadServer(shop, server);
    }

    // Status and body: "200 {...}".
    public async Task<string> Get(string url)
    {
        using var response = await Client.GetAsync(new Uri(url, UriKind.Relative));
        return $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}";
    }

    // What a client that writes bytes gets.
    public Task<string> Raw(string request) => _server.Raw(request);

    public string Log => _server.LogText();

    public async Task<JsonNode> Json(string url)
    {
        var text = await Get(url);
        Assert.True(text.StartsWith("200 ", StringComparison.Ordinal), text + Log);
        return JsonNode.Parse(text[4..])!; // parsed text is not null
    }

    public async Task<string> Problem(string url, int status)
    {
        var text = await Get(url);
        Assert.StartsWith($"{status} ", text, StringComparison.Ordinal);
        var error = JsonNode.Parse(text[4..])!["errors"]?[0]; // as above
        return $"{error?["parameter"]} {error?["code"]}: {error?["detail"]}".Trim();
    }

    public async Task<HttpResponseMessage> Send(string method, string url, string? body = null,
        params (string, string)[] headers)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), url);
        if (body is not null) request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await Client.SendAsync(request);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _shop.DisposeAsync();
    }
}
