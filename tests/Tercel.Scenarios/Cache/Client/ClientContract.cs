using System.Text;
using Tercel.Client;
using Tercel.Client.Commands;
using Tercel.Scenarios.Harness;
using Xunit;

namespace Tercel.Scenarios.Cache.Client;

/// <summary>What the client does on any server that speaks the Redis protocol: run on ours and on the real
/// one.</summary>
public abstract class ClientContract : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private CacheProcess? _server;

    private protected CacheProcess Server => _server ?? throw new InvalidOperationException("not started");

    private protected abstract Task<CacheProcess> Start(TempFolder folder, params string[] arguments);

    public async ValueTask InitializeAsync() => _server = await Start(_folder);

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_server is not null) await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Values_come_back_as_they_were_set()
    {
        await using var client = await Connect();
        var bytes = Enumerable.Range(0, 256).Select(i => (byte)i).ToArray();

        Assert.True(await client.SetAsync("text", "grün"));
        Assert.True(await client.SetAsync("bytes", bytes));
        Assert.Equal("grün", await client.GetStringAsync("text"));
        Assert.Equal(bytes, (await client.GetAsync("bytes"))?.ToArray());
        Assert.Null(await client.GetAsync("missing"));
    }

    [Fact]
    public async Task A_value_of_eight_megabytes_makes_the_round_trip()
    {
        await using var client = await Connect();
        var value = new byte[8 << 20];
        for (var i = 0; i < value.Length; i++) value[i] = (byte)(i * 31);

        await client.SetAsync("large", value);

        Assert.Equal(value, (await client.GetAsync("large"))?.ToArray());
    }

    [Fact]
    public async Task Conditions_and_expiry_of_SET_hold()
    {
        await using var client = await Connect();

        Assert.False(await client.SetAsync("k", "1", when: SetWhen.Exists));
        Assert.True(await client.SetAsync("k", "1", TimeSpan.FromMinutes(1), SetWhen.NotExists));
        Assert.False(await client.SetAsync("k", "2", when: SetWhen.NotExists));
        Assert.InRange((await client.TimeToLiveAsync("k"))!.Value.TotalSeconds, 50, 60);
        Assert.True(await client.PersistAsync("k"));
        Assert.Equal(Timeout.InfiniteTimeSpan, await client.TimeToLiveAsync("k"));
        Assert.Null(await client.TimeToLiveAsync("missing"));
    }

    [Fact]
    public async Task Collections_make_the_round_trip()
    {
        await using var client = await Connect();

        Assert.Equal(2, await client.HashSetAsync("h", [("a", 1), ("b", "two")]));
        Assert.Equal(["1", "two"], Texts((await client.HashGetAllAsync("h")).OrderBy(p => p.Key).Select(p => p.Value)));
        Assert.Equal(5, await client.HashIncrementAsync("h", "a", 4));
        Assert.Equal(3, await client.ListPushBackAsync("l", ["a", "b", "c"]));
        Assert.Equal(["b", "c"], Texts((await client.ListRangeAsync("l", 1)).Select(v => v!.Value)));
        Assert.Equal(2, await client.SetAddAsync("s", ["x", "y", "x"]));
        Assert.True(await client.SetContainsAsync("s", "y"));
        Assert.Equal(2, await client.SortedSetAddAsync("z", [("low", 1.5), ("high", 9)]));
        var range = await client.SortedSetRangeAsync("z", descending: true);
        Assert.Equal([9, 1.5], range.Select(m => m.Score));
        Assert.Equal(["high", "low"], Texts(range.Select(m => m.Member)));
        Assert.Null(await client.SortedSetScoreAsync("z", "missing"));
    }

    [Fact]
    public async Task Any_command_can_be_run()
    {
        await using var client = await Connect();
        await client.SetAsync("k", "text");

        Assert.Equal("string", (await client.ExecuteAsync("TYPE", ["k"])).ToString());
        Assert.Equal(1, (await client.ExecuteAsync("OBJECT REFCOUNT", ["k"])).Number);
        var error = await Assert.ThrowsAsync<CacheServerException>(() => client.ExecuteAsync("LPUSH", ["k", "x"]));
        Assert.Equal("WRONGTYPE", error.Code);
    }

    [Fact]
    public async Task Thousands_of_calls_from_many_tasks_each_get_their_own_answer()
    {
        await using var client = await Connect(o => o.Connections = 2);

        await Task.WhenAll(Enumerable.Range(0, 50).Select(async worker =>
        {
            for (var i = 0; i < 200; i++)
            {
                var name = $"{worker}:{i}";
                await client.SetAsync(name, name);
                Assert.Equal(name, await client.GetStringAsync(name));
            }
        }));

        Assert.Equal(10_000, (await client.ExecuteAsync("DBSIZE", [])).Number);
    }

    [Fact]
    public async Task A_lost_connection_fails_what_was_sent_and_comes_back_by_itself()
    {
        await using var client = await Connect(o => o.Name = "victim");
        await client.SetAsync("k", "v");
        using (var other = Server.Connect())
        {
            var id = (await client.ExecuteAsync("CLIENT ID", [])).Number;
            var waiting = client.ExecuteAsync("BLPOP", ["nothing", "30"], extraTime: TimeSpan.FromSeconds(30));
            await Wait.Until(() =>
                other.Ask("CLIENT LIST").Contains("cmd=blpop", StringComparison.Ordinal), () => Server.Log);
            Assert.Equal("1", other.Ask("CLIENT", "KILL", "ID", $"{id}"));
            var lost = await Assert.ThrowsAsync<CacheConnectionException>(() => waiting);
            Assert.True(lost.WasSent);
        }

        Assert.Equal("v", await client.GetStringAsync("k"));
    }

    [Fact]
    public async Task A_server_that_does_not_answer_ends_in_a_timeout()
    {
        await using var client = await Connect(o => o.CommandTimeout = TimeSpan.FromMilliseconds(300));

        await Assert.ThrowsAsync<CacheTimeoutException>(() => client.ExecuteAsync("BLPOP", ["nothing", "3"]));
    }

    [Fact]
    public async Task Messages_reach_their_subscribers_until_they_leave()
    {
        await using var client = await Connect();
        await using var news = await client.SubscribeAsync("news");
        await using var all = await client.SubscribePatternAsync("n*");

        Assert.Equal(2, await client.PublishAsync("news", "hello"));

        await foreach (var message in news.ReadAllAsync(new CancellationTokenSource(10_000).Token))
        {
            Assert.Equal(("news", "hello"), (message.Channel, message.Text));
            break;
        }

        await foreach (var message in all.ReadAllAsync(new CancellationTokenSource(10_000).Token))
        {
            Assert.Equal("hello", message.Text);
            break;
        }

        await news.DisposeAsync();
        await Wait.Until(async () => await client.PublishAsync("news", "again") == 1, () => Server.Log);
    }

    [Fact]
    public async Task A_password_is_needed_and_a_wrong_one_is_named()
    {
        using (var admin = Server.Connect()) Assert.Equal("OK", admin.Ask("CONFIG SET requirepass secret"));

        var error = await Assert.ThrowsAsync<CacheConnectionException>(
            () => Connect(o => (o.Password, o.ConnectTimeout) = ("wrong", TimeSpan.FromSeconds(3))));
        Assert.Contains("WRONGPASS", error.InnerException?.Message, StringComparison.Ordinal);
        await using var client = await Connect(o => o.Password = "secret");
        Assert.True(await client.SetAsync("k", "v"));
    }

    private protected Task<TercelClient> Connect(Action<TercelClientOptions>? configure = null)
    {
        var options = new TercelClientOptions { Port = Server.Port };
        configure?.Invoke(options);
        return TercelClient.ConnectAsync(options);
    }

    private static IEnumerable<string> Texts(IEnumerable<ReadOnlyMemory<byte>> values) =>
        values.Select(value => Encoding.UTF8.GetString(value.Span));
}

public sealed class ClientOnTercelTests : ClientContract
{
    private protected override Task<CacheProcess> Start(TempFolder folder, params string[] arguments) =>
        CacheProcess.Start(folder, arguments);
}

public sealed class ClientOnRedisTests : ClientContract
{
    private protected override Task<CacheProcess> Start(TempFolder folder, params string[] arguments) =>
        CacheProcess.StartRedis(folder, arguments);
}
