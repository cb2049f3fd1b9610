using Tercel.Api.Query;
using Xunit;

namespace Tercel.Tests.Api.Query;

public sealed class ShortenedTests
{
    [Fact]
    public void A_long_text_is_cut_between_characters()
    {
        var text = new string('a', 59);
        Assert.Equal(text + "b", Shortened.Text(text + "b"));
        Assert.Equal(text + "b...", Shortened.Text(text + "bc"));
        Assert.Equal(text + "...", Shortened.Text(text + "\U0001F600c"));
    }
}
