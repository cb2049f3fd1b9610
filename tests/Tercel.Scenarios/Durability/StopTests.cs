using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Tercel.Scenarios.Harness;
using Tercel.Scenarios.Writes;
using Xunit;

namespace Tercel.Scenarios.Durability;

/// <summary>SIGTERM and Ctrl-C: what is under way finishes, and a second signal does not wait.</summary>
public sealed class StopTests
{
    private const int Connections = 16;

    [Fact]
    public async Task Under_load_every_row_that_was_stored_was_also_answered()
    {
        using var folder = new TempFolder();
        await using var server = await WriteLab.StartLab(folder);
        var answered = 0;
        var writers = Enumerable.Range(0, Connections).Select(_ => Task.Run(async () =>
        {
            while (true)
            {
                try
                {
                    (await server.Client.Post("/v1/counters", """{"value":1}""")).Expect(201);
                    Interlocked.Increment(ref answered);
                }
                catch (HttpRequestException)
                {
                    return;   // Nothing listens any more.
                }
            }
        })).ToList();
        await Wait.Until(() => Volatile.Read(ref answered) >= 50, () => server.Log);

        Assert.Equal(0, await server.Stop());
        await Task.WhenAll(writers);

        var stored = await DirectSql.Scalar(folder["lab.db"], "select count(*) from counters");
        Assert.Equal(answered, stored.GetInt32());
    }

    [Fact]
    public async Task A_request_that_is_half_sent_is_finished_and_answered()
    {
        using var folder = new TempFolder();
        await using var server = await WriteLab.StartLab(folder);
        using var socket = await HalfSent(server.Port);

        server.Terminate();
        await NothingListens(server);
        await socket.SendAsync("ue\":7}"u8.ToArray());
        var answer = await ReadAll(socket);

        Assert.StartsWith("HTTP/1.1 201 ", answer, StringComparison.Ordinal);
        Assert.Contains("Connection: close", answer, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(0, await server.WaitForExit());
    }

    [Fact]
    public async Task A_request_that_does_not_end_is_cut_when_the_time_is_over()
    {
        using var folder = new TempFolder();
        await using var server = await WriteLab.StartLab(folder, "--set", "shutdown.drain=300ms");
        using var socket = await HalfSent(server.Port);

        server.Terminate();

        Assert.Equal(3, await server.WaitForExit());
        Assert.Contains("work was cut off", server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_may_take_as_long_as_the_settings_allow()
    {
        using var folder = new TempFolder();
        folder.Write("tercel.yaml", WriteLab.Model);
        (string, string)[] slow = [("TERCEL__SHUTDOWN__READY_DELAY", "3500ms")];
        await using var server = await TercelProcess.StartApi(folder, slow, folder.Path);

        var exitCode = await server.Stop();

        Assert.Equal(0, exitCode);
    }

    [Fact]
    public async Task Before_the_listener_closes_readyz_fails_and_requests_are_still_taken()
    {
        using var folder = new TempFolder();
        folder.Write("tercel.yaml", WriteLab.Model);
        (string, string)[] slow = [("TERCEL__SHUTDOWN__READY_DELAY", "1500ms")];
        await using var server = await TercelProcess.StartApi(folder, slow, folder.Path);
        (await server.Client.Get("/readyz")).Expect(200);

        server.Terminate();
        Reply? ready = null;
        await Wait.Until(async () => (ready = await server.Client.Get("/readyz")).Status == 503, () => server.Log);

        Assert.Equal("stopping", ready?.Json.GetProperty("status").GetString());
        (await server.Client.Get("/livez")).Expect(200);
        var write = (await server.Client.Post("/v1/counters", "{}")).Expect(201);
        Assert.Equal("close", write["Connection"]);
        Assert.Equal(0, await server.WaitForExit());
    }

    [Fact]
    public async Task A_second_signal_stops_at_once()
    {
        using var folder = new TempFolder();
        folder.Write("tercel.yaml", WriteLab.Model);
        (string, string)[] slow = [("TERCEL__SHUTDOWN__READY_DELAY", "30s")];
        await using var server = await TercelProcess.StartApi(folder, slow, folder.Path);

        server.Terminate();
        await Wait.Until(async () => (await server.Client.Get("/readyz")).Status == 503, () => server.Log);
        var clock = Stopwatch.StartNew();
        server.Terminate();

        Assert.Equal(143, await server.WaitForExit());
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), $"took {clock.Elapsed}");
    }

    [Fact]
    public async Task A_download_under_way_is_finished()
    {
        using var folder = new TempFolder();
        await using var server = await ShopFixture.StartOwn(folder);
        var expected = await DirectSql.Scalar(folder["shop.db"], "select count(*) from orders");
        using var response = await server.Client.Open("/v1/orders.ndjson");
        await using var stream = await response.Content.ReadAsStreamAsync();
        using var reader = new StreamReader(stream);
        var lines = 0;
        while (lines < 10 && await reader.ReadLineAsync() is not null) lines++;

        server.Terminate();
        while (await reader.ReadLineAsync() is not null) lines++;

        Assert.Equal(expected.GetInt32(), lines);
        Assert.Equal(0, await server.WaitForExit());
    }

    [Fact]
    public async Task Ctrl_c_stops_cleanly_too()
    {
        using var folder = new TempFolder();
        await using var server = await WriteLab.StartLab(folder);

        server.Interrupt();

        Assert.Equal(0, await server.WaitForExit());
        Assert.False(File.Exists(folder["lab.db-wal"]), "the log is merged into the database at a clean stop");
    }

    private static async Task<Socket> HalfSent(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync("127.0.0.1", port);
        await socket.SendAsync(Encoding.ASCII.GetBytes(
            "POST /v1/counters HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
            + "Content-Length: 11\r\n\r\n{\"val"));
        await Task.Delay(100);   // So that the server has begun with it.
        return socket;
    }

    private static async Task NothingListens(TercelProcess server)
    {
        await Wait.Until(
            async () =>
            {
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                try
                {
                    await socket.ConnectAsync("127.0.0.1", server.Port);
                    return false;
                }
                catch (SocketException)
                {
                    return true;
                }
            },
            () => server.Log);
    }

    private static async Task<string> ReadAll(Socket socket)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        var answer = new StringBuilder();
        var buffer = new byte[4096];
        int count;
        while ((count = await socket.ReceiveAsync(buffer, limit.Token)) > 0)
            answer.Append(Encoding.UTF8.GetString(buffer, 0, count));
        return answer.ToString();
    }
}
