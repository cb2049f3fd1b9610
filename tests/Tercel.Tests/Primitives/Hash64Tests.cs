using System.Text;
using Tercel.Primitives;
using Xunit;

namespace Tercel.Tests.Primitives;

public sealed class Hash64Tests
{
    // From the reference implementation.
    [Theory]
    [InlineData("", 0, 0xEF46DB3751D8E999)]
    [InlineData("a", 0, 0xD24EC4F1A98C6E5B)]
    [InlineData("abc", 0, 0x44BC2CF5AD770999)]
    [InlineData("Call me Ishmael. Some years ago--never mind how long precisely-", 0, 0x02A2E85470D6FD96)]
    public void Hashes_are_those_of_XXH64(string text, ulong seed, ulong expected) =>
        Assert.Equal(expected, Hash64.Of(Encoding.ASCII.GetBytes(text), seed));
}
