using System.Diagnostics;
using System.Text.Json;
using Tercel.Scenarios.Harness;
using Xunit;
using Program = Tercel.Scenarios.Harness.Program;

namespace Tercel.Scenarios.SchemaChanges;

/// <summary>The model file changes: on the command line, while a server runs, and before one starts.</summary>
public sealed class ModelChangeTests : IDisposable
{
    private const string Books = """
        api: 1
        name: library
        database: sqlite:library.db
        resources:
          books:
            fields:
              id:     int pk auto
              title:  string(80) required
              status: enum(new,lent,lost) default=new
            search: [title]

        """;

    private static readonly TimeSpan ReloadLimit = TimeSpan.FromSeconds(20);

    private readonly TempFolder _folder = new();

    private string Database => _folder["library.db"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Plan_shows_apply_makes_and_check_tells_by_its_exit_code()
    {
        _folder.Write("tercel.yaml", Books);
        Assert.Equal(3, (await Tercel("plan", ".", "--check")).ExitCode);
        Assert.False(File.Exists(Database));
        Assert.Equal(0, (await Tercel("apply", ".")).ExitCode);
        Assert.Equal(0, (await Tercel("plan", ".", "--check")).ExitCode);

        _folder.Write("tercel.yaml", With("isbn: string(17)"));
        var plan = await Tercel("plan", ".", "--json");
        using var json = JsonDocument.Parse(plan.Output);
        var step = Assert.Single(json.RootElement.GetProperty("steps").EnumerateArray());
        Assert.Equal("SAFE", step.GetProperty("class").GetString());
        Assert.Contains("ADD COLUMN", step.GetProperty("sql")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Apply_fills_a_new_database_as_a_first_start_does()
    {
        _folder.Write("tercel.yaml", Books);
        _folder.Write("seed.sql", "INSERT INTO books (title) VALUES ('Emma')");
        Assert.Equal(0, (await Tercel("apply", ".")).ExitCode);
        Assert.Equal("Emma", (await DirectSql.Scalar(Database, "SELECT title FROM books")).GetString());
    }

    [Fact]
    public async Task A_drop_needs_its_name_and_leaves_a_backup()
    {
        _folder.Write("tercel.yaml", Books);
        await Tercel("apply", ".");
        await DirectSql.Execute(Database, "INSERT INTO books (title) VALUES ('Emma')");
        _folder.Write("tercel.yaml", Without("status"));
        var refused = await Tercel("apply", ".");
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("--allow-drop books.status", refused.All, StringComparison.Ordinal);
        Assert.Equal("new", (await DirectSql.Scalar(Database, "SELECT status FROM books")).GetString());

        Assert.Equal(0, (await Tercel("apply", ".", "--allow-drop", "books.status")).ExitCode);
        var backup = Assert.Single(Directory.GetFiles(_folder.Path, "library.db.backup-*"));
        Assert.Equal("new", (await DirectSql.Scalar(backup, "SELECT status FROM books")).GetString());
        Assert.Equal("Emma", (await DirectSql.Scalar(Database, "SELECT title FROM books")).GetString());
    }

    [Fact]
    public async Task A_blocked_change_shows_the_rows_and_changes_nothing()
    {
        _folder.Write("tercel.yaml", Books);
        await Tercel("apply", ".");
        await DirectSql.Execute(Database, "INSERT INTO books (id, title, status) VALUES (41, 'Emma', 'lost')");
        _folder.Write("tercel.yaml", Books.Replace(",lost", "", StringComparison.Ordinal));
        var result = await Tercel("apply", ".");
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("BLOCKED", result.All, StringComparison.Ordinal);
        Assert.Contains("41", result.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_running_server_takes_a_safe_change()
    {
        await using var server = await Serve();
        await server.Client.Post("/v1/books", """{"title":"Emma"}""");
        _folder.Write("tercel.yaml", Books
            .Replace("title:  string(80) required", "name: string(90) required was=title", StringComparison.Ordinal)
            .Replace("[title]", "[name]", StringComparison.Ordinal));
        await Eventually(async () => (await server.Client.Get("/v1/books?name=Emma")).Status == 200);
        Assert.Single((await server.Client.Get("/v1/books?q=emma")).Expect(200).Items);
    }

    [Fact]
    public async Task A_running_server_keeps_the_last_good_model_when_the_new_one_is_wrong()
    {
        await using var server = await Serve();
        _folder.Write("tercel.yaml", Books.Replace("string(80)", "strong(80)", StringComparison.Ordinal));
        await Eventually(() => Task.FromResult(server.Log.Contains("tercel.yaml:8:", StringComparison.Ordinal)));
        (await server.Client.Post("/v1/books", """{"title":"Emma"}""")).Expect(201);

        _folder.Write("tercel.yaml", With("isbn: string(17)"));
        await Eventually(async () => (await server.Client.Get("/v1/books?isbn.null=true")).Status == 200);
    }

    [Fact]
    public async Task A_running_server_refuses_a_loss_until_somebody_applies_it()
    {
        await using var server = await Serve();
        await server.Client.Post("/v1/books", """{"title":"Emma"}""");
        _folder.Write("tercel.yaml", Without("status"));
        await Eventually(() => Task.FromResult(server.Log.Contains("DATA-LOSS", StringComparison.Ordinal)));
        (await server.Client.Get("/v1/books?status=new")).Expect(200);

        Assert.Equal(0, (await Tercel("apply", ".", "--allow-drop", "books.status")).ExitCode);
        await Eventually(async () => (await server.Client.Get("/v1/books?status=new")).Status == 400);
        Assert.Single((await server.Client.Get("/v1/books?title=Emma")).Expect(200).Items);
    }

    [Fact]
    public async Task A_server_in_production_does_not_start_while_a_change_is_pending_that_is_not_safe()
    {
        _folder.Write("tercel.yaml", Books);
        await Tercel("apply", ".");
        _folder.Write("tercel.yaml", Without("status"));
        var result = await Tercel("api", ".", "--production", "--listen", "127.0.0.1:0");
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("DATA-LOSS", result.All, StringComparison.Ordinal);
        Assert.Contains("tercel apply", result.All, StringComparison.Ordinal);
    }

    private static string With(string field) =>
        Books.Replace("      id: ", $"      {field}\n      id: ", StringComparison.Ordinal);

    private static string Without(string field) => string.Join('\n',
        Books.Split('\n').Where(line => !line.Contains($"      {field}:", StringComparison.Ordinal)));

    private Task<ProgramResult> Tercel(params string[] arguments) => Program.Run(_folder, arguments);

    private Task<TercelProcess> Serve()
    {
        _folder.Write("tercel.yaml", Books);
        return TercelProcess.StartApi(_folder, ".");
    }

    private static async Task Eventually(Func<Task<bool>> holds)
    {
        var watch = Stopwatch.StartNew();
        while (!await holds())
        {
            Assert.True(watch.Elapsed < ReloadLimit, $"nothing happened for {ReloadLimit.TotalSeconds} s");
            await Task.Delay(50);
        }
    }
}
