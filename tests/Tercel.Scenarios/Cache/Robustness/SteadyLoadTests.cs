using System.Globalization;
using Tercel.Primitives;
using Tercel.Scenarios.Harness;
using Xunit;

namespace Tercel.Scenarios.Cache.Robustness;

public sealed class SteadyLoadTests
{
    [Fact]
    public async Task Steady_load_causes_no_garbage_collection()
    {
        using var folder = new TempFolder();
        await using var server = await CacheProcess.Start(folder, "--maxmemory", "64mb");
        using var connection = server.Connect();
        Load(connection, rounds: 300);
        var before = Collections(server);

        Load(connection, rounds: 1500);

        Assert.Equal(before, Collections(server));
    }

    private static void Load(RespConnection connection, int rounds)
    {
        var random = new Prng(3);
        var value = new string('v', 500);
        for (var round = 0; round < rounds; round++)
        {
            var sent = 0;
            for (var i = 0; i < 40; i++)
            {
                var key = $"{random.Below(200_000)}";
                connection.Send("SET", $"s:{key}", value, "EX", "100");
                connection.Send("GET", $"s:{random.Below(200_000)}");
                connection.Send("HSET", $"h:{random.Below(1000)}", $"f{random.Below(20)}", value);
                connection.Send("LPUSH", $"l:{random.Below(1000)}", value);
                connection.Send("RPOP", $"l:{random.Below(1000)}");
                connection.Send("ZADD", $"z:{random.Below(1000)}", key, $"m{random.Below(300)}");
                connection.Send("INCR", $"n:{random.Below(1000)}");
                sent += 7;
            }

            for (var i = 0; i < sent; i++) Assert.DoesNotContain("-", connection.Read()[..1], StringComparison.Ordinal);
        }
    }

    /// <summary>Garbage collections since start, all generations.</summary>
    private static int Collections(CacheProcess server)
    {
        var line = server.Ask("INFO tercel").Split("\r\n")
            .Single(line => line.StartsWith("gc_collections:", StringComparison.Ordinal));
        return int.Parse(line.Split(':')[1], CultureInfo.InvariantCulture);
    }
}
