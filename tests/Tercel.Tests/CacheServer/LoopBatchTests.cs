using System.Text;
using Tercel.Cache.Server.Sessions;
using Xunit;

namespace Tercel.Tests.CacheServer;

public sealed class LoopBatchTests : IDisposable
{
    private readonly LoopBench _bench = new();
    private readonly LoopBenchConnection _first;
    private readonly LoopBenchConnection _second;

    public LoopBatchTests()
    {
        _first = _bench.Connect();
        _second = _bench.Connect();
    }

    [Fact]
    public void Each_connection_gets_its_replies_with_one_send_per_turn()
    {
        _bench.Turn((_first, Bytes("SET a 1\nGET a\nPING\n")), (_second, Bytes("GET a\nECHO x\n")));
        Assert.Equal(("+OK\r\n$1\r\n1\r\n+PONG\r\n", 1), (_first.TakeText(), _first.Sends));
        Assert.Equal(("$1\r\n1\r\n$1\r\nx\r\n", 1), (_second.TakeText(), _second.Sends));
    }

    [Fact]
    public void More_commands_than_a_batch_holds_are_all_run_in_order()
    {
        _bench.Turn((_first, Bytes(string.Concat(Enumerable.Repeat("INCR n\n", 200)))));
        Assert.Equal(string.Concat(Enumerable.Range(1, 200).Select(i => $":{i}\r\n")), _first.TakeText());
        Assert.Equal(1, _first.Sends);
    }

    [Fact]
    public void An_incomplete_command_is_left_to_be_shown_again()
    {
        _bench.Turn((_first, Bytes("PING\nGE")));
        Assert.Equal((5, "+PONG\r\n"), (_first.Taken, _first.TakeText()));
    }

    [Fact]
    public void Commands_read_before_a_session_was_held_are_run_when_it_has_drained_and_before_newer_ones()
    {
        _bench.Turn((_first, Bytes("APPEND log 1\n")));
        _first.TakeText();
        _first.Pending = long.MaxValue / 2;
        // The reply of the first leaves when the second connection's begins: the session is held with one to go.
        _bench.Turn((_first, Bytes("APPEND log 2\n")), (_second, Bytes("PING\n")), (_first, Bytes("APPEND log 3\n")));
        Assert.True(SessionOf(_first).Has(SessionStates.Held));
        Assert.Equal(":2\r\n", _first.TakeText());
        _first.Pending = 0;
        _bench.Sessions.Drained(_first);
        _bench.Turn((_first, Bytes("GET log\n")));
        Assert.Equal(":3\r\n$3\r\n123\r\n", _first.TakeText());
        Assert.Equal(SessionStates.None, SessionOf(_first).States);
    }

    [Fact]
    public void A_parked_session_goes_on_with_what_was_held()
    {
        var session = SessionOf(_first);
        session.HeldInput = new Tercel.Resp.ReplyWriter();
        session.HeldInput.Raw("*1\r\n$4\r\nPING\r\n"u8);
        SessionLoop.Park(session);
        _bench.Turn((_first, Bytes("ECHO x\n")));
        Assert.Equal((0, "", true), (_first.Taken, _first.TakeText(), _first.IsPaused));
        SessionLoop.Unpark(session);
        _bench.Turn();
        Assert.Equal(("+PONG\r\n", false), (_first.TakeText(), _first.IsPaused));
    }

    [Fact]
    public void What_comes_behind_a_pause_waits_and_is_taken_after_it()
    {
        _bench.Server.Pause.Begin(_bench.NowMs + 1000, all: true);
        _bench.Turn((_first, Bytes("PING\nPING\n")));
        Assert.Equal((0, "", true), (_first.Taken, _first.TakeText(), _first.IsPaused));
        _bench.NowMs += 1001;
        _bench.Turn();
        Assert.False(_first.IsPaused);
        _bench.Turn((_first, Bytes("PING\nPING\n")));
        Assert.Equal("+PONG\r\n+PONG\r\n", _first.TakeText());
    }

    [Fact]
    public void A_large_command_behind_AUTH_in_the_same_bytes_is_accepted()
    {
        _bench.Server.Access.SetDefaultPassword("secret");
        var stranger = _bench.Connect();
        var large = new string('x', 20_000);
        _bench.Turn((stranger, Bytes($"AUTH secret\n*2\r\n$4\r\nECHO\r\n$20000\r\n{large}\r\n")));
        Assert.Equal($"+OK\r\n$20000\r\n{large}\r\n", stranger.TakeText());
    }

    public void Dispose() => _bench.Dispose();

    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    private static Session SessionOf(LoopBenchConnection connection) =>
        connection.State as Session ?? throw new InvalidOperationException();
}
