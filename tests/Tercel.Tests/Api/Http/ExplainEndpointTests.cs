using System.Text.Json.Nodes;
using Tercel.Api.Http.Reads;
using Xunit;

namespace Tercel.Tests.Api.Http;

public sealed class ExplainEndpointTests
{
    [Theory]
    [InlineData("products?fields=id&stock=3&sort=-created_at", "add index (stock, created_at) to products")]
    [InlineData(
        "products?fields=id&stock=3&sold=true&sort=-price,created_at",
        "add index (stock, sold, -price, created_at) to products")]
    [InlineData("products?fields=id&price.gt=3&sort=name", "add index (price) to products")]
    [InlineData("products?fields=id&price.between=1,3&sort=-price", "add index (price) to products")]
    [InlineData("products?fields=id&sort=name", "add index (name) to products")]
    [InlineData("products?weight.null=true&group=stock", "add index (weight) to products")]
    [InlineData("products?fields=id", "")]
    [InlineData("products?fields=id&id=3&sort=name", "")]
    [InlineData("products?fields=id&sku=A", "")]
    [InlineData("products?fields=id&status=draft", "")]
    [InlineData("products?fields=id&name.icontains=x", "")]
    [InlineData("products?fields=rating&id=3", "add index (product_id) to reviews")]
    [InlineData("categories?embed=children", "add index (parent_id) to categories")]
    public async Task The_missing_index_is_named(string url, string expected)
    {
        await using var server = await Start();
        var told = await Explain(server, url);
        var suggestions = told["suggestions"]!.AsArray(); // always there
        Assert.Equal(expected, string.Join("; ", suggestions.Select(s => (string?)s)));
    }

    [Fact]
    public async Task All_statements_of_a_list_are_told_with_their_plans()
    {
        await using var server = await Start();
        const string Parts = "embed=category,reviews(id)&count=exact&facets=stock";
        var told = await Explain(server, $"products?status=active&{Parts}&where=price gt $p&$p=12345");
        var statements = told["statements"]!.AsArray(); // always there
        Assert.Equal(["page", "count", "embed reviews", "facet stock"], statements.Select(s => (string?)s!["purpose"]));
        Assert.All(statements, s => Assert.StartsWith("SELECT", (string?)s!["sql"], StringComparison.Ordinal));
        var page = statements[0]!.ToJsonString(); // as above
        Assert.Contains("\"indexes\":[\"products_status\"", page, StringComparison.Ordinal);
        Assert.Contains("\"from\":\"request\",\"type\":\"decimal\"}", page, StringComparison.Ordinal);
        Assert.DoesNotContain("12345", told.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reading_a_whole_table_is_warned_of()
    {
        await using var server = await Start();
        var told = await Explain(server, "products?fields=id&stock=3&sort=name");
        Assert.Equal(
            ["page: all matching rows of products are sorted for each page",
                "page: every row of products may be read to find the matching ones"],
            told["warnings"]!.AsArray().Select(w => (string?)w)); // always there
        Assert.Empty((await Explain(server, "products?fields=id&id=3"))["warnings"]!.AsArray()); // always there
    }

    [Fact]
    public async Task Explain_is_refused_where_it_is_off()
    {
        await using var server = await ReadServer.Start(seams: ReadSeams.All(explains: false));
        Assert.StartsWith("explain explain_disabled", await server.Problem("/v1/products?explain=true", 400));
    }

    [Theory]
    [InlineData("colour=red", "colour unknown_field")]
    [InlineData("facets=colour", "facets unknown_field")]
    [InlineData("group=colour", "group unknown_field")]
    public async Task Mistakes_are_told_as_without_explain(string query, string expected)
    {
        await using var server = await Start();
        Assert.StartsWith(expected, await server.Problem($"/v1/products?explain=true&{query}", 400));
    }

    private static Task<ReadServer> Start() => ReadServer.Start(
        seams: ReadSeams.All(explains: true), rows: "CREATE INDEX products_status ON products (status);");

    private static Task<JsonNode> Explain(ReadServer server, string url) =>
        server.Json($"/v1/{url}{(url.Contains('?', StringComparison.Ordinal) ? '&' : '?')}explain=true");
}
