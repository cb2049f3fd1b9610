using Tercel.Scenarios.Harness;
using Xunit;

namespace Tercel.Scenarios.Cache.Robustness;

public sealed class ManyConnectionsTests
{
    [Fact]
    public async Task More_connections_than_allowed_are_refused_in_Redis_words_and_the_rest_served()
    {
        using var folder = new TempFolder();
        await using var server = await CacheProcess.Start(folder, "--maxclients", "50");
        var connections = new List<RespConnection>();
        try
        {
            for (var i = 0; i < 50; i++)
            {
                connections.Add(server.Connect());
                Assert.Equal("PONG", connections[i].Ask("PING"));
            }

            using (var refused = server.Connect())
                Assert.Equal("-ERR max number of clients reached", refused.Read());
            Assert.Equal("PONG", connections[0].Ask("PING"));
            connections[1].Dispose();
            await Wait.Until(() =>
            {
                using var next = server.Connect();
                return next.Ask("PING") == "PONG";
            }, () => server.Log);
        }
        finally
        {
            foreach (var connection in connections) connection.Dispose();
        }
    }

    [Fact]
    public async Task A_storm_of_connections_that_come_and_go_leaves_none_behind()
    {
        using var folder = new TempFolder();
        await using var server = await CacheProcess.Start(folder);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(() =>
        {
            for (var i = 0; i < 250; i++)
            {
                using var connection = server.Connect();
                if (i % 3 == 0) connection.SendRaw("*3\r\n$3\r\nSET\r\n$1");
                else Assert.Equal("OK", connection.Ask($"SET storm:{worker} {i}"));
            }
        })));

        await Wait.Until(
            () =>
                server.Ask("INFO clients").Contains("connected_clients:1\r\n", StringComparison.Ordinal), () => server.Log);
    }
}
