using Tercel.Primitives;
using Xunit;

namespace Tercel.Tests.Primitives;

public sealed class ByteSizeTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("512", 512)]
    [InlineData("512B", 512)]
    [InlineData("64KiB", 65_536)]
    [InlineData("1 MiB", 1_048_576)]
    [InlineData("10MB", 10_000_000)]
    [InlineData("2gib", 2_147_483_648)]
    public void A_size_is_a_number_with_or_without_a_unit(string text, long bytes)
    {
        Assert.True(ByteSize.TryParse(text, out var value));
        Assert.Equal(bytes, value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("MiB")]
    [InlineData("-1")]
    [InlineData("1.5MiB")]
    [InlineData("1  MiB")]
    [InlineData("1 ")]
    [InlineData("1PiB")]
    [InlineData("9999999999TiB")]
    public void Anything_else_is_not_a_size(string text) => Assert.False(ByteSize.TryParse(text, out _));

    [Theory]
    [InlineData(0, "0B")]
    [InlineData(1000, "1KB")]
    [InlineData(1024, "1KiB")]
    [InlineData(1 << 20, "1MiB")]
    [InlineData(1025, "1025B")]
    public void A_size_is_printed_with_the_largest_unit_that_divides_it(long bytes, string text) =>
        Assert.Equal(text, ByteSize.Format(bytes));
}
