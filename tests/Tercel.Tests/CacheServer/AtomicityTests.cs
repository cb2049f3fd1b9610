using System.Globalization;
using Xunit;

namespace Tercel.Tests.CacheServer;

// Clients on two loops at once: what Redis promises because it has one thread must hold with several.
public sealed class AtomicityTests : IDisposable
{
    private const int Rounds = 300;
    private const int Clients = 4;

    private readonly LiveServer _server = new(loops: 2);

    [Fact]
    public async Task Optimistic_increments_of_many_clients_lose_none()
    {
        using var first = _server.Connect();
        first.Ask("SET n 0\r\n", "+OK\r\n");
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(() =>
        {
            using var client = _server.Connect();
            for (var done = 0; done < Rounds;)
            {
                client.Send("WATCH n\r\nGET n\r\n");
                Assert.Equal("+OK", Line(client));
                Line(client);
                var n = int.Parse(Line(client), CultureInfo.InvariantCulture);
                client.Send($"MULTI\r\nSET n {n + 1}\r\nEXEC\r\n");
                Assert.Equal(("+OK", "+QUEUED"), (Line(client), Line(client)));
                if (Line(client) == "*-1") continue;
                Assert.Equal("+OK", Line(client));
                done++;
            }
        })));
        var sum = $"{Clients * Rounds}";
        Assert.Equal($"${sum.Length}\r\n{sum}\r\n", first.Ask("GET n\r\n", $"${sum.Length}\r\n{sum}\r\n"));
        Assert.False(_server.Server.Watches.IsUsed);
    }

    [Fact]
    public async Task A_reader_of_many_keys_sees_all_of_a_write_or_nothing()
    {
        using var first = _server.Connect();
        first.Ask("MSET a 0 b 0 c 0 d 0\r\n", "+OK\r\n");
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(() =>
        {
            using var client = _server.Connect();
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                var digit = i % 10;
                if (i % 2 == 0) client.Ask($"MSET a {digit} b {digit} c {digit} d {digit}\r\n", "+OK\r\n");
                else client.Ask($"MULTI\r\nSET d {digit}\r\nSET b {digit}\r\nSET a {digit}\r\nSET c {digit}\r\nEXEC\r\n",
                    "+OK\r\n+QUEUED\r\n+QUEUED\r\n+QUEUED\r\n+QUEUED\r\n*4\r\n+OK\r\n+OK\r\n+OK\r\n+OK\r\n");
            }
        });
        using (var client = _server.Connect())
        {
            for (var i = 0; i < Rounds * 4; i++)
            {
                var values = client.Ask("MGET a b c d\r\n", "*4\r\n$1\r\n0\r\n$1\r\n0\r\n$1\r\n0\r\n$1\r\n0\r\n");
                Assert.Single(values.Split("\r\n").Where((_, at) => at is 2 or 4 or 6 or 8).Distinct());
            }
        }

        await stop.CancelAsync();
        await writing;
    }

    [Fact]
    public async Task Transactions_over_many_shards_and_over_the_whole_keyspace_do_not_wait_for_each_other_for_ever()
    {
        string[] bodies =
        [
            "SET a 1\r\nSET z 1\r\nDBSIZE\r\n", "SET z 1\r\nSET a 1\r\n", "SCAN 0\r\nSET k 1\r\n", "MSET b 1 y 1\r\nKEYS *\r\n",
            "RANDOMKEY\r\nDEL a z\r\n", "FLUSHALL\r\nSET a 1\r\n",
        ];
        var clients = bodies.Select(body => Task.Run(() =>
        {
            using var client = _server.Connect();
            for (var i = 0; i < Rounds; i++)
            {
                client.Send($"MULTI\r\n{body}EXEC\r\nECHO done{i}\r\n");
                while (Line(client) != $"done{i}")
                {
                }
            }
        }));
        await Task.WhenAll(clients).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Empty(_server.Failures);
    }

    public void Dispose() => _server.Dispose();

    private static string Line(RawClient client)
    {
        var line = "";
        while (!line.EndsWith("\r\n", StringComparison.Ordinal))
        {
            var next = client.Read(1);
            Assert.NotEqual("", next);
            line += next;
        }

        return line[..^2];
    }
}
