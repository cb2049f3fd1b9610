using Tercel.Client;
using Tercel.Client.Commands;
using Tercel.Scenarios.Harness;
using Xunit;

namespace Tercel.Scenarios.Cache.Client;

/// <summary>The near cache, kept right by the server's pushes: run on ours and on the real redis-server.</summary>
public abstract class NearCacheContract : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private CacheProcess? _server;

    private CacheProcess Server => _server ?? throw new InvalidOperationException("not started");

    private protected abstract Task<CacheProcess> Start(TempFolder folder);

    public async ValueTask InitializeAsync() => _server = await Start(_folder);

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_server is not null) await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_second_read_is_answered_from_this_process()
    {
        await using var client = await Connect();
        await client.SetAsync("k", "v");

        Assert.Equal("v", await client.GetStringAsync("k"));
        Assert.Equal("v", await client.GetStringAsync("k"));

        Assert.Equal((1, 1), (client.NearStatistics.Hits, client.NearStatistics.Misses));
        Assert.Contains("cmdstat_get:calls=1,", Server.Ask("INFO commandstats"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SET k new", "new")]
    [InlineData("DEL k", null)]
    [InlineData("APPEND k +", "v+")]
    [InlineData("FLUSHALL", null)]
    [InlineData("RENAME k other", null)]
    public async Task A_change_by_someone_else_reaches_the_near_value(string command, string? expected)
    {
        await using var client = await Connect();
        await client.SetAsync("k", "v");
        Assert.Equal("v", await client.GetStringAsync("k"));

        Server.Ask(command);

        await Wait.Until(async () => await client.GetStringAsync("k") == expected, () => Server.Log);
    }

    [Fact]
    public async Task An_expired_value_is_not_served_from_near()
    {
        await using var client = await Connect();
        await client.SetAsync("k", "v", TimeSpan.FromMilliseconds(200));
        Assert.Equal("v", await client.GetStringAsync("k"));

        await Wait.Until(async () => await client.GetStringAsync("k") is null, () => Server.Log);
    }

    [Fact]
    public async Task Who_has_seen_a_write_never_reads_an_older_value()
    {
        await using var client = await Connect(o => o.Connections = 2);
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(3));
        var readers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested) await client.GetAsync("k");
        })).ToList();

        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            await client.SetAsync("k", i);
            Assert.Equal($"{i}", await client.GetStringAsync("k"));
        }

        await Task.WhenAll(readers);
        Assert.True(client.NearStatistics.Hits > 0);
    }

    [Fact]
    public async Task A_lost_connection_empties_the_near_cache()
    {
        await using var client = await Connect();
        await client.SetAsync("k", "v");
        await client.GetAsync("k");

        Server.Ask("CLIENT KILL TYPE normal SKIPME yes");

        await Wait.Until(() => client.NearStatistics.Count == 0, () => Server.Log);
        Server.Ask("SET k new");
        Assert.Equal("new", await client.GetStringAsync("k"));
    }

    [Fact]
    public async Task Near_memory_stays_within_its_limit()
    {
        await using var client = await Connect(o => o.NearCacheBytesMax = 100_000);
        for (var i = 0; i < 500; i++)
        {
            await client.SetAsync($"k{i}", new string('x', 1000));
            await client.GetAsync($"k{i}");
        }

        Assert.InRange(client.NearStatistics.Bytes, 50_000, 100_000);
    }

    private Task<TercelClient> Connect(Action<TercelClientOptions>? configure = null)
    {
        var options = new TercelClientOptions { Port = Server.Port, NearCacheBytesMax = 10 << 20 };
        configure?.Invoke(options);
        return TercelClient.ConnectAsync(options);
    }
}

public sealed class NearCacheOnTercelTests : NearCacheContract
{
    private protected override Task<CacheProcess> Start(TempFolder folder) => CacheProcess.Start(folder);
}

public sealed class NearCacheOnRedisTests : NearCacheContract
{
    private protected override Task<CacheProcess> Start(TempFolder folder) => CacheProcess.StartRedis(folder);
}
