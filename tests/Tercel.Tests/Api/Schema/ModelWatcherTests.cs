using Tercel.Api.Model;
using Tercel.Api.Schema;
using Xunit;

namespace Tercel.Tests.Api.Schema;

/// <summary>A change of the model file while the server runs.</summary>
public sealed class ModelWatcherTests : IAsyncDisposable
{
    private const string Items = "  items:\n    fields:\n      id: int pk auto\n      name: string(40)\n";

    private readonly SchemaFixture _db = new();
    private readonly List<string> _told = [];
    private readonly List<string> _complaints = [];
    private ApiModel? _served;
    private bool _fails;

    public ValueTask DisposeAsync() => _db.DisposeAsync();

    [Fact]
    public async Task A_safe_change_is_applied_and_served()
    {
        var watcher = await Watch();
        await Edit(watcher, Items + "      colour: string(20)\n");
        Assert.NotNull(_served?.Entity("items")?.Field("colour"));
        Assert.Empty(_complaints);
        await _db.Run("INSERT INTO items (name, colour) VALUES ('a', 'red')");
    }

    [Fact]
    public async Task A_wrong_model_is_told_with_its_place_and_the_last_good_one_stays()
    {
        var watcher = await Watch();
        await Edit(watcher, Items + "      colour: strong(20)\n");
        Assert.Null(_served);
        Assert.Matches(@"tercel\.yaml:9:\d+: ", Assert.Single(_complaints));

        await Edit(watcher, Items + "      colour: string(20)\n");
        Assert.NotNull(_served);
    }

    [Fact]
    public async Task An_unsafe_change_is_told_with_its_plan_and_the_last_good_model_stays()
    {
        var watcher = await Watch();
        await _db.Run("INSERT INTO items (name) VALUES ('a')");
        await Edit(watcher, Items.Replace("      name: string(40)\n", ""));
        Assert.Null(_served);
        Assert.Contains("DATA-LOSS", Assert.Single(_complaints));
        Assert.Equal("a", await _db.One("SELECT name FROM items"));
    }

    [Fact]
    public async Task An_unsafe_change_is_taken_when_somebody_has_applied_it()
    {
        var watcher = await Watch();
        await Edit(watcher, Items.Replace("      name: string(40)\n", ""));
        Assert.Null(_served);
        await _db.Apply(await _db.Plan(SchemaFixture.Load(_db.Folder)), "items.name");
        for (var i = 0; i < 20 && _served is null; i++) await watcher.Look(default);
        Assert.NotNull(_served);
        Assert.Single(_complaints);
    }

    [Fact]
    public async Task Nothing_happens_without_a_change()
    {
        var watcher = await Watch();
        for (var i = 0; i < 20; i++) await watcher.Look(default);
        File.SetLastWriteTimeUtc(Path.Combine(_db.Folder, "tercel.yaml"), DateTime.UnixEpoch);
        for (var i = 0; i < 3; i++) await watcher.Look(default);
        Assert.Null(_served);
        Assert.Empty(_told);
        Assert.Empty(_complaints);
    }

    [Fact]
    public async Task The_loop_starts_and_stops_with_the_program()
    {
        var component = (await Watch()).Component;
        Assert.NotNull(component.Start);
        Assert.NotNull(component.Stop);
        await component.Start(default);
        await component.Stop(default);
    }

    [Fact]
    public async Task A_failure_that_nobody_expects_is_told_and_the_next_change_is_taken()
    {
        var watcher = await Watch();
        _fails = true;
        await Edit(watcher, Items + "      colour: string(20)\n");
        Assert.Contains("unexpected", Assert.Single(_complaints));
        Assert.Null(_served);

        _fails = false;
        await Edit(watcher, Items + "      colour: string(20)\n      size: int\n");
        Assert.NotNull(_served);
    }

    private async Task<ModelWatcher> Watch()
    {
        await _db.Become(Items);
        var hooks = new WatcherHooks
        {
            Load = () => ModelLoader.Load(_db.Folder, _ => null),
            Prepare = (model, cancellation) =>
                Startup.Prepare(model, _db.Database, new StartupOptions(), TimeProvider.System, cancellation),
            Swap = model => _served = _fails ? throw new InvalidOperationException("unexpected") : model,
            Inform = _told.Add,
            Complain = _complaints.Add,
        };
        return new ModelWatcher(hooks, SchemaFixture.Load(_db.Folder), TimeProvider.System);
    }

    // The file changes, one look sees it, the next finds it settled.
    private async Task Edit(ModelWatcher watcher, string resources)
    {
        File.WriteAllText(Path.Combine(_db.Folder, "tercel.yaml"), SchemaFixture.Yaml(resources));
        await watcher.Look(default);
        await watcher.Look(default);
    }
}
