using System.Net.Sockets;
using Tercel.Primitives;
using Tercel.Scenarios.Harness;
using Xunit;

namespace Tercel.Scenarios.Cache.Robustness;

public sealed class MalformedInputTests : IClassFixture<CacheFixture>
{
    private readonly CacheProcess _server;

    public MalformedInputTests(CacheFixture fixture) => _server = fixture.Server;

    [Theory]
    [InlineData("*1\r\n:5\r\n", "-ERR Protocol error: expected '$', got ':'")]
    [InlineData("*x\r\n", "-ERR Protocol error: invalid multibulk length")]
    [InlineData("*2147483648\r\n", "-ERR Protocol error: invalid multibulk length")]
    [InlineData("*1\r\n$-5\r\n", "-ERR Protocol error: invalid bulk length")]
    [InlineData("*1\r\n$536870913\r\n", "-ERR Protocol error: invalid bulk length")]
    [InlineData("*1\r\n$99999999999999999999\r\n", "-ERR Protocol error: invalid bulk length")]
    [InlineData("GET \"open\r\n", "-ERR Protocol error: unbalanced quotes in request")]
    public void Input_that_is_no_protocol_is_named_and_the_connection_closed(string input, string expected)
    {
        using var connection = _server.Connect();
        connection.SendRaw(input);

        Assert.Equal(expected, connection.Read());
        Assert.Throws<EndOfStreamException>(() => connection.Read());
        Assert.Equal("PONG", _server.Ask("PING"));
    }

    [Fact]
    public void A_line_without_end_is_refused()
    {
        using var connection = _server.Connect();
        connection.SendRaw(new string('x', 70_000));

        Assert.StartsWith("-ERR Protocol error: too big inline request", connection.Read(), StringComparison.Ordinal);
    }

    [Fact]
    public void Commands_before_the_malformed_one_are_answered()
    {
        using var connection = _server.Connect();
        connection.SendRaw("*1\r\n$4\r\nPING\r\n*1\r\n:5\r\n");

        Assert.Equal("PONG", connection.Read());
        Assert.StartsWith("-ERR Protocol error", connection.Read(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_command_of_a_hundred_thousand_arguments_works_and_bytes_may_come_one_by_one()
    {
        using var connection = _server.Connect();
        string[] words = ["DEL", .. Enumerable.Range(0, 100_000).Select(i => $"nothing:{i}")];
        Assert.Equal("0", connection.Ask(words));

        foreach (var letter in "*2\r\n$4\r\nECHO\r\n$2\r\nhi\r\n") connection.SendRaw(letter.ToString());
        Assert.Equal("hi", connection.Read());
    }

    [Fact]
    public void A_client_that_has_finished_sending_still_gets_its_answers()
    {
        using var connection = _server.Connect();
        connection.SendRaw("PING\r\nPING\r\n");
        connection.FinishSending();

        Assert.Equal("PONG", connection.Read());
        Assert.Equal("PONG", connection.Read());
        Assert.Throws<EndOfStreamException>(() => connection.Read());
    }

    [Fact]
    public void Random_bytes_never_end_the_server()
    {
        var random = new Prng(20261120);
        for (var round = 0; round < 300; round++)
        {
            using var connection = _server.Connect();
            var text = new char[random.Between(1, 400)];
            for (var i = 0; i < text.Length; i++)
                text[i] = random.Chance(0.3) ? "*$:\r\n0123456789-+"[random.Below(17)] : (char)random.Below(256);
            try
            {
                connection.SendRaw(new string(text));
                connection.SendRaw("\r\nPING\r\n");
            }
            catch (SocketException)
            {
                // The server was quicker to close.
            }
        }

        Assert.Equal("PONG", _server.Ask("PING"));
    }
}
