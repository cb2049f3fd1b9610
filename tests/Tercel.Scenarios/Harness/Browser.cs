using Microsoft.Playwright;

namespace Tercel.Scenarios.Harness;

/// <summary>The system's Chromium without a window, driven by Playwright.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private static readonly string[] Flags =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Browser(IPlaywright playwright, IBrowser browser)
    {
        _playwright = playwright;
        _browser = browser;
    }

    /// <summary>Starts one; skips the test when the machine has no Chromium.</summary>
    public static async Task<Browser> Start()
    {
        var path = Installed.RequireChromium();
        var playwright = await Playwright.CreateAsync();
        var options = new BrowserTypeLaunchOptions { ExecutablePath = path, Args = Flags, Timeout = 60_000 };
        var browser = await playwright.Chromium.LaunchAsync(options);
        return new Browser(playwright, browser);
    }

    /// <summary>An empty page of its own, with bounded waits.</summary>
    public async Task<IPage> NewPage()
    {
        var page = await _browser.NewPageAsync();
        page.SetDefaultTimeout(20_000);
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.CloseAsync();
        _playwright.Dispose();
    }
}
