using Tercel.Api.Http.Reads;
using Xunit;

namespace Tercel.Tests.Api.Http;

// What clients, caches and proxies may rely on, whatever was asked before.
public sealed class ReadContractTests : IAsyncLifetime
{
    private ReadServer _server = null!; // set before each test

    public async ValueTask InitializeAsync() =>
        _server = await ReadServer.Start(seams: ReadSeams.All(explains: false));

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("/v1/products", "application/json", true)]
    [InlineData("/v1/products", "text/csv", true)]
    [InlineData("/v1/products?group=status", "application/json", true)]
    [InlineData("/v1/products/1", "application/json", false)]
    public async Task Caches_ask_each_time_and_keep_forms_apart(string url, string accept, bool formsVary)
    {
        using var reply = await _server.Send("GET", url, null, ("Accept", accept));
        Assert.Equal((200, true), ((int)reply.StatusCode, reply.Headers.CacheControl?.NoCache));
        Assert.Equal(formsVary, reply.Headers.Vary.Contains("Accept"));
    }

    [Fact]
    public async Task An_answer_that_did_not_change_has_the_headers_of_the_answer()
    {
        using var reply = await _server.Send("GET", "/v1/products", null, ("If-None-Match", "*"));
        Assert.Equal((304, true, true),
            ((int)reply.StatusCode, reply.Headers.CacheControl?.NoCache, reply.Headers.Vary.Contains("Accept")));
    }

    [Fact]
    public async Task A_cursor_may_be_escaped_whether_its_list_is_known_or_not()
    {
        var page = await _server.Json("/v1/products?limit=2&fields=id");
        var next = page["page"]?["next"]?.ToString() ?? "";
        var at = next.IndexOf("cursor=", StringComparison.Ordinal) + "cursor=".Length;
        var escaped = $"{next[..at]}%{(int)next[at]:X2}{next[(at + 1)..]}";
        for (var i = 0; i < 2; i++)
        {
            Assert.StartsWith("""200 {"data":[{"id":3},{"id":4}]""", await _server.Get(next), StringComparison.Ordinal);
            Assert.StartsWith("""200 {"data":[{"id":3},{"id":4}]""", await _server.Get(escaped),
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_row_of_a_known_shape_takes_the_values_of_its_own_request()
    {
        const string Row = "/v1/products/1?fields=id&embed=reviews(id;where=stars gte $least)&$least=";
        Assert.Equal("""200 {"id":1,"reviews":[{"id":1},{"id":2}]}""", await _server.Get(Row + "4"));
        Assert.Equal("""200 {"id":1,"reviews":[{"id":1}]}""", await _server.Get(Row + "5"));
        Assert.StartsWith("embed value", await _server.Problem(Row + "many", 400), StringComparison.Ordinal);
        Assert.Equal("""200 {"id":1,"reviews":[]}""", await _server.Get(Row + "6"));
    }

    [Fact]
    public async Task A_query_in_a_body_takes_no_parameters_beside_it()
    {
        using var reply = await _server.Send("QUERY", "/v1/products?limit=1", "{}");
        Assert.Equal(400, (int)reply.StatusCode);
        Assert.Contains("\"conflict\"", await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1/products/%31?fields=id", "{\"id\":1}")]
    [InlineData("/v1/products/%2531?fields=id", "\"key\"")]
    public async Task The_absolute_form_of_an_address_means_the_same(string path, string part)
    {
        var host = _server.Client.BaseAddress;
        foreach (var target in (string[])[path, $"http://{host?.Authority}{path}"])
        {
            var reply = await _server.Raw(
                $"GET {target} HTTP/1.1\r\nHost: {host?.Authority}\r\nConnection: close\r\n\r\n");
            Assert.Contains(part, reply, StringComparison.Ordinal);
        }
    }
}
