using Tercel.Api.Model;
using Tercel.Api.Schema;
using Tercel.Data.Sqlite;
using Tercel.Primitives;
using Tercel.Tests.Data;
using Xunit;

namespace Tercel.Tests.Api.Schema;

// A folder with a model file and a real database file, and short ways to plan and apply.
internal sealed class SchemaFixture : IAsyncDisposable
{
    private readonly SqliteFixture _files = new();

    public SchemaFixture() => Database = SqliteFixture.Open(_files.Options);

    public SqliteDatabase Database { get; }

    public string Path => _files.Path;

    public string Folder => System.IO.Path.GetDirectoryName(_files.Path) ?? ".";

    // The text of 'resources:' with what belongs to the top level after it.
    public ApiModel Model(string resources)
    {
        File.WriteAllText(_files.In("tercel.yaml"), Yaml(resources));
        return Load(_files.In("tercel.yaml"));
    }

    public static string Yaml(string resources) =>
        "api: 1\nname: test\ndatabase: sqlite:test.db\nresources:\n" + resources;

    public static ApiModel Load(string path)
    {
        var loaded = ModelLoader.Load(path, _ => null);
        Assert.True(loaded.IsOk, string.Join('\n', loaded.Errors.Select(e => $"{e.Line}:{e.Column} {e.Detail}")));
        loaded.TryGet(out var model, out _);
        return model ?? throw new InvalidOperationException();
    }

    public Task<SchemaPlan> Plan(string resources) => Plan(Model(resources));

    public Task<SchemaPlan> Plan(ApiModel model) => SchemaPlanner.Plan(model, Database, TimeProvider.System);

    public Task<Result<ApplyReport>> TryApply(SchemaPlan plan, params string[] drops) =>
        SchemaApplier.Apply(plan, Database, new ApplyOptions { AllowDrop = drops, Who = "test" }, TimeProvider.System);

    public async Task<ApplyReport> Apply(SchemaPlan plan, params string[] drops)
    {
        var result = await TryApply(plan, drops);
        Assert.True(result.IsOk, PlanText.Render(plan) + PlanText.Render(result.Errors));
        result.TryGet(out var report, out _);
        return report ?? throw new InvalidOperationException();
    }

    // Plans, applies, and makes sure that nothing is left to do.
    public async Task<SchemaPlan> Become(string resources, params string[] drops)
    {
        var model = Model(resources);
        var plan = await Plan(model);
        await Apply(plan, drops);
        var rest = await Plan(model);
        Assert.True(rest.IsEmpty, PlanText.Render(rest));
        return plan;
    }

    public Task Run(string sql) => Database.Run(sql);

    public Task<List<string>> Rows(string sql) => Database.Rows(sql);

    public Task<string> One(string sql) => Database.One(sql);

    public Task<List<string>> Schema() =>
        Rows("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE '%tercel%' ORDER BY type, name");

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        _files.Dispose();
    }
}
