using System.Text;
using Tercel.Cache;
using Tercel.Cache.Server.Commands.Strings;
using Xunit;

namespace Tercel.Tests.CacheServer.Strings;

public sealed class FloatSumTests
{
    [Theory]
    [InlineData("0", "1", "1")]
    [InlineData("0.1", "0.2", "0.3")]
    [InlineData("3.0e3", "200", "3200")]
    [InlineData("1", "-1", "0")]
    [InlineData("-0.5", "0.5", "0")]
    [InlineData("10.50", "0.1", "10.6")]
    [InlineData("1e17", "1", "100000000000000001")]
    [InlineData("9223372036854775807", "1", "9223372036854775808")]
    [InlineData("1e-5", "0", "0.00001")]
    [InlineData("1e-18", "0", "0")]
    [InlineData("-1e-18", "0", "0")]
    [InlineData("1e30", "1e30", "2000000000000000039769249677312")]
    public void Numbers_are_added_and_printed_as_people_write_them(string first, string second, string sum)
    {
        var text = new byte[FloatSum.TextBytesMax];
        Assert.Equal(StoreStatus.Ok, Add(first, second, text, out var length));
        Assert.Equal(sum, Encoding.ASCII.GetString(text, 0, length));
    }

    [Fact]
    public void The_longest_sum_fits_the_buffer()
    {
        var text = new byte[FloatSum.TextBytesMax];
        Assert.Equal(StoreStatus.Ok, Add("-1.7976931348623157e308", "0", text, out var length));
        Assert.Equal(310, length);
    }

    [Theory]
    [InlineData("", "1")]
    [InlineData("1", "x")]
    [InlineData("nan", "1")]
    [InlineData(" 1", "1")]
    [InlineData("1 ", "1")]
    public void What_is_no_number_is_refused(string first, string second) =>
        Assert.Equal(StoreStatus.NotAFloat, Add(first, second, new byte[FloatSum.TextBytesMax], out _));

    [Theory]
    [InlineData("inf", "1")]
    [InlineData("1.7e308", "1.7e308")]
    [InlineData("inf", "-inf")]
    public void A_sum_that_is_not_finite_is_refused(string first, string second) =>
        Assert.Equal(StoreStatus.Overflow, Add(first, second, new byte[FloatSum.TextBytesMax], out _));

    private static StoreStatus Add(string first, string second, byte[] text, out int length) =>
        FloatSum.TryAdd(Encoding.ASCII.GetBytes(first), Encoding.ASCII.GetBytes(second), text, out length);
}
