using Xunit;

namespace Tercel.Tests.CacheServer.Strings;

/// <summary>What Redis 7.0 does not have, so that no real server can be asked; the rest is in
/// <see cref="StringDifferentialTests"/>.</summary>
public sealed class SetCommandTests : IDisposable
{
    private const string Ok = "+OK\r\n";
    private const string Nil = "$-1\r\n";

    private readonly CommandRunner _runner = new();

    [Theory]
    [InlineData("SET k new IFEQ old", Ok, "new")]
    [InlineData("SET k new IFEQ other", Nil, "old")]
    [InlineData("SET k new IFNE other", Ok, "new")]
    [InlineData("SET k new IFNE old", Nil, "old")]
    [InlineData("SET k new IFEQ other GET", "$3\r\nold\r\n", "old")]
    [InlineData("SET k new GET IFEQ old", "$3\r\nold\r\n", "new")]
    [InlineData("SET k new IFEQ old NX", "-ERR syntax error\r\n", "old")]
    [InlineData("SET k new IFEQ old IFNE old", "-ERR syntax error\r\n", "old")]
    [InlineData("SET k new IFEQ", "-ERR syntax error\r\n", "old")]
    public void A_value_can_be_compared_before_it_is_replaced(string command, string reply, string value)
    {
        _runner.Run("SET k old");
        Assert.Equal(reply, _runner.Run(command));
        Assert.Equal($"${value.Length}\r\n{value}\r\n", _runner.Run("GET k"));
    }

    [Theory]
    [InlineData("SET missing v IFEQ old", Nil)]
    [InlineData("SET missing v IFNE old", Ok)]
    public void A_missing_key_equals_nothing(string command, string reply) => Assert.Equal(reply, _runner.Run(command));

    [Fact]
    public void A_value_expires_after_its_time_and_not_before()
    {
        _runner.Run("SET k v PX 100");
        _runner.Advance(100);
        Assert.Equal(":0\r\n", _runner.Run("PTTL k"));
        Assert.Equal("$1\r\nv\r\n", _runner.Run("GET k"));
        _runner.Advance(1);
        Assert.Equal(Nil, _runner.Run("GET k"));
        Assert.Equal(":-2\r\n", _runner.Run("TTL k"));
    }

    [Fact]
    public void Incr_on_text_replies_an_error_and_keeps_the_value()
    {
        _runner.Run("SET k text");
        Assert.Equal("-ERR value is not an integer or out of range\r\n", _runner.Run("INCR k"));
        Assert.Equal("$4\r\ntext\r\n", _runner.Run("GET k"));
    }

    [Fact]
    public void Counting_keeps_the_time_to_live()
    {
        _runner.Run("SET k 1 PX 1000");
        _runner.Run("INCR k");
        _runner.Run("APPEND k 0");
        _runner.Run("INCRBYFLOAT k 0.5");
        Assert.Equal(":1000\r\n", _runner.Run("PTTL k"));
        Assert.Equal("$4\r\n20.5\r\n", _runner.Run("GET k"));
    }

    [Fact]
    public void A_value_of_many_segments_is_stored_changed_and_removed()
    {
        using var runner = new CommandRunner(CommandRunner.SmallKeyspace with { MemoryBytesMax = 256L << 20 });
        var value = new string('x', 40 << 20);
        Assert.Equal(Ok, runner.Words("SET", "large", value));
        Assert.Equal(":41943043\r\n", runner.Run("APPEND large abc"));
        Assert.Equal("$4\r\nxabc\r\n", runner.Run("GETRANGE large -4 -1"));
        Assert.Equal(":1\r\n", runner.Run("DEL large"));
    }

    public void Dispose() => _runner.Dispose();
}
