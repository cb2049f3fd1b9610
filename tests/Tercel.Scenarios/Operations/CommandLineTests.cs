using System.Text.Json;
using Tercel.Scenarios.Harness;
using Xunit;

namespace Tercel.Scenarios.Operations;

/// <summary>The commands around the server, their output and their exit codes.</summary>
public sealed class CommandLineTests : IDisposable
{
    internal const string Small = """
        api: 1
        name: small
        database: sqlite:small.db
        resources:
          items:
            fields:
              id: int pk auto
              name: string(40) required
        """;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(64, "", "api")]
    [InlineData(0, "--help", "apply")]
    [InlineData(0, "api --help", "--config-explain")]
    [InlineData(0, "--version", ".")]
    [InlineData(64, "aip", "did you mean 'api'?")]
    [InlineData(64, "plan --chek", "did you mean '--check'?")]
    [InlineData(64, "api --listen", "--listen")]
    [InlineData(64, "init", "--from")]
    [InlineData(64, "api . --database sqlite:x.db", "not both")]
    [InlineData(64, "api . --writable", "--database")]
    [InlineData(78, "api nowhere", "nowhere")]
    [InlineData(78, "check nowhere", "nowhere")]
    [InlineData(1, "api --database sqlite:none.db", "does not exist")]
    [InlineData(1, "api --database sqlite:text.txt", "is not a SQLite database")]
    [InlineData(78, "api --database oracle:x", "sqlite:FILE")]
    [InlineData(1, "init --from sqlite:none.db --out x.yaml", "does not exist")]
    public async Task What_is_wrong_is_said_in_a_line(int exitCode, string arguments, string expected)
    {
        _folder.Write("text.txt", "This is no database, though it is long enough to have a header.");

        var result = await Tercel(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains(expected, result.All, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_names_every_mistake_with_its_place()
    {
        _folder.Write("tercel.yaml", Small.Replace("required", "requird", StringComparison.Ordinal)
            .Replace("pk auto", "pk auot", StringComparison.Ordinal) + "\ncolour: red\n");

        var result = await Tercel("check", ".");

        Assert.Equal(78, result.ExitCode);
        foreach (var expected in new[] { "tercel.yaml:7:", "tercel.yaml:8:", "tercel.yaml:9:", "colour", "3 errors" })
            Assert.Contains(expected, result.All, StringComparison.Ordinal);
        Assert.Contains("did you mean: required", result.All, StringComparison.Ordinal);
        Assert.Equal(78, (await Tercel("api", ".")).ExitCode);
        Assert.Equal(78, (await Tercel("plan", ".")).ExitCode);
        Assert.Equal(78, (await Tercel("apply", ".")).ExitCode);
    }

    [Fact]
    public async Task Check_is_content_with_the_sample()
    {
        var result = await Tercel("check", RepositoryPaths.SampleShop);

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("no errors", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_shows_what_apply_then_does()
    {
        _folder.Write("tercel.yaml", Small);

        var plan = await Tercel("plan", ".", "--check");
        var untouched = File.Exists(_folder["small.db"]);
        var applied = await Tercel("apply", ".");
        var after = await Tercel("plan", ".", "--check");

        Assert.Equal((3, false), (plan.ExitCode, untouched));
        Assert.Contains("CREATE TABLE \"items\"", plan.Output, StringComparison.Ordinal);
        Assert.Equal(0, applied.ExitCode);
        Assert.Equal(0, after.ExitCode);
        Assert.Contains("nothing to change", after.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await DirectSql.Scalar(_folder["small.db"], "select count(*) from items")).GetInt32());
        Assert.Contains("nothing to do", (await Tercel("apply", ".")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_speaks_json_to_programs()
    {
        _folder.Write("tercel.yaml", Small);

        using var plan = JsonDocument.Parse((await Tercel("plan", ".", "--json")).Output);

        Assert.True(plan.RootElement.GetProperty("pending").GetBoolean());
        Assert.Equal("SAFE", plan.RootElement.GetProperty("steps")[0].GetProperty("class").GetString());
    }

    [Fact]
    public async Task A_drop_needs_its_name_and_leaves_a_backup()
    {
        _folder.Write("tercel.yaml", Small);
        await Tercel("apply", ".");
        await DirectSql.Execute(_folder["small.db"], "insert into items(name) values ('kept')");
        _folder.Write("tercel.yaml",
            Small.Replace("name: string(40) required", "title: string(40)", StringComparison.Ordinal));

        var refused = await Tercel("apply", ".");
        var start = await Tercel("api", ".");
        var applied = await Tercel("apply", ".", "--allow-drop", "items.name");

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("--allow-drop items.name", refused.All, StringComparison.Ordinal);
        Assert.Equal(78, start.ExitCode);
        Assert.Contains("tercel plan", start.All, StringComparison.Ordinal);
        Assert.Equal(0, applied.ExitCode);
        var backup = Assert.Single(Directory.GetFiles(_folder.Path, "small.db.backup-*"));
        Assert.Equal("kept", (await DirectSql.Scalar(backup, "select name from items")).GetString());
        Assert.Equal(1, (await DirectSql.Scalar(_folder["small.db"],
            "select count(title is null) from items")).GetInt32());
    }

    [Fact]
    public async Task Rows_that_do_not_fit_block_an_apply_and_are_shown()
    {
        _folder.Write("tercel.yaml", Small);
        await Tercel("apply", ".");
        await DirectSql.Execute(_folder["small.db"], "insert into items(name) values ('much longer than ten')");
        _folder.Write("tercel.yaml", Small.Replace("string(40)", "string(10)", StringComparison.Ordinal));

        var result = await Tercel("apply", ".");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("BLOCKED", result.All, StringComparison.Ordinal);
        Assert.Equal(0, (await Tercel("plan", ".")).ExitCode);
    }

    [Fact]
    public async Task Init_writes_the_model_of_a_database_and_it_serves()
    {
        await DirectSql.Execute(_folder["old.db"], """
            create table "Order Items" (Id integer primary key, Name text not null);
            insert into "Order Items" values (1, 'a');
            """);

        var result = await Tercel("init", "--from", "sqlite:old.db");
        var again = await Tercel("init", "--from", "sqlite:old.db");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("--force", again.All, StringComparison.Ordinal);
        Assert.Equal(0, (await Tercel("init", "--from", "sqlite:old.db", "--force")).ExitCode);
        await using var server = await TercelProcess.StartApi(_folder, ".");
        Assert.Equal("a", (await server.Client.Get("/v1/Order%20Items/1")).Expect(200).Json
            .GetProperty("Name").GetString());
    }

    private Task<ProgramResult> Tercel(params string[] arguments) => Program.Run(_folder, arguments);
}
