using System.Text;
using Tercel.Resp;
using Tercel.TestSupport;
using Xunit;

namespace Tercel.Tests.Resp;

public sealed class ReplyScannerTests
{
    // Every type of RESP2 and RESP3, nested, streamed, with attributes; each one whole reply.
    private static readonly string[] Whole =
    [
        "+OK\r\n", "-ERR no\r\n", ":12\r\n", ":-1\r\n", ":+5\r\n", "$5\r\nhello\r\n", "$0\r\n\r\n", "$-1\r\n", "*-1\r\n",
        "*0\r\n", "*2\r\n:1\r\n$1\r\na\r\n", "_\r\n", "#t\r\n", "#f\r\n", ",1.5\r\n", ",inf\r\n", ",-inf\r\n", ",nan\r\n",
        "(12345678901234567890123\r\n", "!8\r\nERR a\r\nb\r\n", "=7\r\ntxt:abc\r\n", "%1\r\n+a\r\n:1\r\n", "%0\r\n",
        "~2\r\n:1\r\n:2\r\n", ">2\r\n+message\r\n*1\r\n*0\r\n", "|1\r\n+ttl\r\n:5\r\n*1\r\n+x\r\n", "|0\r\n:1\r\n",
        "*3\r\n:1\r\n|1\r\n+a\r\n+b\r\n:2\r\n:3\r\n", "$?\r\n;4\r\nhell\r\n;1\r\no\r\n;0\r\n", "$?\r\n;0\r\n",
        "*?\r\n:1\r\n*?\r\n.\r\n.\r\n", "%?\r\n+a\r\n$?\r\n;1\r\nx\r\n;0\r\n.\r\n", "*2\r\n*1\r\n*1\r\n*0\r\n~?\r\n.\r\n",
    ];

    public static TheoryData<string> WholeReplies => [.. Whole];

    [Theory]
    [MemberData(nameof(WholeReplies))]
    public void A_reply_ends_where_it_ends_however_it_comes_in(string reply)
    {
        var bytes = Encoding.Latin1.GetBytes(reply + "+next\r\n");
        var scanner = new ReplyScanner(ReplyLimits.Usual);
        for (var count = 0; count < reply.Length; count++)
            Assert.Equal((count, ReadStatus.NeedMore), (count, scanner.Scan(bytes.AsSpan(0, count), out _)));
        Assert.Equal(ReadStatus.Command, scanner.Scan(bytes, out var length));
        Assert.Equal(reply.Length, length);
    }

    [Theory]
    [MemberData(nameof(WholeReplies))]
    public void A_reader_passes_over_exactly_one_reply(string reply)
    {
        var reader = new ReplyReader(Encoding.Latin1.GetBytes(reply + "+next\r\n"));
        Assert.True(reader.Skip());
        Assert.Equal("+next\r\n", Encoding.Latin1.GetString(reader.Rest));
    }

    [Theory]
    [InlineData("x\r\n")]
    [InlineData("+a\n")]
    [InlineData(":1a\r\n")]
    [InlineData(":\r\n")]
    [InlineData("$-2\r\n")]
    [InlineData("$1\r\nabc\r\n")]
    [InlineData("$536870913\r\n")]
    [InlineData("*-2\r\n")]
    [InlineData("%-1\r\n")]
    [InlineData("*4294967296\r\n")]
    [InlineData("#x\r\n")]
    [InlineData(",x\r\n")]
    [InlineData("(1x\r\n")]
    [InlineData("_x\r\n")]
    [InlineData("=2\r\nab\r\n")]
    [InlineData(".\r\n")]
    [InlineData("*1\r\n.\r\n")]
    [InlineData(";1\r\na\r\n")]
    [InlineData("$?\r\n+a\r\n")]
    [InlineData("|?\r\n")]
    public void What_is_not_the_protocol_is_refused(string reply) =>
        Assert.Equal(
            ReadStatus.Malformed, new ReplyScanner(ReplyLimits.Usual).Scan(Encoding.Latin1.GetBytes(reply), out _));

    [Fact]
    public void Nesting_ends_at_its_limit()
    {
        var limits = ReplyLimits.Usual with { DepthMax = 3 };
        var atLimit = Encoding.Latin1.GetBytes("*1\r\n*1\r\n*1\r\n:1\r\n");
        var over = Encoding.Latin1.GetBytes("*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n");
        Assert.Equal(ReadStatus.Command, new ReplyScanner(limits).Scan(atLimit, out _));
        Assert.Equal(ReadStatus.Malformed, new ReplyScanner(limits).Scan(over, out _));
    }

    [Fact]
    public void Lengths_end_at_their_limits()
    {
        var limits = ReplyLimits.Usual with { BulkBytesMax = 3, LineBytesMax = 4, ReplyBytesMax = 20 };
        Assert.Equal(ReadStatus.Command, Scan(limits, "$3\r\nabc\r\n"));
        Assert.Equal(ReadStatus.Malformed, Scan(limits, "$4\r\nabcd\r\n"));
        Assert.Equal(ReadStatus.Command, Scan(limits, "+abcd\r\n"));
        Assert.Equal(ReadStatus.Malformed, Scan(limits, "+abcdefgh"));
        Assert.Equal(ReadStatus.Command, Scan(limits, "*4\r\n:1\r\n:2\r\n:3\r\n:4\r\n"));
        Assert.Equal(ReadStatus.Malformed, Scan(limits, "*5\r\n:1\r\n:2\r\n:3\r\n:4\r\n:5\r\n"));
    }

    [Fact]
    public void Any_bytes_end_in_a_reply_a_problem_or_a_wait_and_never_in_an_exception() =>
        Fuzz.Run(Whole, 5000, text =>
        {
            var bytes = Encoding.Latin1.GetBytes(text);
            var status = new ReplyScanner(ReplyLimits.Usual).Scan(bytes, out var length);
            if (status == ReadStatus.Command) Assert.InRange(length, 1, bytes.Length);
            var scanner = new ReplyScanner(ReplyLimits.Usual);
            var stepwise = ReadStatus.NeedMore;
            for (var count = 1; count <= bytes.Length && stepwise == ReadStatus.NeedMore; count++)
                stepwise = scanner.Scan(bytes.AsSpan(0, count), out _);
            Assert.Equal(status, stepwise);
            var reader = new ReplyReader(bytes);
            Assert.True(reader.Skip() || status != ReadStatus.Command);
        });

    [Fact]
    public void Deep_nesting_that_nobody_scanned_does_not_exhaust_the_stack()
    {
        var bytes = Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat("*?\r\n|1\r\n", 200_000)));
        Assert.False(new ReplyReader(bytes).Skip());
    }

    private static ReadStatus Scan(ReplyLimits limits, string reply) =>
        new ReplyScanner(limits).Scan(Encoding.Latin1.GetBytes(reply), out _);
}
