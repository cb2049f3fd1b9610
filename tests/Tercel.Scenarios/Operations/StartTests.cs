using Tercel.Scenarios.Harness;
using Tercel.Scenarios.Writes;
using Xunit;

namespace Tercel.Scenarios.Operations;

/// <summary>The start: what the banner says, and what stops a start.</summary>
public sealed class StartTests(WriteLab lab)
{
    [Fact]
    public async Task The_banner_tells_what_is_served_from_where()
    {
        var server = await lab.Server;
        var url = $"http://127.0.0.1:{server.Port}";

        foreach (var expected in new[]
            {
                $"{url}/v1", $"{url}/docs", $"{url}/openapi.json", $"{url}/readyz", "SQLite 3.", "lab.db",
                    "tercel.yaml",
                "7 resources",
            })
            Assert.Contains(expected, server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_address_in_the_banner_opens()
    {
        var server = await lab.Server;
        var addresses = server.Output.Split('\n').Where(line => line.Contains("http://", StringComparison.Ordinal))
            .Select(line => new Uri(line[line.IndexOf("http://", StringComparison.Ordinal)..].Trim())).ToList();

        Assert.Equal(4, addresses.Count);
        foreach (var address in addresses) (await server.Client.Get(address.AbsolutePath)).Expect(200);
    }

    [Fact]
    public async Task A_first_start_says_that_it_made_sample_rows_and_a_second_one_does_not()
    {
        using var folder = new TempFolder();
        await using (var first = await ShopFixture.StartOwn(folder))
            Assert.Matches("made the database with [0-9,]+ rows", first.Output);

        await using var second = await TercelProcess.StartApi(folder, folder.Path);

        Assert.DoesNotContain("made the database", second.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_model_warns_of_is_in_the_banner()
    {
        using var folder = new TempFolder();
        folder.Write("tercel.yaml", CommandLineTests.Small + "\n    index: [gin(name)]\n");

        await using var server = await TercelProcess.StartApi(folder, folder.Path);

        Assert.Matches("Warning .*gin", server.Output);
    }

    [Fact]
    public async Task A_port_that_is_taken_stops_the_start()
    {
        using var folder = new TempFolder();
        folder.Write("tercel.yaml", CommandLineTests.Small);
        var port = (await lab.Server).Port;

        var result = await Program.Run(folder, "api", ".", "--listen", $"127.0.0.1:{port}");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("address already in use", result.All, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Any_free_port_can_be_asked_for()
    {
        using var folder = new TempFolder();
        folder.Write("tercel.yaml", CommandLineTests.Small);
        using var program = Program.Start(folder.Path, [], ["api", ".", "--listen", "127.0.0.1:0"]);
        for (var tries = 0; tries < 400 && !program.Output.Contains("stops it", StringComparison.Ordinal); tries++)
            await Task.Delay(25);

        Assert.Matches("http://127.0.0.1:[1-9][0-9]+/v1", program.Output);
    }

    [Fact]
    public async Task A_model_that_changed_unsafely_is_not_started_in_production_either()
    {
        using var folder = new TempFolder();
        folder.Write("tercel.yaml", CommandLineTests.Small);
        await Program.Run(folder, "apply", ".");
        await DirectSql.Execute(folder["small.db"], "insert into items(name) values ('x')");
        folder.Write("tercel.yaml",
            CommandLineTests.Small.Replace("string(40) required", "int", StringComparison.Ordinal));

        var result = await Program.Run(folder, "api", ".", "--production");

        Assert.Equal(78, result.ExitCode);
        Assert.Contains("schema.", result.All, StringComparison.Ordinal);
        Assert.Equal("x", (await DirectSql.Scalar(folder["small.db"], "select name from items")).GetString());
    }

    [Fact]
    public async Task With_migrate_off_even_a_safe_change_waits_for_apply()
    {
        using var folder = new TempFolder();
        folder.Write("tercel.yaml", CommandLineTests.Small);

        var result = await Program.Run(folder, "api", ".", "--set", "api.migrate=off");

        Assert.Equal(78, result.ExitCode);
        Assert.Contains("tercel apply", result.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_existing_database_is_read_only_unless_asked()
    {
        using var folder = new TempFolder();
        await DirectSql.Execute(folder["a.db"],
            "create table t(id integer primary key, x text); insert into t values (1,'a')");
        await using (var server = await TercelProcess.StartApi(folder, "--database", "sqlite:a.db"))
        {
            (await server.Client.Get("/v1/t/1")).Expect(200);
            var refused = (await server.Client.Post("/v1/t", """{"x":"b"}""")).Expect(405);
            Assert.DoesNotContain("POST", refused["Allow"], StringComparison.Ordinal);
        }

        await using var writable = await TercelProcess.StartApi(folder, "--database", "sqlite:a.db", "--writable");

        (await writable.Client.Post("/v1/t", """{"x":"b"}""")).Expect(201);
        (await writable.Client.Patch("/v1/t/1", """{"x":"c"}""")).Expect(200);
        (await writable.Client.Delete("/v1/t/1")).Expect(204);
    }
}
