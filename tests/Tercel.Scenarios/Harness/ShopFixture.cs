using Xunit;

[assembly: AssemblyFixture(typeof(Tercel.Scenarios.Harness.ShopFixture))]
[assembly: AssemblyFixture(typeof(Tercel.Scenarios.Harness.ChinookFixture))]

namespace Tercel.Scenarios.Harness;

/// <summary>
/// One running sample shop for all tests that only read it, or write rows that no other test looks at.
/// Take it as a constructor parameter. A test that changes much starts its own with <see cref="StartOwn"/>.
/// </summary>
public sealed class ShopFixture : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly Lazy<Task<TercelProcess>> _server;

    public ShopFixture() => _server = new(() => Start(_folder));

    /// <summary>The database file, for direct SQL.</summary>
    internal string Database => Directory.EnumerateFiles(_folder.Path, "*.db", SearchOption.AllDirectories).Single();

    /// <summary>The shared server; started by whoever asks first.</summary>
    internal Task<TercelProcess> Server => _server.Value;

    internal async Task<ApiClient> Client() => (await Server).Client;

    /// <summary>A shop that belongs to one test: a copy of the sample in the given folder.</summary>
    internal static Task<TercelProcess> StartOwn(TempFolder folder, params string[] arguments) =>
        Start(folder, arguments);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_server.IsValueCreated && _server.Value.IsCompletedSuccessfully) await (await _server.Value).DisposeAsync();
        _folder.Dispose();
    }

    private static Task<TercelProcess> Start(TempFolder folder, params string[] arguments)
    {
        folder.CopyFrom(RepositoryPaths.SampleShop);
        return TercelProcess.StartApi(folder, [folder.Path, .. arguments]);
    }
}

/// <summary>One running, read-only API over a copy of the Chinook database; skips where Chinook is absent.</summary>
public sealed class ChinookFixture : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly Lazy<Task<TercelProcess>> _server;

    public ChinookFixture() => _server = new(() => Start(_folder));

    internal string Database => _folder["Chinook.sqlite"];

    internal async Task<ApiClient> Client()
    {
        Require();
        return (await _server.Value).Client;
    }

    /// <summary>A copy that belongs to one test.</summary>
    internal static Task<TercelProcess> StartOwn(TempFolder folder, params string[] arguments)
    {
        Require();
        return Start(folder, arguments);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_server.IsValueCreated && _server.Value.IsCompletedSuccessfully) await (await _server.Value).DisposeAsync();
        _folder.Dispose();
    }

    private static void Require() =>
        Assert.SkipUnless(File.Exists(RepositoryPaths.Chinook), "the Chinook database is not here; set TERCEL_SHARED");

    private static Task<TercelProcess> Start(TempFolder folder, params string[] arguments)
    {
        // Not File.Copy: that would copy the file's read-only mode too.
        File.WriteAllBytes(folder["Chinook.sqlite"], File.ReadAllBytes(RepositoryPaths.Chinook));
        return TercelProcess.StartApi(folder, ["--database", "sqlite:Chinook.sqlite", .. arguments]);
    }
}
