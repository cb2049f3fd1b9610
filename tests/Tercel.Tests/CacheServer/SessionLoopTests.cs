using System.Text;
using Xunit;

namespace Tercel.Tests.CacheServer;

public sealed class SessionLoopTests : IDisposable
{
    private readonly LiveServer _server = new();

    [Fact]
    public void Pipelined_commands_are_answered_in_order()
    {
        using var client = _server.Connect();
        var sent = new StringBuilder();
        var expected = new StringBuilder();
        for (var i = 0; i < 1000; i++)
        {
            sent.Append($"*3\r\n$3\r\nSET\r\n$2\r\nk1\r\n${$"{i}".Length}\r\n{i}\r\n*2\r\n$3\r\nGET\r\n$2\r\nk1\r\n");
            expected.Append($"+OK\r\n${$"{i}".Length}\r\n{i}\r\n");
        }

        Assert.Equal(expected.ToString(), client.Ask(sent.ToString(), expected.ToString()));
    }

    [Fact]
    public void A_command_in_single_bytes_is_answered()
    {
        using var client = _server.Connect();
        foreach (var letter in "*2\r\n$4\r\nECHO\r\n$5\r\nhello\r\n") client.Send($"{letter}");
        Assert.Equal("$5\r\nhello\r\n", client.Read(11));
    }

    [Fact]
    public void A_large_value_goes_in_and_out()
    {
        var value = new string('v', 5_000_000);
        using var client = _server.Connect();
        Assert.Equal("+OK\r\n", client.Ask($"*3\r\n$3\r\nSET\r\n$3\r\nbig\r\n${value.Length}\r\n{value}\r\n", "+OK\r\n"));
        var reply = $"${value.Length}\r\n{value}\r\n";
        Assert.Equal(reply, client.Ask("GET big\r\n", reply));
    }

    [Theory]
    [InlineData("*x\r\n", "-ERR Protocol error: invalid multibulk length\r\n")]
    [InlineData("*1\r\n+PING\r\n", "-ERR Protocol error: expected '$', got '+'\r\n")]
    [InlineData("*1\r\n$600000000\r\n", "-ERR Protocol error: invalid bulk length\r\n")]
    [InlineData("SET \"a\r\n", "-ERR Protocol error: unbalanced quotes in request\r\n")]
    public void Malformed_input_gets_an_error_behind_earlier_replies_and_ends_the_connection(string sent, string error)
    {
        using var client = _server.Connect();
        client.Send("PING\r\n" + sent + "PING\r\n");
        Assert.Equal("+PONG\r\n" + error, client.ReadToEnd());
        Assert.Empty(_server.Failures);
    }

    [Fact]
    public void Nothing_behind_QUIT_is_run()
    {
        using var client = _server.Connect();
        client.Send("SET a 1\r\nQUIT\r\nSET a 2\r\n");
        Assert.Equal("+OK\r\n+OK\r\n", client.ReadToEnd());
        using var other = _server.Connect();
        Assert.Equal("$1\r\n1\r\n", other.Ask("GET a\r\n", "$1\r\n1\r\n"));
    }

    [Fact]
    public void Commands_of_a_pipeline_see_the_database_selected_before_them()
    {
        using var client = _server.Connect();
        const string Replies = "+OK\r\n+OK\r\n+OK\r\n$1\r\n0\r\n+OK\r\n$1\r\n1\r\n";
        const string Sent = "SET k 0\r\nSELECT 1\r\nSET k 1\r\nMULTI\r\nSELECT 0\r\nEXEC\r\nGET k\r\nSELECT 1\r\nGET k\r\n";
        var expected = Replies.Replace("$1\r\n0", "+OK\r\n+QUEUED\r\n*1\r\n+OK\r\n$1\r\n0");
        Assert.Equal(expected, client.Ask(Sent, expected));
    }

    [Fact]
    public void A_client_that_does_not_read_is_held_and_gets_everything_when_it_does()
    {
        const int Replies = 40;
        var value = new string('v', 1_000_000);
        using var client = _server.Connect();
        client.Ask($"*3\r\n$3\r\nSET\r\n$1\r\na\r\n${value.Length}\r\n{value}\r\n", "+OK\r\n");
        client.Send(string.Concat(Enumerable.Repeat("GET a\r\n", Replies)) + "PING\r\n");
        using var other = _server.Connect();
        Assert.Equal("+PONG\r\n", other.Ask("PING\r\n", "+PONG\r\n"));
        Thread.Sleep(200);
        Assert.InRange(_server.Server.Gauges().BufferBytes, 0, 12_000_000);
        var expected = string.Concat(Enumerable.Repeat($"${value.Length}\r\n{value}\r\n", Replies)) + "+PONG\r\n";
        Assert.Equal(expected.Length, client.Read(expected.Length).Length);
        Assert.Empty(_server.Failures);
    }

    [Fact]
    public void A_pause_delays_writes_until_its_end_and_lets_reads_through()
    {
        using var admin = _server.Connect();
        using var client = _server.Connect();
        Assert.Equal("+OK\r\n", admin.Ask("CLIENT PAUSE 60000 WRITE\r\n", "+OK\r\n"));
        Assert.Equal("$-1\r\n", client.Ask("GET a\r\n", "$-1\r\n"));
        client.Send("SET a 1\r\nGET a\r\n");
        Thread.Sleep(150);
        Assert.Equal(0, client.Socket.Available);
        Assert.Equal("+OK\r\n", admin.Ask("CLIENT UNPAUSE\r\n", "+OK\r\n"));
        Assert.Equal("+OK\r\n$1\r\n1\r\n", client.Read(12));
    }

