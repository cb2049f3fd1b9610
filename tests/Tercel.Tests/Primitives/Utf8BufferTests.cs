using Tercel.Primitives;
using Xunit;

namespace Tercel.Tests.Primitives;

public sealed class Utf8BufferTests
{
    [Theory]
    [InlineData(1000)] // The pool gives 1024 bytes.
    [InlineData(8192)]
    [InlineData(100_000)]
    public void Content_may_fill_the_limit_and_not_pass_it(int bytesMax)
    {
        using var bytes = Utf8Buffer.Rent(bytesMax);
        for (var i = 0; i < bytesMax; i++) bytes.WriteByte(1);
        Assert.False(bytes.Overflowed);
        Assert.Equal(bytesMax, bytes.Count);
        bytes.WriteByte(1);
        Assert.True(bytes.Overflowed);
    }

    [Fact]
    public void Space_that_is_handed_out_ends_at_the_limit()
    {
        using var bytes = Utf8Buffer.Rent(1000);
        bytes.Write(new byte[990]);
        Assert.Equal(10, bytes.GetSpan(10).Length);
        bytes.Advance(10);
        Assert.False(bytes.Overflowed);
        bytes.GetSpan(1);
        Assert.True(bytes.Overflowed);
    }

    [Fact]
    public void After_an_overflow_writers_get_scratch_space_of_any_size_they_ask_for()
    {
        using var bytes = Utf8Buffer.Rent(1000);
        Assert.True(bytes.GetMemory(50_000).Length >= 50_000);
        bytes.Advance(50_000);
        Assert.True(bytes.Overflowed);
        Assert.Equal(0, bytes.Count);
    }
}
