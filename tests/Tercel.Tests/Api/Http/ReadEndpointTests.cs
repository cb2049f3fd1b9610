using System.Text.Json.Nodes;
using Tercel.Api.Model;
using Xunit;

namespace Tercel.Tests.Api.Http;

public sealed class ReadEndpointTests : IAsyncLifetime
{
    private ReadServer _server = null!; // set before each test

    public async ValueTask InitializeAsync() => _server = await ReadServer.Start();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_list_is_an_object_with_data_and_page()
    {
        const string Next = "/v1/products?fields=id&limit=2&cursor=X";
        Assert.Equal(
            """200 {"data":[{"id":1},{"id":2}],"page":{"limit":2,"next":"NEXT","prev":null}}"""
                .Replace("NEXT", Next, StringComparison.Ordinal),
            Masked(await _server.Get("/v1/products?fields=id&limit=2")));
        Assert.Equal(
            """200 {"data":[{"id":1}],"page":{"limit":20,"next":null,"prev":null,"count":1,"count_kind":"exact"}}""",
            await _server.Get("/v1/products?fields=id&id=1&count=exact"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("sort=-price")]
    [InlineData("sort=price.nullslast,-stock")]
    [InlineData("sort=-price.nullsfirst,id")]
    [InlineData("sort=category.name.nullslast,-id")]
    [InlineData("sort=-rating,name")]
    [InlineData("sort=sku")]
    [InlineData("sort=-created_at,-id&stock.gte=0")]
    [InlineData("sort=status,-price")]
    public async Task Cursors_walk_through_all_rows_and_back(string query)
    {
        var all = Ids(await _server.Json($"/v1/products?fields=id&{query}"));
        var url = $"/v1/products?fields=id&limit=2&{query}";
        var forward = new List<string>();
        JsonNode page;
        var last = url;
        do
        {
            page = await _server.Json(url);
            forward.AddRange(Ids(page));
            last = url;
            url = (string?)page["page"]?["next"] ?? "";
        }
        while (url.Length > 0);
        Assert.Equal(all, forward);

        var backward = new List<string>();
        page = await _server.Json(last);
        while (true)
        {
            backward.InsertRange(0, Ids(page));
            if ((string?)page["page"]?["prev"] is not { } previous) break;
            page = await _server.Json(previous);
        }

        Assert.Equal(all, backward);
    }

    [Fact]
    public async Task A_cursor_of_another_list_or_a_damaged_one_is_refused()
    {
        var next = (string?)(await _server.Json("/v1/products?fields=id&limit=2&sort=price"))["page"]?["next"] ?? "";
        Assert.Equal("200", (await _server.Get(next))[..3]);
        const string Refusal = "cursor cursor: the cursor is damaged, or belongs to another list, sort or filter";
        Assert.Equal(Refusal, await _server.Problem(
            next.Replace("sort=price", "sort=-price", StringComparison.Ordinal), 400));
        Assert.Equal(Refusal, await _server.Problem(next + "&stock=1", 400));
        Assert.Equal(Refusal, await _server.Problem(next[..^2] + "xx", 400));
        Assert.Equal(Refusal, await _server.Problem("/v1/products?cursor=%22", 400));
        Assert.Equal(Refusal, await _server.Problem(next.Replace("products", "orders", StringComparison.Ordinal)
            .Replace("sort=price", "sort=id", StringComparison.Ordinal), 400));
    }

    [Fact]
    public async Task The_second_request_of_a_shape_takes_its_own_values()
    {
        Assert.Equal(["1", "3", "5"], Ids(await _server.Json("/v1/products?fields=id&status=active")));
        Assert.Equal(["2"], Ids(await _server.Json("/v1/products?fields=id&status=draft")));
        Assert.Equal(["4"], Ids(await _server.Json("/v1/products?fields=id&status=%61rchived")));
        Assert.Equal("400", (await _server.Get("/v1/products?fields=id&status=actve"))[..3]);
        Assert.Equal("400", (await _server.Get("/v1/products?fields=id&status=%zz"))[..3]);
        Assert.Equal(["1", "2"], Ids(await _server.Json("/v1/products?fields=id&id.in=1,2")));
        Assert.Equal(["3"], Ids(await _server.Json("/v1/products?fields=id&id.in=3")));
        Assert.Equal(["1"], Ids(await _server.Json("/v1/products?fields=id&q=runner")));
        Assert.Equal(["2"], Ids(await _server.Json("/v1/products?fields=id&q=walker")));
        Assert.Equal("400", (await _server.Get("/v1/products?fields=id&q="))[..3]);
        Assert.Equal(["1", "5"], Ids(await _server.Json("/v1/products?fields=id&price.between=40,50")));
        Assert.Equal(["2", "4"], Ids(await _server.Json("/v1/products?fields=id&price.between=15,20")));
    }

    [Fact]
    public async Task A_row_is_a_bare_object_with_an_ETag()
    {
        using var first = await _server.Send("GET", "/v1/products/2?fields=id,name");
        Assert.Equal("""{"id":2,"name":"Walker"}""", await first.Content.ReadAsStringAsync());
        var tag = first.Headers.ETag?.Tag ?? "";
        using var same = await _server.Send("GET", "/v1/products/2?fields=id,name", null, ("If-None-Match", tag));
        Assert.Equal(304, (int)same.StatusCode);
        using var head = await _server.Send("HEAD", "/v1/products/2?fields=id,name");
        Assert.Equal(24, head.Content.Headers.ContentLength);
        Assert.Equal(tag, head.Headers.ETag?.Tag);
    }

    [Fact]
    public async Task Composite_keys_and_text_keys_address_rows()
    {
        Assert.StartsWith("200 {\"id\":\"00000000-0000-7000-8000-000000000001\"",
            await _server.Get("/v1/users/00000000-0000-7000-8000-000000000001"), StringComparison.Ordinal);
        Assert.Equal("no_row: no row of products has the key '99'", await _server.Problem("/v1/products/99", 404));
        Assert.Equal("key: no row of products has the key 'x': id must be an integer",
            await _server.Problem("/v1/products/x", 404));
        Assert.Equal("unknown_address: no resource 'order_lines'", await _server.Problem("/v1/order_lines/1,1", 404));
    }

    [Fact]
    public async Task A_sub_collection_lists_the_rows_of_one_parent()
    {
        Assert.Equal(["1", "2"], Ids(await _server.Json("/v1/products/1/reviews?fields=id")));
        Assert.Equal(["1"], Ids(await _server.Json("/v1/products/1/reviews?fields=id&stars=5")));
        Assert.Empty(Ids(await _server.Json("/v1/products/3/reviews?fields=id")));
        Assert.Equal("no_row: no row of products has the key '99'",
            await _server.Problem("/v1/products/99/reviews", 404));
        Assert.Equal("unknown_address: products has no list 'review'",
            await _server.Problem("/v1/products/1/review", 404));
        var next = (string?)(await _server.Json("/v1/products/1/reviews?fields=id&limit=1"))["page"]?["next"] ?? "";
        Assert.Equal(["2"], Ids(await _server.Json(next)));
    }

    [Fact]
    public async Task A_query_in_a_body_answers_like_one_in_a_URL()
    {
        const string Body = """
            {"where":{"or":[{"status":"draft"},{"price":{"gte":40}}]},"sort":["-id"],"fields":["id"],"limit":2}
            """;
        foreach (var (method, url) in new[] { ("QUERY", "/v1/products"), ("POST", "/v1/products/query") })
        {
            using var response = await _server.Send(method, url, Body);
            var page = JsonNode.Parse(await response.Content.ReadAsStringAsync())!; // parsed text is not null
            Assert.Equal(["5", "2"], Ids(page));
            var cursor = (string?)page["page"]?["next_cursor"];
            using var second = await _server.Send(method, url, Body[..^1] + $",\"cursor\":\"{cursor}\"}}");
            Assert.Equal(["1"], Ids(JsonNode.Parse(await second.Content.ReadAsStringAsync())!)); // as above
        }
    }

    [Fact]
    public async Task Methods_and_forms_that_are_not_there_are_named()
    {
        using var delete = await _server.Send("DELETE", "/v1/products");
        Assert.Equal(405, (int)delete.StatusCode);
        Assert.Equal("GET, HEAD, OPTIONS, QUERY", string.Join(", ", delete.Content.Headers.Allow));
        using var options = await _server.Send("OPTIONS", "/v1/products");
        Assert.Equal(204, (int)options.StatusCode);
        Assert.Equal("application/json", options.Headers.GetValues("Accept-Query").Single());
        using var xml = await _server.Send("GET", "/v1/products", null, ("Accept", "application/xml"));
        Assert.Equal(406, (int)xml.StatusCode);
        using var browser = await _server.Send("GET", "/v1/products/1", null, ("Accept", "text/html, */*;q=0.8"));
        Assert.Equal(200, (int)browser.StatusCode);
        var unknown = await _server.Get("/v1/prodcts");
        Assert.Contains("\"suggestion\":\"products\"", unknown, StringComparison.Ordinal);
        Assert.StartsWith("404", unknown, StringComparison.Ordinal);
        Assert.Contains("\"suggestion\":\"/v1/products\"", await _server.Get("/products"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_mistakes_of_a_query_are_reported_together()
    {
        var text = await _server.Get("/v1/products?nme=x&stock=many&sort=pric&embed=revews&limit=500");
        Assert.StartsWith("400", text, StringComparison.Ordinal);
        Assert.Equal(5, JsonNode.Parse(text[4..])!["errors"]!.AsArray().Count); // a problem has errors
    }

    [Fact]
    public async Task An_answer_over_the_byte_limit_is_refused()
    {
        await using var server = await ReadServer.Start(ApiLimits.Default with { PageBytesMax = 200 });
        Assert.Equal(
            "limit page_too_large: the answer has more than 200 bytes (page.bytes_max); ask for fewer rows or fields",
            await server.Problem("/v1/products", 400));
        Assert.Equal("200", (await server.Get("/v1/products?fields=id"))[..3]);
        await using var narrow = await ReadServer.Start(ApiLimits.Default with { EmbedRowsMax = 2 });
        Assert.StartsWith("limit page_too_large: the embeds have more than 2 rows",
            await narrow.Problem("/v1/orders?embed=lines", 400), StringComparison.Ordinal);
        Assert.Equal("200", (await narrow.Get("/v1/orders?embed=lines&id=1"))[..3]);
    }

    private static string[] Ids(JsonNode page) =>
        [.. page["data"]!.AsArray().Select(r => r!["id"]!.ToString())]; // as asked

    private static string Masked(string text) =>
        System.Text.RegularExpressions.Regex.Replace(text, "cursor=[A-Za-z0-9_-]+", "cursor=X");
}
