using Tercel.Api.Schema;
using Tercel.Primitives;
using Xunit;

namespace Tercel.Tests.Api.Schema;

/// <summary>The rows that a new database begins with.</summary>
public sealed class SeedTests : IAsyncDisposable
{
    private const string Items =
        "  items:\n    fields:\n      id: int pk auto\n      name: string(40)\n      parent: ref(items)\n";

    private readonly SchemaFixture _db = new();

    public ValueTask DisposeAsync() => _db.DisposeAsync();

    [Fact]
    public async Task A_seed_runs_when_the_database_is_made()
    {
        var result = await Start(
            "INSERT INTO items (name) VALUES ('a; b'); -- two; statements\nINSERT INTO items (name) VALUES ('c')");
        result.TryGet(out var report, out _);
        Assert.Equal(2, report?.SeedRows);
        Assert.Equal(["a; b", "c"], await _db.Rows("SELECT name FROM items"));
    }

    [Fact]
    public async Task A_seed_does_not_run_in_a_database_that_was_there_before()
    {
        await _db.Become(Items);
        await Start("INSERT INTO items (name) VALUES ('a')");
        Assert.Equal("0", await _db.One("SELECT count(*) FROM items"));
    }

    [Theory]
    [InlineData("INSERT INTO items (name) VALUES ('a'); INSERT INTO nothing VALUES (1)", "seed_failed")]
    [InlineData("INSERT INTO items (parent_id) VALUES (77)", "references")]
    public async Task A_wrong_seed_leaves_the_database_new_so_that_the_next_start_can_be_right(string sql, string code)
    {
        var result = await Start(sql);
        Assert.Equal(code, Assert.Single(result.Errors).Code.Name);
        Assert.Empty(await _db.Schema());

        Assert.True((await Start("INSERT INTO items (name) VALUES ('a')")).IsOk);
        Assert.Equal("a", await _db.One("SELECT name FROM items"));
    }

    private Task<Result<StartupReport>> Start(string seed)
    {
        File.WriteAllText(Path.Combine(_db.Folder, SeedScript.FileName), seed);
        return Startup.Prepare(_db.Model(Items), _db.Database, new StartupOptions(), TimeProvider.System);
    }
}
