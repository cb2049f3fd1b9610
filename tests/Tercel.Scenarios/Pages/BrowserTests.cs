using Microsoft.Playwright;
using Tercel.Scenarios.Harness;
using Xunit;

[assembly: AssemblyFixture(typeof(Tercel.Scenarios.Pages.OneBrowser))]

namespace Tercel.Scenarios.Pages;

/// <summary>One browser for all page tests; started by whoever asks first.</summary>
public sealed class OneBrowser : IAsyncLifetime
{
    private readonly Lazy<Task<Browser>> _browser = new(Browser.Start);

    internal async Task<IPage> NewPage() => await (await _browser.Value).NewPage();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_browser.IsValueCreated && _browser.Value.IsCompletedSuccessfully) await (
            await _browser.Value).DisposeAsync();
    }
}

/// <summary>The pages for people, in a real browser. Screenshots lie in artifacts/screenshots.</summary>
public sealed class BrowserTests(ShopFixture shop, OneBrowser browser)
{
    private static readonly string Screenshots = Path.Combine(RepositoryPaths.Root, "artifacts", "screenshots");

    [Theory]
    [InlineData("/", 1280, 800, "start")]
    [InlineData("/", 360, 740, "start-phone")]
    [InlineData("/docs", 1280, 900, "docs")]
    [InlineData("/docs", 360, 740, "docs-phone")]
    public async Task A_page_opens_quietly_and_fits(string path, int width, int height, string name)
    {
        var (page, watch) = await Open(path, width, height);
        if (path == "/docs") await page.Locator(".opblock-tag[data-tag='products']").WaitForAsync();

        var scrolls = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - window.innerWidth");
        await page.ScreenshotAsync(new() { Path = Path.Combine(Screenshots, $"{name}.png") });

        Assert.Empty(watch.Complaints);
        Assert.Empty(watch.Foreign);
        Assert.True(scrolls <= 0, $"{scrolls} pixels wider than the window");
    }

    [Fact]
    public async Task The_start_page_leads_to_every_resource_and_its_example_works()
    {
        var (page, watch) = await Open("/", 1280, 800);
        var client = await shop.Client();

        var links = await page.Locator("a").EvaluateAllAsync<string[]>("all => all.map(a => a.getAttribute('href'))");

        foreach (var resource in new[] { "users", "categories", "products", "collections", "orders", "reviews" })
            Assert.Contains(links, link => link == $"/v1/{resource}");
        foreach (var link in links) (await client.Get(link)).Expect(200);
        var example = await page.Locator("pre code").First.InnerTextAsync();
        var query = example[example.IndexOf("/v1/", StringComparison.Ordinal)..].TrimEnd('\'');
        Assert.NotEmpty((await client.Get(query)).Expect(200).Items);
        Assert.Empty(watch.Complaints);
    }

    [Fact]
    public async Task The_docs_list_every_resource_and_can_be_tried_out()
    {
        var (page, watch) = await Open("/docs", 1280, 1000);
        foreach (var resource in new[]
            {
                "users", "categories", "products", "collections", "orders", "reviews", "sales_by_month", "batch",
            })
            await page.Locator($".opblock-tag[data-tag='{resource}']").WaitForAsync();

        await page.Locator(".opblock-tag[data-tag='products']").ClickAsync();
        var list = page.Locator(".opblock-get").Filter(
            new() { Has = page.Locator(".opblock-summary-path[data-path='/v1/products']") }).First;
        await list.Locator(".opblock-summary-control").ClickAsync();
        await list.GetByRole(AriaRole.Button, new() { Name = "Execute" }).ClickAsync();
        var answer = list.Locator(".live-responses-table");
        await answer.WaitForAsync();

        Assert.Equal("200", (await answer.Locator("tbody .response-col_status").First.InnerTextAsync()).Trim()[..3]);
        Assert.Contains("\"sku\"", await answer.Locator(".response-col_description pre").First.InnerTextAsync(),
            StringComparison.Ordinal);
        await answer.ScrollIntoViewIfNeededAsync();
        await page.ScreenshotAsync(new() { Path = Path.Combine(Screenshots, "docs-tried.png") });
        Assert.Empty(watch.Complaints);
        Assert.Empty(watch.Foreign);
    }

    private async Task<(IPage Page, Watch Watch)> Open(string path, int width, int height)
    {
        Directory.CreateDirectory(Screenshots);
        var server = (await shop.Server).Client.Server;
        var page = await browser.NewPage();
        await page.SetViewportSizeAsync(width, height);
        var watch = new Watch();
        page.Console += (_, message) =>
        {
            if (message.Type == "error") watch.Complaints.Add(message.Text);
        };
        page.PageError += (_, problem) => watch.Complaints.Add(problem);
        page.Request += (_, request) =>
        {
            var isLocal = request.Url.StartsWith(server.ToString(), StringComparison.Ordinal);
            if (!isLocal && !request.Url.StartsWith("data:", StringComparison.Ordinal)) watch.Foreign.Add(request.Url);
        };
        await page.GotoAsync(new Uri(server, path).ToString());
        return (page, watch);
    }

    private sealed record Watch
    {
        /// <summary>Errors on the console, and exceptions that nothing caught.</summary>
        public List<string> Complaints { get; } = [];

        /// <summary>Requests to other hosts.</summary>
        public List<string> Foreign { get; } = [];
    }
}
