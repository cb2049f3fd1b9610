using System.Globalization;
using System.Net.Sockets;
using Tercel.Scenarios.Harness;
using Xunit;

namespace Tercel.Scenarios.Cache.Durability;

/// <summary>Kill -9 at any moment, again and again, on the same files.</summary>
public sealed class KillTests
{
    private const int Writers = 4;

    [Theory]
    [InlineData("always", 5, 0)]
    [InlineData("everysec", 4, 2000)]
    public async Task After_a_kill_the_journal_has_what_was_acknowledged(string sync, int rounds, int lossMsMax)
    {
        using var folder = new TempFolder();
        var acknowledged = new long[Writers];
        for (var round = 0; round < rounds; round++)
        {
            await using var server = await CacheProcess.Start(
                folder, "--appendonly", "yes", "--appendfsync", sync, "--auto-aof-rewrite-min-size", "32kb",
                "--auto-aof-rewrite-percentage", "50");
            for (var writer = 0; writer < Writers; writer++) Check(server, writer, acknowledged[writer], lossMsMax);
            var stamps = new List<(long Value, long Ms)>[Writers];
            var threads = Enumerable.Range(0, Writers).Select(writer => Task.Factory.StartNew(
                () => stamps[writer] = Write(server, writer), CancellationToken.None, TaskCreationOptions.LongRunning,
                TaskScheduler.Default)).ToArray();
            await Task.Delay(700 + 150 * round, TestContext.Current.CancellationToken);
            if (round % 2 == 1) Quietly(() => server.Ask("BGREWRITEAOF"));
            await Task.Delay(round * 7, TestContext.Current.CancellationToken);
            var killed = Environment.TickCount64;
            server.KillNow();
            await Task.WhenAll(threads);
            for (var writer = 0; writer < Writers; writer++)
            {
                var safe = stamps[writer].FindLastIndex(stamp => stamp.Ms <= killed - lossMsMax);
                if (safe >= 0) acknowledged[writer] = stamps[writer][safe].Value;
            }
        }

        await using var last = await CacheProcess.Start(folder, "--appendonly", "yes");
        for (var writer = 0; writer < Writers; writer++) Check(last, writer, acknowledged[writer], lossMsMax);
    }

    [Fact]
    public async Task A_kill_right_after_a_reply_loses_nothing_although_nothing_was_synced()
    {
        using var folder = new TempFolder();
        for (var round = 0; round < 4; round++)
        {
            await using var server = await CacheProcess.Start(folder, "--appendonly", "yes", "--appendfsync", "no");
            using var client = server.Connect();
            Assert.Equal(round == 0 ? "(nil)" : $"{round - 1}", client.Ask("GET round"));
            Assert.Equal("OK", client.Ask($"SET round {round}"));
            server.KillNow();
        }
    }

    [Fact]
    public async Task A_kill_during_a_snapshot_leaves_the_one_before()
    {
        using var folder = new TempFolder();
        for (var round = 0; round < 4; round++)
        {
            await using var server = await CacheProcess.Start(folder);
            using var client = server.Connect();
            Assert.Equal(round == 0 ? "(nil)" : $"{round - 1}", client.Ask("GET round"));
            for (var i = 0; i < 20_000; i++) client.Send("SET", $"key:{i}", $"value:{round}:{i}");
            for (var i = 0; i < 20_000; i++) Assert.Equal("OK", client.Read());
            client.Ask($"SET round {round}");
            Assert.Equal("OK", client.Ask("SAVE"));
            client.Ask("SET round lost");
            client.Send("SAVE");
            await Task.Delay(round * 5, TestContext.Current.CancellationToken);
            server.KillNow();
            // Finished in time or not: either is a whole snapshot.
            await using var again = await CacheProcess.Start(folder);
            Assert.Contains(again.Ask("GET round"), (string[])[$"{round}", "lost"]);
            Assert.Equal($"value:{round}:19999", again.Ask("GET key:19999"));
            again.Ask($"SET round {round}");
            Assert.Equal("OK", again.Ask("SAVE"));
            again.KillNow();
        }
    }

    // Each writer counts up in a string, a list and a hash at once; returns what was acknowledged and when.
    private static List<(long Value, long Ms)> Write(CacheProcess server, int writer)
    {
        var stamps = new List<(long, long)>();
        try
        {
            using var client = server.Connect();
            while (true)
            {
                foreach (var command in (string[])["MULTI", $"INCR n{writer}", $"RPUSH l{writer} x", $"SADD s{writer} v"])
                    client.Ask(command);
                client.Ask("EXEC");
                stamps.Add((long.Parse(client.Ask($"GET n{writer}"), CultureInfo.InvariantCulture),
                    Environment.TickCount64));
            }
        }
        catch (Exception e) when (e is SocketException or EndOfStreamException or IOException)
        {
            return stamps;
        }
    }

    private static void Check(CacheProcess server, int writer, long acknowledged, int lossMsMax)
    {
        var found = server.Ask($"GET n{writer}");
        var count = found == "(nil)" ? 0 : long.Parse(found, CultureInfo.InvariantCulture);
        Assert.True(count >= acknowledged, $"{count} is there, {acknowledged} was acknowledged ({lossMsMax} ms)");
        // The transaction is there as a whole.
        Assert.Equal($"{count}", server.Ask($"LLEN l{writer}"));
    }

    private static void Quietly(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is SocketException or EndOfStreamException)
        {
            // The server has a rewrite under way or is gone already.
        }
    }
}
