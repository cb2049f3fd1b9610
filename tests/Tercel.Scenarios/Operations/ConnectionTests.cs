using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Tercel.Scenarios.Harness;
using Tercel.Scenarios.Writes;
using Xunit;

namespace Tercel.Scenarios.Operations;

/// <summary>Clients that are slow, many, oversized, or pages of other origins.</summary>
public sealed class ConnectionTests(WriteLab lab)
{
    [Fact]
    public async Task A_thousand_idle_connections_do_not_keep_others_out()
    {
        const int Idle = 1000;
        var server = await lab.Server;
        var sockets = new List<Socket>();
        try
        {
            for (var i = 0; i < Idle; i++) sockets.Add(await Connect(server.Port));

            (await server.Client.Post("/v1/counters", "{}")).Expect(201);
            var clock = Stopwatch.StartNew();
            for (var i = 0; i < 50; i++) (await server.Client.Get("/v1/counters?limit=1")).Expect(200);
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), $"50 requests took {clock.Elapsed}");
            var metrics = (await server.Client.Get("/metrics")).Text;
            Assert.Matches("(?m)^kestrel_active_connections 1[0-9]{3}$", metrics);
        }
        finally
        {
            foreach (var socket in sockets) socket.Dispose();
        }
    }

    [Fact]
    public async Task A_client_that_dribbles_its_headers_is_cut_off()
    {
        using var folder = new TempFolder();
        await using var server = await WriteLab.StartLab(folder, "--set", "http.header_timeout=1s");
        using var socket = await Connect(server.Port);
        await socket.SendAsync("GET /livez HTTP/1.1\r\nHost: a\r\n"u8.ToArray());
        var clock = Stopwatch.StartNew();

        var answer = new byte[4096];
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        var count = await socket.ReceiveAsync(answer, limit.Token);

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(8), $"took {clock.Elapsed}");
        if (count > 0)
            Assert.StartsWith("HTTP/1.1 408 ", Encoding.ASCII.GetString(answer, 0, count), StringComparison.Ordinal);
        (await server.Client.Get("/livez")).Expect(200);
    }

    [Fact]
    public async Task More_connections_than_the_limit_are_closed()
    {
        using var folder = new TempFolder();
        await using var server = await WriteLab.StartLab(folder, "--set", "http.max_connections=8");
        var sockets = new List<Socket>();
        try
        {
            for (var i = 0; i < 12; i++) sockets.Add(await Connect(server.Port));
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            var last = await sockets[^1].ReceiveAsync(new byte[1], limit.Token);

            Assert.Equal(0, last);
        }
        finally
        {
            foreach (var socket in sockets) socket.Dispose();
        }
    }

    [Theory]
    [InlineData(33 * 1024, 1)]
    [InlineData(10, 101)]
    public async Task Oversized_headers_are_refused(int bytes, int count)
    {
        var server = await lab.Server;
        var request = new StringBuilder("GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n");
        for (var i = 0; i < count; i++) request.Append($"X-H{i}: ").Append('a', bytes).Append("\r\n");

        var answer = await RawHttp.Exchange(server.Port, request.Append("\r\n").ToString());

        Assert.StartsWith("HTTP/1.1 431 ", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(8192, 200)]
    [InlineData(8193, 414)]
    public async Task A_url_may_be_as_long_as_the_limit(int chars, int status)
    {
        var path = "/v1/things?name=" + new string('a', chars - "/v1/things?name=".Length);

        var reply = await (await lab.Lab()).Get(path);

        reply.Expect(status);
        if (status == 414) Assert.Equal("/problems/uri-too-long", reply.Kind());
    }

    [Fact]
    public async Task Pages_of_allowed_origins_may_call()
    {
        using var folder = new TempFolder();
        await using var server = await WriteLab.StartLab(folder, "--set", "http.cors_origins=https://shop.example");
        var client = server.Client;
        (string, string) good = ("Origin", "https://shop.example"), bad = ("Origin", "https://evil.example");

        var preflight = await client.Send(
            "OPTIONS", "/v1/things", null, null, good, ("Access-Control-Request-Method", "PATCH"),
            ("Access-Control-Request-Headers", "content-type,if-match"));
        var call = await client.Get("/v1/things", good);
        var wrong = await client.Post("/v1/things", "{", good);
        var foreign = await client.Get("/v1/things", bad);

        preflight.Expect(204);
        Assert.Equal("https://shop.example", preflight["Access-Control-Allow-Origin"]);
        Assert.Contains("PATCH", preflight["Access-Control-Allow-Methods"], StringComparison.Ordinal);
        Assert.Contains("if-match", preflight["Access-Control-Allow-Headers"], StringComparison.Ordinal);
        Assert.Equal("https://shop.example", call["Access-Control-Allow-Origin"]);
        Assert.Contains("ETag", call["Access-Control-Expose-Headers"], StringComparison.Ordinal);
        Assert.Equal("https://shop.example", wrong.Expect(400)["Access-Control-Allow-Origin"]);
        Assert.Null(foreign.Expect(200)["Access-Control-Allow-Origin"]);
        Assert.Contains("Origin", foreign["Vary"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_says_what_an_address_takes()
    {
        var client = await lab.Lab();

        var list = (await client.Send("OPTIONS", "/v1/things", null, null)).Expect(204);
        var row = (await client.Send("OPTIONS", "/v1/things/1", null, null)).Expect(204);

        foreach (var method in new[] { "GET", "POST", "PATCH", "DELETE", "QUERY" })
            Assert.Contains(method, list["Allow"], StringComparison.Ordinal);
        Assert.DoesNotContain("POST", row["Allow"], StringComparison.Ordinal);
        Assert.Contains("application/merge-patch+json", row["Accept-Patch"], StringComparison.Ordinal);
    }

    private static async Task<Socket> Connect(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync("127.0.0.1", port);
        return socket;
    }
}
