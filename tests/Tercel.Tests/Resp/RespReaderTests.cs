using Tercel.Resp;
using Xunit;

namespace Tercel.Tests.Resp;

public sealed class RespReaderTests
{
    private static readonly RespLimits Small =
        RespLimits.Usual with { ArgsMax = 4, BulkBytesMax = 100, InlineBytesMax = 30 };

    [Theory]
    [InlineData("*1\r\n$4\r\nPING\r\n", "PING")]
    [InlineData("*2\r\n$4\r\nECHO\r\n$0\r\n\r\n", "ECHO|")]
    [InlineData("*2\r\n$4\r\nECHO\r\n$12\r\n123456789012\r\n", "ECHO|123456789012")]
    [InlineData("PING\r\n", "PING")]
    [InlineData("  set  a   b \n", "set|a|b")]
    [InlineData("set \"a b\" 'c\\'d'\n", "set|a b|c'd")]
    [InlineData("set \"\\x41\\n\\r\\t\\b\\a\\\"\\q\" ''\n", "set|A\n\r\t\b\a\"q|")]
    [InlineData("set a'b'\n", "set|ab")]
    public void One_command_is_read(string sent, string words)
    {
        using var reading = CommandReading.Of(sent);
        Assert.Equal([words], reading.Commands.Select(command => string.Join('|', command)));
        Assert.Equal(0, reading.Kept);
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("*0\r\n")]
    [InlineData("*-1\r\n")]
    [InlineData("   \n")]
    public void Nothing_is_passed_over(string sent)
    {
        using var reading = CommandReading.Of(sent + "PING\r\n");
        Assert.Equal("PING", Assert.Single(Assert.Single(reading.Commands)));
    }

    [Theory]
    [InlineData("*x\r\n", ReadProblem.InvalidCount)]
    [InlineData("*5\r\n", ReadProblem.InvalidCount)]
    [InlineData("*99999999999999999999\r\n", ReadProblem.InvalidCount)]
    [InlineData("*1\r\nPING\r\n", ReadProblem.ExpectedBulk)]
    [InlineData("*1\r\n$x\r\n", ReadProblem.InvalidLength)]
    [InlineData("*1\r\n$-1\r\n", ReadProblem.InvalidLength)]
    [InlineData("*1\r\n$101\r\n", ReadProblem.InvalidLength)]
    [InlineData("*1\r\n$01\r\n", ReadProblem.InvalidLength)]
    [InlineData("*1\r\n$4294967296\r\n", ReadProblem.InvalidLength)]
    [InlineData("set \"a\n", ReadProblem.UnbalancedQuotes)]
    [InlineData("set \"a\"b\n", ReadProblem.UnbalancedQuotes)]
    [InlineData("set 'a\\'\n", ReadProblem.UnbalancedQuotes)]
    [InlineData("1234567890123456789012345678901", ReadProblem.InlineTooLong)]
    [InlineData("*234567890123456789012345678901234", ReadProblem.CountLineTooLong)]
    [InlineData("*1\r\n$234567890123456789012345678901234", ReadProblem.LengthLineTooLong)]
    public void What_is_not_the_protocol_is_refused(string sent, ReadProblem problem)
    {
        using var reading = CommandReading.Of(sent, Small);
        Assert.Equal(problem, reading.Problem);
        Assert.Empty(reading.Commands);
    }

    [Fact]
    public void At_its_limits_a_command_is_read()
    {
        var longest = new string('x', 100);
        using var reading = CommandReading.Of($"*4\r\n$1\r\na\r\n$100\r\n{longest}\r\n$0\r\n\r\n$0\r\n\r\n", Small);
        Assert.Equal(4, Assert.Single(reading.Commands).Length);
    }

    [Fact]
    public void An_unknown_client_may_send_ten_arguments_of_16_KiB()
    {
        var limits = RespLimits.Usual with { Unauthenticated = true };
        using var ten = CommandReading.Of("*10\r\n" + string.Concat(Enumerable.Repeat("$1\r\na\r\n", 10)), limits);
        using var eleven = CommandReading.Of("*11\r\n", limits);
        using var atLimit = CommandReading.Of("*1\r\n$16384\r\n" + new string('x', 16384) + "\r\n", limits);
        using var over = CommandReading.Of("*1\r\n$16385\r\n", limits);
        Assert.Single(ten.Commands);
        Assert.Equal(ReadProblem.UnauthenticatedCount, eleven.Problem);
        Assert.Single(atLimit.Commands);
        Assert.Equal(ReadProblem.UnauthenticatedLength, over.Problem);
    }

    [Fact]
    public void A_large_command_in_small_pieces_is_not_read_from_its_start_again()
    {
        const int Words = 100_000;
        using var reading = new CommandReading();
        using var sent = new ReplyWriter();
        sent.Array(Words);
        for (var i = 0; i < Words; i++) sent.BulkInteger(i);
        var bytes = sent.Written.ToArray();
        for (var at = 0; at < bytes.Length; at += 4096)
            reading.Receive(bytes.AsSpan(at, Math.Min(4096, bytes.Length - at)));
        Assert.Equal(Enumerable.Range(0, Words).Select(i => $"{i}"), Assert.Single(reading.Commands));
    }
}
