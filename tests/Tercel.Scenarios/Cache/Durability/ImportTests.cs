using Tercel.Scenarios.Harness;
using Xunit;
using Program = Tercel.Scenarios.Harness.Program;

namespace Tercel.Scenarios.Cache.Durability;

public sealed class ImportTests
{
    [Fact]
    public async Task A_redis_file_arrives_in_a_running_server_and_in_a_snapshot()
    {
        using var theirs = new TempFolder();
        await using (var redis = await CacheProcess.StartRedis(theirs))
        {
            using var client = redis.Connect();
            for (var i = 0; i < 300; i++)
            {
                client.Ask("SET", $"s{i}", new string('v', i));
                client.Ask("RPUSH", "list", $"{i}");
                client.Ask("HSET", "hash", $"f{i}", "v");
                client.Ask("ZADD", "zset", $"{i}.5", $"m{i}");
                client.Ask("SADD", "set", $"{i}");
                client.Ask("XADD", "events", "*", "a", "b");
            }

            client.Ask("SET taken theirs");
            client.Ask("SELECT 3");
            client.Ask("SET other 1 PXAT 4000000000000");
            Assert.Equal("OK", client.Ask("SAVE"));
        }

        var dump = theirs["dump.rdb"];
        using var ours = new TempFolder();
        await using (var server = await CacheProcess.Start(ours, "--requirepass", "secret"))
        {
            using var client = server.Connect();
            client.Ask("AUTH secret");
            client.Ask("SET taken ours");
            string[] to = ["cache", "import", dump, "--to", $"127.0.0.1:{server.Port}", "--password", "secret"];
            var first = await Program.Run(ours, to);
            Assert.True(first.ExitCode == 0, first.All);
            Assert.Contains("305 keys imported", first.Output, StringComparison.Ordinal);
            Assert.Contains("1 existed already", first.Output, StringComparison.Ordinal);
            Assert.Contains("left out: stream \"events\" of database 0", first.Output, StringComparison.Ordinal);
            Check(client, "ours");
            var second = await Program.Run(ours, [.. to, "--replace"]);
            Assert.Contains("306 keys imported", second.Output, StringComparison.Ordinal);
            Check(client, "theirs");
        }

        using var fresh = new TempFolder();
        var written = await Program.Run(fresh, "cache", "import", dump, "--into", fresh.Path);
        Assert.True(written.ExitCode == 0, written.All);
        await using (var server = await CacheProcess.Start(fresh))
        {
            using var client = server.Connect();
            Check(client, "theirs");
        }

        var again = await Program.Run(fresh, "cache", "import", dump, "--into", fresh.Path);
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("--replace", again.ErrorOutput, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_file_is_refused_before_anything_arrives()
    {
        using var folder = new TempFolder();
        await using var redis = await CacheProcess.StartRedis(folder);
        for (var i = 0; i < 100; i++) redis.Ask($"SET key:{i} value:{i}");
        redis.Ask("SAVE");
        var bytes = await File.ReadAllBytesAsync(folder["dump.rdb"], TestContext.Current.CancellationToken);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(folder["bad.rdb"], bytes, TestContext.Current.CancellationToken);
        redis.Ask("FLUSHALL");
        var result = await Program.Run(folder, "cache", "import", folder["bad.rdb"], "--to", $"127.0.0.1:{redis.Port}");
        Assert.Equal(65, result.ExitCode);
        Assert.Contains("offset", result.ErrorOutput, StringComparison.Ordinal);
        Assert.Equal("0", redis.Ask("DBSIZE"));
    }

    private static void Check(RespConnection client, string taken)
    {
        client.Ask("SELECT 0");
        Assert.Equal(taken, client.Ask("GET taken"));
        Assert.Equal(new string('v', 299), client.Ask("GET s299"));
        Assert.Equal("300", client.Ask("LLEN list"));
        Assert.Equal("299", client.Ask("LINDEX list 299"));
        Assert.Equal("300", client.Ask("HLEN hash"));
        Assert.Equal("150.5", client.Ask("ZSCORE zset m150"));
        Assert.Equal("300", client.Ask("SCARD set"));
        client.Ask("SELECT 3");
        Assert.Equal("4000000000000", client.Ask("PEXPIRETIME other"));
    }
}
