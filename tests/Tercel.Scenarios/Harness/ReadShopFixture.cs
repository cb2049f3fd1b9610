using Xunit;

[assembly: AssemblyFixture(typeof(Tercel.Scenarios.Harness.ReadShopFixture))]

namespace Tercel.Scenarios.Harness;

/// <summary>A running sample shop that nobody writes to, so that its answers can be compared with direct SQL.</summary>
public sealed class ReadShopFixture : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly Lazy<Task<TercelProcess>> _server;

    public ReadShopFixture() => _server = new(() => ShopFixture.StartOwn(_folder));

    internal Task<TercelProcess> Server => _server.Value;

    internal string Database => _folder["shop.db"];

    internal async Task<ApiClient> Client() => (await _server.Value).Client;

    internal async Task<Answers> Answers() => new(await Client(), Database);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_server.IsValueCreated && _server.Value.IsCompletedSuccessfully) await (await _server.Value).DisposeAsync();
        _folder.Dispose();
    }
}
