using System.Buffers;
using System.Text;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection;
using Tercel.Client.Distributed;
using Tercel.Scenarios.Harness;
using Xunit;

namespace Tercel.Scenarios.Cache.Client;

/// <summary><c>IDistributedCache</c> as an ASP.NET Core application uses it: on ours and on the real
/// redis-server.</summary>
public abstract class DistributedCacheContract : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private CacheProcess? _server;
    private ServiceProvider? _services;

    private CacheProcess Server => _server ?? throw new InvalidOperationException("not started");

    private IDistributedCache Cache => _services!.GetRequiredService<IDistributedCache>();

    private protected abstract Task<CacheProcess> Start(TempFolder folder);

    public async ValueTask InitializeAsync()
    {
        _server = await Start(_folder);
        _services = new ServiceCollection().AddTercelCache(o => o.Port = _server.Port, "app:").BuildServiceProvider();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_services is not null) await _services.DisposeAsync();
        if (_server is not null) await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task An_entry_comes_back_until_it_is_removed()
    {
        await Cache.SetStringAsync("k", "value", new DistributedCacheEntryOptions());

        Assert.Equal("value", await Cache.GetStringAsync("k"));
        Assert.Equal("-1", Server.Ask("PTTL app:k"));
        await Cache.RemoveAsync("k");
        Assert.Null(await Cache.GetAsync("k"));
    }

    [Fact]
    public async Task An_absolute_expiry_becomes_the_time_to_live()
    {
        await Cache.SetAsync("k", [1], new() { AbsoluteExpirationRelativeToNow = TimeSpan.FromMinutes(1) });
        Assert.InRange(int.Parse(Server.Ask("TTL app:k")), 55, 60);

        await Cache.SetAsync("k", [1], new DistributedCacheEntryOptions());
        Assert.Equal("-1", Server.Ask("TTL app:k"));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => Cache.SetAsync("k", [1], new() { AbsoluteExpiration = DateTimeOffset.UnixEpoch }));
    }

    [Fact]
    public async Task A_read_renews_a_sliding_expiry_but_not_beyond_the_absolute_one()
    {
        var options = new DistributedCacheEntryOptions
        {
            SlidingExpiration = TimeSpan.FromMinutes(2), AbsoluteExpirationRelativeToNow = TimeSpan.FromMinutes(1),
        };
        await Cache.SetAsync("both", [1], options);
        await Cache.SetAsync("sliding", [1], new() { SlidingExpiration = TimeSpan.FromMinutes(2) });
        Server.Ask("PEXPIRE app:both 30000");
        Server.Ask("PEXPIRE app:sliding 30000");

        await Cache.RefreshAsync("both");
        await Cache.GetAsync("sliding");

        Assert.InRange(int.Parse(Server.Ask("TTL app:both")), 50, 60);
        Assert.InRange(int.Parse(Server.Ask("TTL app:sliding")), 110, 120);
    }

    [Fact]
    public async Task Buffers_are_read_and_written_without_arrays()
    {
        var cache = (IBufferDistributedCache)Cache;
        await cache.SetAsync("k", new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes("in a buffer")), new());
        var target = new ArrayBufferWriter<byte>();

        Assert.True(await cache.TryGetAsync("k", target));
        Assert.Equal("in a buffer", Encoding.UTF8.GetString(target.WrittenSpan));
        Assert.False(await cache.TryGetAsync("missing", target));
    }

    [Fact]
    public async Task The_entry_has_the_fields_that_the_stock_package_reads()
    {
        await Cache.SetAsync("k", Encoding.UTF8.GetBytes("v"), new() { SlidingExpiration = TimeSpan.FromSeconds(10) });

        Assert.Equal("[-1, 100000000, v]", Server.Ask("HMGET app:k absexp sldexp data"));
    }
}

public sealed class DistributedCacheOnTercelTests : DistributedCacheContract
{
    private protected override Task<CacheProcess> Start(TempFolder folder) => CacheProcess.Start(folder);
}

public sealed class DistributedCacheOnRedisTests : DistributedCacheContract
{
    private protected override Task<CacheProcess> Start(TempFolder folder) => CacheProcess.StartRedis(folder);
}