    [Fact]
    public void What_was_pipelined_behind_a_GET_that_waits_for_a_refill_is_answered_after_it()
    {
        using var filler = _server.Connect();
        using var waiter = _server.Connect();
        const string Policy = "POLICY SET page:* swr=0s lease=5s wait=5s jitter=0%\r\n";
        Assert.Equal("+OK\r\n", filler.Ask(Policy, "+OK\r\n"));
        Assert.Equal("$-1\r\n", filler.Ask("GET page:1\r\n", "$-1\r\n"));
        waiter.Send("GET page:1\r\nECHO x\r\nINCR n\r\n");
        Thread.Sleep(100);
        Assert.Equal(0, waiter.Socket.Available);
        Assert.Equal("+OK\r\n", filler.Ask("SET page:1 v\r\n", "+OK\r\n"));
        Assert.Equal("$1\r\nv\r\n$1\r\nx\r\n:1\r\n", waiter.Read(18));
    }

    [Fact]
    public void A_killed_client_is_closed_and_the_killer_stays()
    {
        using var victim = _server.Connect();
        using var killer = _server.Connect();
        var id = victim.Ask("CLIENT ID\r\n", ":1\r\n")[1..].Trim();
        Assert.Equal(":1\r\n", killer.Ask($"CLIENT KILL ID {id}\r\n", ":1\r\n"));
        Assert.Equal("", victim.ReadToEnd());
        Assert.Equal("+PONG\r\n", killer.Ask("PING\r\n", "+PONG\r\n"));
    }

    [Fact]
    public void An_idle_client_is_closed_after_its_time()
    {
        _server.Server.Live.IdleSeconds = 1;
        using var client = _server.Connect();
        client.Ask("PING\r\n", "+PONG\r\n");
        Assert.Equal("", client.ReadToEnd());
    }

    [Fact]
    public void Counts_and_durations_of_commands_are_summed_over_the_loops()
    {
        using var client = _server.Connect();
        client.Ask("SET a 1\r\nGET a\r\nGET a\r\nINCR x y\r\nLPUSH a 1\r\n", "+OK\r\n$1\r\n1\r\n$1\r\n1\r\n-ERR");
        client.Ask("PING\r\n", "+PONG\r\n");
        Assert.True(_server.Server.Commands.TryFind("get"u8, out var info));
        Assert.Equal(2, _server.Server.Statistics.CountsOf(info.Id).Calls);
        Assert.Equal(2, _server.Server.Statistics.DurationsOf(info.Id)?.Count);
        Assert.True(_server.Server.Commands.TryFind("incr"u8, out var incr));
        Assert.Equal(1, _server.Server.Statistics.CountsOf(incr.Id).Rejected);
    }

    [Fact]
    public void A_client_that_was_held_and_parked_at_once_goes_on_when_both_are_over()
    {
        const int Replies = 40;
        var value = new string('v', 1_000_000);
        using var client = _server.Connect();
        using var other = _server.Connect();
        other.Ask($"*3\r\n$3\r\nSET\r\n$1\r\na\r\n${value.Length}\r\n{value}\r\n", "+OK\r\n");
        client.Send("MULTI\r\n" + string.Concat(Enumerable.Repeat("GET a\r\n", Replies)));
        client.Read("+OK\r\n".Length + Replies * "+QUEUED\r\n".Length);
        client.Send("EXEC\r\nBLPOP k 0\r\n");
        SpinWait.SpinUntil(() => _server.Server.Blocking.Count == 1, TimeSpan.FromSeconds(10));
        Assert.Equal(":1\r\n", other.Ask("RPUSH k x\r\n", ":1\r\n"));
        SpinWait.SpinUntil(() => _server.Server.Blocking.Count == 0, TimeSpan.FromSeconds(10));
        Thread.Sleep(100);
        var expected = $"*{Replies}\r\n" + string.Concat(
            Enumerable.Repeat($"${value.Length}\r\n{value}\r\n", Replies)) + "*2\r\n$1\r\nk\r\n$1\r\nx\r\n";
        Assert.Equal(expected.Length, client.Read(expected.Length).Length);
        Assert.Equal("+PONG\r\n", client.Ask("PING\r\n", "+PONG\r\n"));
    }

    [Theory]
    [InlineData("BLPOP", " 0", "")]
    [InlineData("WATCH", "", "+OK\r\n")]
    public void Very_many_keys_in_one_command_do_not_stop_the_others(string command, string end, string reply)
    {
        const int Keys = 200_000;
        using var client = _server.Connect();
        using var other = _server.Connect();
        var text = new StringBuilder($"*{Keys + 1 + end.Length / 2}\r\n$5\r\n{command}\r\n");
        for (var i = 0; i < Keys; i++) text.Append($"$7\r\nk{i:D6}\r\n");
        if (end.Length > 0) text.Append("$1\r\n0\r\n");
        client.Send(text.ToString());
        Assert.Equal(reply, client.Read(reply.Length));
        if (end.Length > 0) SpinWait.SpinUntil(() => _server.Server.Blocking.Count == 1, TimeSpan.FromSeconds(10));
        Assert.Equal(":1\r\n", other.Ask("RPUSH k000007 x\r\n", ":1\r\n"));
    }

    public void Dispose() => _server.Dispose();
}
