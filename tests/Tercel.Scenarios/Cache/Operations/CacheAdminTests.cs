using System.Net;
using System.Net.Sockets;
using System.Text;
using Tercel.Scenarios.Harness;
using Xunit;

namespace Tercel.Scenarios.Cache.Operations;

/// <summary>The ports beside Redis': admin and memcached.</summary>
public sealed class CacheAdminTests
{
    [Fact]
    public async Task The_admin_port_tells_metrics_and_health()
    {
        using var folder = new TempFolder();
        var port = FreePort();
        await using var server = await CacheProcess.Start(folder, "--admin-port", $"{port}");
        server.Ask("SET a 1");
        server.Ask("GET a");
        server.Ask("GET missing");
        server.Ask("LPUSH a 1");
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        var cancel = TestContext.Current.CancellationToken;

        var metrics = await http.GetStringAsync(new Uri("/metrics", UriKind.Relative), cancel);

        foreach (var line in new[]
            {
                "tercel_cache_reads_total{result=\"hit\"} 1\n", "tercel_cache_reads_total{result=\"miss\"} 1\n",
                "tercel_cache_commands_total{command=\"set\",result=\"ok\"} 1\n",
                "tercel_cache_commands_total{command=\"lpush\",result=\"failed\"} 1\n",
                "tercel_cache_errors_total{code=\"WRONGTYPE\"} 1\n", "tercel_cache_keys{db=\"0\"} 1\n",
                "tercel_cache_command_duration_seconds_count{command=\"get\"} 2\n",
            })
            Assert.Contains(line, metrics, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri("/livez", UriKind.Relative), cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri("/readyz", UriKind.Relative), cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(new Uri("/", UriKind.Relative), cancel)).StatusCode);
    }

    [Fact]
    public async Task Memcached_clients_share_the_data_and_their_flags_outlive_a_restart()
    {
        using var folder = new TempFolder();
        var port = FreePort();
        await using (var server = await CacheProcess.Start(
            folder, "--memcached-port", $"{port}", "--appendonly", "yes", "--appendfsync", "always"))
        {
            Assert.Equal(
                "STORED\r\nVALUE k 7 3\r\nabc\r\nEND\r\n",
                AskMemcached(port, "set k 7 0 3\r\nabc\r\nget k\r\nquit\r\n"));
            Assert.Equal("abc", server.Ask("GET k"));
            server.KillNow();
        }

        await using var again = await CacheProcess.Start(
            folder, "--memcached-port", $"{port}", "--appendonly", "yes");
        Assert.Equal("VALUE k 7 3\r\nabc\r\nEND\r\n", AskMemcached(port, "get k\r\nquit\r\n"));
    }

    [Fact]
    public async Task Many_memcached_commands_in_one_piece_are_answered_in_order()
    {
        using var folder = new TempFolder();
        var port = FreePort();
        await using var server = await CacheProcess.Start(folder, "--memcached-port", $"{port}");
        var sent = new StringBuilder();
        var expected = new StringBuilder();
        for (var i = 0; i < 5000; i++)
        {
            sent.Append(null, $"set k{i % 100} 0 0 4\r\n{i:0000}\r\nget k{i % 100}\r\nmg k{i % 100} v O{i}\r\n");
            expected.Append(null, $"STORED\r\nVALUE k{i % 100} 0 4\r\n{i:0000}\r\nEND\r\nVA 4 O{i}\r\n{i:0000}\r\n");
        }

        Assert.Equal(expected.ToString(), AskMemcached(port, sent.Append("quit\r\n").ToString()));
    }

    private static string AskMemcached(int port, string sent)
    {
        using var client = new TcpClient("127.0.0.1", port);
        using var stream = client.GetStream();
        var write = Task.Run(() => stream.Write(Encoding.Latin1.GetBytes(sent)));
        using var reader = new StreamReader(stream, Encoding.Latin1);
        var reply = reader.ReadToEnd();
        write.GetAwaiter().GetResult();
        return reply;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
