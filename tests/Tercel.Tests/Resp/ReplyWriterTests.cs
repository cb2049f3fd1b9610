using System.Text;
using Tercel.Resp;
using Xunit;

namespace Tercel.Tests.Resp;

public sealed class ReplyWriterTests : IDisposable
{
    private readonly ReplyWriter _reply = new();

    [Theory]
    [InlineData(0, ":0\r\n")]
    [InlineData(9, ":9\r\n")]
    [InlineData(10, ":10\r\n")]
    [InlineData(99, ":99\r\n")]
    [InlineData(100, ":100\r\n")]
    [InlineData(907, ":907\r\n")]
    [InlineData(999, ":999\r\n")]
    [InlineData(1000, ":1000\r\n")]
    [InlineData(-1, ":-1\r\n")]
    [InlineData(long.MinValue, ":-9223372036854775808\r\n")]
    [InlineData(long.MaxValue, ":9223372036854775807\r\n")]
    public void An_integer_is_written_in_full(long value, string expected)
    {
        _reply.Integer(value);
        Assert.Equal(expected, Written());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(123)]
    [InlineData(70_000)]
    public void A_bulk_string_has_its_length_in_front(int length)
    {
        var text = new string('x', length);
        _reply.Bulk(Encoding.ASCII.GetBytes(text));
        Assert.Equal($"${length}\r\n{text}\r\n", Written());
    }

    [Fact]
    public void RESP3_types_have_their_own_form()
    {
        _reply.IsResp3 = true;
        WriteEveryType();
        Assert.Equal(
            "%1\r\n~2\r\n>3\r\n_\r\n_\r\n#t\r\n#f\r\n,1.5\r\n,inf\r\n(123\r\n=7\r\ntxt:abc\r\n%2\r\n~1\r\n", Written());
    }

    [Fact]
    public void RESP2_has_the_forms_that_Redis_sends_instead()
    {
        WriteEveryType();
        Assert.Equal(
            "*2\r\n*2\r\n*3\r\n$-1\r\n*-1\r\n:1\r\n:0\r\n$3\r\n1.5\r\n$3\r\ninf\r\n$3\r\n123\r\n$3\r\nabc\r\n*4\r\n*1\r\n",
            Written());
    }

    [Fact]
    public void An_error_with_line_ends_stays_on_one_line()
    {
        _reply.Ok();
        _reply.Error("ERR a\r\nb\nc"u8);
        _reply.Ok();
        Assert.Equal("+OK\r\n-ERR a  b c\r\n+OK\r\n", Written());
    }

    [Fact]
    public void Arrays_of_unknown_count_get_it_in_front_when_they_end()
    {
        _reply.Ok();
        var outer = _reply.BeginArray();
        for (var i = 0; i < 12; i++)
        {
            var inner = _reply.BeginArray();
            _reply.Integer(i);
            _reply.EndArray(inner, 1);
        }

        _reply.EndArray(outer, 12);
        Assert.Equal("+OK\r\n*12\r\n" + string.Concat(Enumerable.Range(0, 12).Select(i => $"*1\r\n:{i}\r\n")), Written());
    }

    [Fact]
    public void Truncate_forgets_a_half_written_reply()
    {
        _reply.Ok();
        var length = _reply.Length;
        _reply.Array(3);
        _reply.Bulk("a"u8);
        _reply.Truncate(length);
        _reply.Null();
        Assert.Equal("+OK\r\n$-1\r\n", Written());
    }

    [Fact]
    public void A_bulk_string_to_fill_is_as_long_as_asked()
    {
        _reply.BulkToFill(3).Fill((byte)'z');
        Assert.Equal("$3\r\nzzz\r\n", Written());
    }

    public void Dispose() => _reply.Dispose();

    private void WriteEveryType()
    {
        _reply.Map(1);
        _reply.Set(2);
        _reply.Push(3);
        _reply.Null();
        _reply.NullArray();
        _reply.Boolean(true);
        _reply.Boolean(false);
        _reply.Double(1.5);
        _reply.Double(double.PositiveInfinity);
        _reply.BigNumber("123"u8);
        _reply.Verbatim("txt"u8, "abc"u8);
        _reply.EndMap(_reply.BeginArray(), 2);
        _reply.EndSet(_reply.BeginArray(), 1);
    }

    private string Written() => Encoding.Latin1.GetString(_reply.Written);
}
