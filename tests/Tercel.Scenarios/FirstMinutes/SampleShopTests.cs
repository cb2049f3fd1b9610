using Tercel.Scenarios.Harness;
using Xunit;

namespace Tercel.Scenarios.FirstMinutes;

/// <summary>What a newcomer does first: start the sample, look around, stop it.</summary>
public sealed class SampleShopTests(ShopFixture shop)
{
    [Fact]
    public async Task The_start_banner_names_what_to_open_next()
    {
        var output = (await shop.Server).Output;

        Assert.Contains("/v1", output, StringComparison.Ordinal);
        Assert.Contains("/docs", output, StringComparison.Ordinal);
        Assert.Contains("/readyz", output, StringComparison.Ordinal);
        Assert.Contains("shop.db", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("users", 5)]
    [InlineData("products", 200)]
    [InlineData("orders", 2000)]
    [InlineData("order_lines", 6000)]
    public async Task The_sample_has_enough_rows_to_play_with(string table, int rowsMin)
    {
        await shop.Client();

        var count = await DirectSql.Scalar(shop.Database, $"select count(*) from {table}");

        Assert.True(count.GetInt32() >= rowsMin, $"{count} rows in {table}");
    }

    [Theory]
    [InlineData("users")]
    [InlineData("categories")]
    [InlineData("products")]
    [InlineData("orders")]
    [InlineData("reviews")]
    public async Task Every_resource_can_be_listed(string resource)
    {
        var client = await shop.Client();

        var reply = (await client.Get($"/v1/{resource}?limit=3")).Expect(200);

        Assert.Equal(3, reply.Items.Count);
    }

    [Fact]
    public async Task The_start_page_is_json_for_programs_and_html_for_people()
    {
        var client = await shop.Client();

        var program = (await client.Get("/", ("Accept", "application/json"))).Expect(200);
        var person = (await client.Get("/", ("Accept", "text/html"))).Expect(200);

        Assert.Contains("/openapi.json", program.Json.ToString(), StringComparison.Ordinal);
        Assert.StartsWith("text/html", person["Content-Type"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_docs_page_renders_in_a_browser_without_asking_another_host()
    {
        var server = await shop.Server;
        await using var browser = await Browser.Start();
        var page = await browser.NewPage();
        var foreign = new List<string>();
        page.Request += (_, request) =>
        {
            var isLocal = request.Url.StartsWith(server.Client.Server.ToString(), StringComparison.Ordinal);
            if (!isLocal && !request.Url.StartsWith("data:", StringComparison.Ordinal)) foreign.Add(request.Url);
        };
        var problems = new List<string>();
        page.PageError += (_, problem) => problems.Add(problem);

        await page.GotoAsync(new Uri(server.Client.Server, "/docs").ToString());
        await page.Locator("#operations-tag-products").ClickAsync();
        await page.Locator("[data-path=\"/v1/products\"]").First.WaitForAsync();

        Assert.Empty(foreign);
        Assert.Empty(problems);
    }

    [Fact]
    public async Task It_stops_cleanly_on_sigterm()
    {
        using var folder = new TempFolder();
        await using var server = await ShopFixture.StartOwn(folder);

        Assert.Equal(0, await server.Stop());
    }
}
