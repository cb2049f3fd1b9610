using System.Globalization;
using Tercel.Scenarios.Harness;
using Xunit;

namespace Tercel.Scenarios.Operations;

/// <summary>The model file changes while the server runs.</summary>
public sealed class ReloadTests
{
    [Fact]
    public async Task A_right_change_is_served_and_a_wrong_one_is_not()
    {
        using var folder = new TempFolder();
        folder.Write("tercel.yaml", CommandLineTests.Small);
        await using var server = await TercelProcess.StartApi(folder, folder.Path);
        var client = server.Client;
        (await client.Post("/v1/items", """{"name":"a"}""")).Expect(201);
        (await client.Get("/v1/tools")).Expect(404);

        // Safe: a new field and a new resource.
        folder.Write("tercel.yaml", CommandLineTests.Small + """

                  size: int default=3
              tools:
                fields: { id: int pk auto, label: string(10) required }
            """);
        await Wait.Until(async () => (await client.Get("/v1/tools")).Status == 200, () => server.Log);
        Assert.Equal("3", (await client.Get("/v1/items/1")).Expect(200).Json.GetProperty("size").GetRawText());
        (await client.Post("/v1/tools", """{"label":"saw"}""")).Expect(201);
        Assert.Contains("/v1/tools", (await client.Get("/openapi.json")).Text, StringComparison.Ordinal);
        Assert.Contains("tools", (await client.Get("/")).Text, StringComparison.Ordinal);

        // Wrong: the last good model stays, and the log says why and where.
        folder.Write("tercel.yaml",
            CommandLineTests.Small.Replace("string(40)", "strng(40)", StringComparison.Ordinal));
        await Wait.Until(() => server.Log.Contains("strng", StringComparison.Ordinal), () => server.Log);
        Assert.Contains("tercel.yaml:8:", server.Log, StringComparison.Ordinal);
        Assert.Contains("the last good one stays", server.Log, StringComparison.Ordinal);
        (await client.Get("/v1/tools")).Expect(200);

        // Unsafe: refused until somebody applies it.
        folder.Write("tercel.yaml",
            CommandLineTests.Small.Replace("string(40) required", "int", StringComparison.Ordinal));
        await Wait.Until(() => server.Log.Contains("tercel apply", StringComparison.Ordinal), () => server.Log);
        (await client.Get("/v1/items/1")).Expect(200);
        Assert.Equal("a", (await client.Get("/v1/items/1")).Json.GetProperty("name").GetString());
    }

    [Fact]
    public async Task What_apply_changed_is_taken_while_the_server_runs()
    {
        using var folder = new TempFolder();
        folder.Write("tercel.yaml", CommandLineTests.Small);
        await using var server = await TercelProcess.StartApi(folder, folder.Path);
        (await server.Client.Post("/v1/items", """{"name":"12"}""")).Expect(201);
        folder.Write("tercel.yaml",
            CommandLineTests.Small.Replace("string(40) required", "int", StringComparison.Ordinal));
        await Wait.Until(() => server.Log.Contains("tercel apply", StringComparison.Ordinal), () => server.Log);

        var applied = await Program.Run(folder, "apply", ".");

        Assert.True(applied.ExitCode == 0, applied.All);
        await Wait.Until(
            async () => (await server.Client.Post("/v1/items", """{"name":7}""")).Status == 201, () => server.Log);
        Assert.Equal("12", (await server.Client.Get("/v1/items/1")).Expect(200).Json.GetProperty("name").GetRawText());
        Assert.Equal("422 #/name type", (await server.Client.Post("/v1/items", """{"name":"x"}""")).Summary());
    }

    [Fact]
    public async Task Requests_never_fail_while_models_change()
    {
        using var folder = new TempFolder();
        folder.Write("tercel.yaml", CommandLineTests.Small);
        await using var server = await TercelProcess.StartApi(folder, folder.Path);
        using var over = new CancellationTokenSource();
        var clients = Enumerable.Range(0, 4).Select(who => Task.Run(async () =>
        {
            for (var i = 0; !over.IsCancellationRequested; i++)
            {
                (await server.Client.Post("/v1/items", $$"""{"name":"{{who}}-{{i}}"}""")).Expect(201);
                (await server.Client.Get("/v1/items?limit=5&sort=-id")).Expect(200);
            }
        })).ToList();

        try
        {
            for (var fields = 1; fields <= 2; fields++)
            {
                var more = string.Concat(Enumerable.Range(0, fields).Select(n =>
                    string.Create(CultureInfo.InvariantCulture, $"\n      extra{n}: int")));
                folder.Write("tercel.yaml", CommandLineTests.Small + more);
                var last = $"\"extra{fields - 1}\"";
                await Wait.Until(
                    async () =>
                        (await server.Client.Get("/v1/items?limit=1")).Text.Contains(last, StringComparison.Ordinal),
                    () => server.Log);
            }
        }
        finally
        {
            await over.CancelAsync();
        }

        await Task.WhenAll(clients);
    }

    [Fact]
    public async Task In_production_the_file_is_not_watched()
    {
        using var folder = new TempFolder();
        folder.Write("tercel.yaml", CommandLineTests.Small);
        await using var server = await TercelProcess.StartApi(folder, folder.Path, "--production");

        folder.Write("tercel.yaml", CommandLineTests.Small + "\n      size: int");
        await Task.Delay(1200);

        Assert.Equal("400 fields unknown_field", (await server.Client.Get("/v1/items?fields=size")).Summary());
    }
}
