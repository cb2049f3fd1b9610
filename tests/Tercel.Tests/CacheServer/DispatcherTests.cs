using Xunit;

namespace Tercel.Tests.CacheServer;

public sealed class DispatcherTests : IDisposable
{
    private readonly CommandRunner _runner = new();

    [Theory]
    [InlineData("PING", "+PONG\r\n")]
    [InlineData("ping hello", "$5\r\nhello\r\n")]
    [InlineData("PING a b", "-ERR wrong number of arguments for 'ping' command\r\n")]
    [InlineData("ECHO \"a\\r\\nb\"", "$4\r\na\r\nb\r\n")]
    [InlineData("ECHO", "-ERR wrong number of arguments for 'echo' command\r\n")]
    [InlineData("QUIT", "+OK\r\n")]
    [InlineData("SELECT 15", "+OK\r\n")]
    [InlineData("SELECT 16", "-ERR DB index is out of range\r\n")]
    [InlineData("SELECT x", "-ERR value is not an integer or out of range\r\n")]
    [InlineData("NOSUCH", "-ERR unknown command 'NOSUCH', with args beginning with: \r\n")]
    [InlineData("nosuch a b", "-ERR unknown command 'nosuch', with args beginning with: 'a' 'b' \r\n")]
    [InlineData("HELLO 4", "-NOPROTO unsupported protocol version\r\n")]
    [InlineData("HELLO x", "-ERR Protocol version is not an integer or out of range\r\n")]
    public void A_command_is_answered_as_Redis_answers(string command, string reply) =>
        Assert.Equal(reply, _runner.Run(command));

    [Fact]
    public void An_unknown_command_with_line_ends_is_quoted_on_one_line() =>
        Assert.Equal(
            "-ERR unknown command 'a  b', with args beginning with: 'c d' \r\n", _runner.Words("a\r\nb", "c\nd"));

    [Fact]
    public void Hello_3_switches_the_session_to_RESP3()
    {
        Assert.StartsWith("%7\r\n$6\r\nserver\r\n", _runner.Run("HELLO 3"));
        Assert.True(_runner.Main.IsResp3);
        Assert.StartsWith("*14\r\n", _runner.Run("HELLO 2"));
    }

    [Fact]
    public void What_a_failed_command_wanted_journaled_is_not_journaled_for_the_next_one()
    {
        var journal = new RecordingJournal();
        _runner.Server.Journal = journal;
        // As an exception in the middle of a command leaves it.
        _runner.Dispatcher.Rewrite.Begin().Word("DEL"u8).Word("a"u8);
        _runner.Dispatcher.Forget();
        _runner.Run("SET b 1");
        Assert.Equal(["SET b 1"], journal.Commands);
    }

    public void Dispose() => _runner.Dispose();
}
