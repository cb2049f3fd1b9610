using System.Text.Json.Nodes;
using Tercel.Api.Http.Reads;
using Tercel.Api.Model;
using Xunit;

namespace Tercel.Tests.Api.Http;

public sealed class GroupEndpointTests : IAsyncLifetime
{
    private ReadServer _server = null!; // set before each test

    public async ValueTask InitializeAsync() => _server = await ReadServer.Start(seams: ReadSeams.All(explains: true));

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Groups_are_a_list_with_a_page()
    {
        Assert.Equal(
            """200 {"data":[{"status":"cart","count":2},{"status":"paid","count":1}],"page":"""
            + """{"limit":200,"next":null,"prev":null}}""",
            await _server.Get("/v1/orders?group=status"));
        Assert.Equal(
            """200 {"data":[{"sum_total":285.90}],"page":{"limit":200,"next":null,"prev":null}}""",
            await _server.Get("/v1/orders?agg=sum(total)"));
    }

    [Theory]
    [InlineData("offset", "/v1/products?group=status&limit=1&offset=0", 3)]
    [InlineData("page", "/v1/products?group=status&limit=1&page=1", 3)]
    [InlineData("neither", "/v1/products?distinct=stock,price&limit=2", 3)]
    public async Task Links_lead_through_all_groups_and_back(string way, string url, int pages)
    {
        var seen = new List<string>();
        var first = "";
        for (var next = url; next.Length > 0 && seen.Count < 10;)
        {
            var page = await _server.Json(next);
            seen.Add(page["data"]!.ToJsonString()); // every answer has its data
            next = (string?)page["page"]!["next"] ?? ""; // and its page
            first = (string?)page["page"]!["prev"] ?? first;
        }

        Assert.True(pages == seen.Distinct().Count() && pages == seen.Count, $"{way}: {string.Join(' ', seen)}");
        Assert.Equal(seen[^2], (await _server.Json(first))["data"]!.ToJsonString()); // as above
    }

    [Fact]
    public async Task A_known_shape_takes_the_values_of_each_request()
    {
        const string Url = "/v1/products?group=status&agg=sum(stock) as n&having=n gte $n";
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal("active", Statuses(await _server.Json($"{Url}&$n=5&stock.gte=1")));
            Assert.Equal("active archived", Statuses(await _server.Json($"{Url}&$n=1&stock.gte=1")));
            Assert.Equal("archived", Statuses(await _server.Json($"{Url}&$n=1&stock.gte=1&limit=1&offset=1")));
            Assert.StartsWith("having value", await _server.Problem($"{Url}&$n=x&stock.gte=1", 400));
            Assert.StartsWith("limit page", await _server.Problem($"{Url}&$n=1&stock.gte=1&limit=500", 400));
        }

        static string Statuses(JsonNode page) =>
            string.Join(' ', page["data"]!.AsArray().Select(g => (string?)g!["status"])); // every answer has them
    }

    [Fact]
    public async Task Groups_of_a_sub_collection_belong_to_its_parent()
    {
        Assert.Equal(
            """[{"count":2,"avg_stars":4.5}]""",
            (await _server.Json("/v1/products/1/reviews?agg=count,avg(stars)"))["data"]?.ToJsonString());
        Assert.StartsWith("404 ", await _server.Get("/v1/products/99/reviews?agg=count"));
    }

    [Fact]
    public async Task A_query_in_a_body_is_paged_by_offsets()
    {
        using var answer = await _server.Send(
            "POST", "/v1/products/query",
            """{"group":["status"],"agg":"count","limit":1,"offset":1,"count":"exact"}""");
        Assert.Equal(
            """{"data":[{"status":"archived","count":1}],"page":"""
            + """{"limit":1,"next_offset":2,"count":3,"count_kind":"exact"}}""",
            await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Facets_stand_beside_the_page_with_all_filters_applied()
    {
        const string Url = "/v1/products?fields=id&limit=1&facets=status,category.name(limit=1)&stock.gte=";
        for (var i = 0; i < 2; i++)
        {
            var page = await _server.Json(Url + "1");
            Assert.Equal(
                """{"status":[{"value":"active","count":3},{"value":"archived","count":1}],"category.name":"""
                + """[{"value":null,"count":1}]}""",
                page["facets"]?.ToJsonString());
            Assert.Equal("""[{"id":1}]""", page["data"]?.ToJsonString());
            Assert.Equal(
                """{"status":[{"value":"active","count":1}],"category.name":[{"value":null,"count":1}]}""",
                (await _server.Json(Url + "8"))["facets"]?.ToJsonString());
        }
    }

    [Theory]
    [InlineData("facets=statu", "facets unknown_field: no field 'statu' in products")]
    [InlineData("facets=status(limit=201)", "facets page: the limit of a facet must be 1 to 200 (group.rows_max)")]
    [InlineData("facets=status,status", "facets duplicate: the facet status is given twice")]
    [InlineData("facets=attrs", "facets type: cannot group by JSON")]
    [InlineData("group=password", "group unknown_field: no field 'password' in products")]
    public async Task Mistakes_are_named(string query, string expected) =>
        Assert.Equal(expected, await _server.Problem($"/v1/products?{query}", 400));

    [Fact]
    public async Task A_sum_too_large_for_its_type_is_the_callers_mistake()
    {
        await using var server = await ReadServer.Start(seams: ReadSeams.All(explains: false), rows: """
            INSERT INTO products (id, sku, name, stock, status, serial, created_at, version) VALUES
              (1, 'a', 'a', 0, 'draft', 9223372036854775807, '2026-01-01T00:00:00.000Z', 1),
              (2, 'b', 'b', 0, 'draft', 9223372036854775807, '2026-01-01T00:00:00.000Z', 1);
            """);
        Assert.StartsWith("4", await server.Get("/v1/products?agg=sum(serial)"), StringComparison.Ordinal);
        Assert.Equal(
            """[{"max_serial":"9223372036854775807"}]""",
            (await server.Json("/v1/products?agg=max(serial)"))["data"]?.ToJsonString());
    }

    [Fact]
    public async Task Every_limit_of_groups_holds_at_its_bound_and_one_past_it()
    {
        await using var small = await ReadServer.Start(
            new ApiLimits { GroupRowsMax = 2, FacetsMax = 1 }, ReadSeams.All(explains: false));
        Assert.StartsWith("200 ", await small.Get("/v1/products?group=status&limit=2"));
        Assert.StartsWith("limit page", await small.Problem("/v1/products?group=status&limit=3", 400));
        Assert.StartsWith("200 ", await small.Get("/v1/products?facets=status"));
        Assert.StartsWith("facets too_complex", await small.Problem("/v1/products?facets=status,stock", 400));
        Assert.Equal(2, (await small.Json("/v1/products?group=id"))["data"]?.AsArray().Count);
    }
}
