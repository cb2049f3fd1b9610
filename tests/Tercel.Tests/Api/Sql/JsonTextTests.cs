using System.Globalization;
using System.Text;
using Tercel.Api.Sql;
using Tercel.Primitives;
using Xunit;

namespace Tercel.Tests.Api.Sql;

public sealed class JsonTextTests
{
    [Theory]
    [InlineData(0, 2, "0.00")]
    [InlineData(-0.0, 2, "-0.00")]
    [InlineData(49.9, 2, "49.90")]
    [InlineData(-0.05, 2, "-0.05")]
    [InlineData(7, 0, "7")]
    [InlineData(12.345678, 6, "12.345678")]
    [InlineData(0.1, 9, "0.100000000")]
    [InlineData(999999999999.99, 2, "999999999999.99")]
    [InlineData(9007199254740993, 2, "9007199254740992.00")]
    [InlineData(1.005, 2, "1.00")]
    [InlineData(1e300, 2, "1E+300")]
    [InlineData(double.NaN, 2, "null")]
    public void A_decimal_has_exactly_the_digits_of_its_scale(double value, int scale, string text) =>
        Assert.Equal(text, Fixed(value, scale));

    [Fact]
    public void Decimals_are_written_as_the_exact_way_writes_them()
    {
        var random = new Random(7);
        for (var i = 0; i < 20_000; i++)
        {
            var scale = random.Next(0, 7);
            var whole = random.NextInt64(-1_000_000_000_000, 1_000_000_000_000) >> random.Next(0, 40);
            // Every other value is no whole number of last digits.
            var value = whole / Math.Pow(10, scale) + (i % 2 == 0 ? 0 : random.NextDouble());
            if (value == 0) continue;
            Assert.Equal(value.ToString($"F{scale}", CultureInfo.InvariantCulture), Fixed(value, scale));
        }
    }

    private static string Fixed(double value, int scale)
    {
        using var buffer = Utf8Buffer.Rent(1024);
        JsonText.WriteFixed(buffer, value, scale);
        return Encoding.UTF8.GetString(buffer.Written);
    }
}
