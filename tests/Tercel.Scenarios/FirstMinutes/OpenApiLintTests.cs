using System.Text.Json;
using Tercel.Scenarios.Harness;
using Xunit;

namespace Tercel.Scenarios.FirstMinutes;

/// <summary>The OpenAPI document is clean under the recommended rules of two linters.</summary>
public sealed class OpenApiLintTests(ShopFixture shop, ChinookFixture chinook)
{
    [Fact]
    public async Task Redocly_finds_nothing_in_the_shop() => await Redocly(await shop.Client());

    [Fact]
    public async Task Spectral_finds_nothing_in_the_shop() => await Spectral(await shop.Client());

    [Fact]
    public async Task Redocly_finds_nothing_in_chinook() => await Redocly(await chinook.Client());

    [Fact]
    public async Task Spectral_finds_nothing_in_chinook() => await Spectral(await chinook.Client());

    private static async Task Redocly(ApiClient client)
    {
        using var folder = new TempFolder();
        await Fetch(client, folder);
        folder.Write("redocly.yaml", "extends: [recommended]\n");
        (string, string)[] quiet = [("REDOCLY_TELEMETRY", "off"), ("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true")];

        var result = await Program.RunAny(
            Installed.RequireNode("redocly"), folder.Path, quiet, "lint", "openapi.json", "--format=json");

        using var report = JsonDocument.Parse(result.Output);
        var problems = report.RootElement.GetProperty("problems").EnumerateArray()
            .Select(problem => $"{problem.GetProperty("ruleId")}: {problem.GetProperty("message")}");
        Assert.Empty(problems);
    }

    private static async Task Spectral(ApiClient client)
    {
        using var folder = new TempFolder();
        await Fetch(client, folder);
        folder.Write(".spectral.yaml", "extends: [\"spectral:oas\"]\n");

        var result = await Program.RunAny(
            Installed.RequireNode("spectral"), folder.Path, "lint", "openapi.json", "--fail-severity=hint");

        Assert.True(result.ExitCode == 0, result.All);
    }

    private static async Task Fetch(ApiClient client, TempFolder folder)
    {
        var reply = (await client.Get("/openapi.json")).Expect(200);
        await File.WriteAllBytesAsync(folder["openapi.json"], reply.Body);
    }
}
