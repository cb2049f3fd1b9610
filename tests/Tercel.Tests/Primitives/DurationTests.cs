using Tercel.Primitives;
using Xunit;

namespace Tercel.Tests.Primitives;

public sealed class DurationTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("250ms", 250)]
    [InlineData("5s", 5_000)]
    [InlineData("1m", 60_000)]
    [InlineData("1m30s", 90_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("2d", 172_800_000)]
    public void A_duration_is_numbers_with_units(string text, long ms)
    {
        Assert.True(Duration.TryParse(text, out var value));
        Assert.Equal(ms, value.TotalMilliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("s")]
    [InlineData("5 s")]
    [InlineData("-5s")]
    [InlineData("1.5s")]
    [InlineData("1s1m")]
    [InlineData("1s1s")]
    [InlineData("5x")]
    [InlineData("99999999999999d")]
    [InlineData("99999999999999999999s")]
    public void Anything_else_is_not_a_duration(string text) => Assert.False(Duration.TryParse(text, out _));

    [Fact]
    public void What_is_printed_reads_back()
    {
        var prng = new Prng(1);
        for (var i = 0; i < 1000; i++)
        {
            var value = TimeSpan.FromMicroseconds(prng.Next() >> prng.Between(20, 60));
            Assert.True(Duration.TryParse(Duration.Format(value), out var read));
            Assert.Equal(value, read);
        }
    }
}
