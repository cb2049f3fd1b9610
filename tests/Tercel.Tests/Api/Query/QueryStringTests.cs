using System.Text;
using Tercel.Api.Query;
using Xunit;

namespace Tercel.Tests.Api.Query;

public sealed class QueryStringTests
{
    [Fact]
    public void Pairs_are_walked_in_order_and_empty_pieces_do_not_count()
    {
        var seen = new List<string>();
        var pairs = new QueryStringReader("?a=1&&b&c=d=e&=x&");
        while (pairs.MoveNext()) seen.Add($"{pairs.Index}:{pairs.RawKey}|{pairs.RawValue}|{pairs.HasValue}");

        Assert.Equal(["0:a|1|True", "1:b||False", "2:c|d=e|True", "3:|x|True"], seen);
    }

    [Theory]
    [InlineData("price", "Value")]
    [InlineData("price.lt", "Value")]
    [InlineData("limit.eq", "Value")]
    [InlineData("$min", "Value")]
    [InlineData("q", "Value")]
    [InlineData("limit", "Page")]
    [InlineData("cursor", "Page")]
    [InlineData("sort", "Structure")]
    [InlineData("where", "Structure")]
    [InlineData("a.null", "Structure")]
    [InlineData("a.not.exists", "Structure")]
    [InlineData("price[lt]", "Structure")]
    [InlineData("pr%69ce", "Structure")]
    [InlineData("", "Structure")]
    public void The_kind_of_a_pair_follows_from_its_raw_key(string key, string kind) =>
        Assert.Equal(kind, QueryString.KindOf(key).ToString());

    [Theory]
    [InlineData("?a=1&cursor=x&b=2", "cursor", "n w", "a=1&b=2&cursor=n%20w")]
    [InlineData("a=1&%63ursor=x", "cursor", null, "a=1")]
    [InlineData("", "cursor", "x", "cursor=x")]
    [InlineData("cursor=x", "cursor", null, "")]
    [InlineData("a=%zz&b", "c", "&=", "a=%zz&b&c=%26%3D")]
    public void Replacing_a_parameter_leaves_the_others_as_they_were(
        string query, string name, string? value, string expected) =>
        Assert.Equal(expected, QueryString.Replace(query, name, value));

    [Fact]
    public void A_parameter_can_be_looked_up_by_name()
    {
        Assert.True(QueryString.TryGet("?a=1&m%61x=2+3", "max", out var value));
        Assert.Equal("2 3", value);
        Assert.False(QueryString.TryGet("a=1", "max", out _));
        Assert.False(QueryString.TryGet("max=%f", "max", out _));
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a+b%20c", "a b c")]
    [InlineData("%e2%82%ac€", "€€")]
    [InlineData("%F0%9F%98%80", "😀")]
    public void Escapes_are_decoded_as_utf8(string raw, string text)
    {
        Span<byte> bytes = stackalloc byte[64];
        Assert.Equal(text, PercentText.Decode(raw, out _));
        Assert.True(PercentText.TryDecodeUtf8(raw, bytes, out var count));
        Assert.Equal(text, Encoding.UTF8.GetString(bytes[..count]));
    }

    [Theory]
    [InlineData("%")]
    [InlineData("%4")]
    [InlineData("%g0")]
    [InlineData("%C3")]
    [InlineData("%C3%28")]
    [InlineData("%ED%A0%80")]
    [InlineData("%C0%80")]
    [InlineData("%00")]
    [InlineData("a\0")]
    public void What_is_not_utf8_is_refused(string raw) => Assert.Null(PercentText.Decode(raw, out _));

    // Not a row of the table: attributes cannot hold half a character.
    [Fact]
    public void Half_a_surrogate_pair_is_refused() => Assert.Null(PercentText.Decode("a\uD800", out _));

    [Theory]
    [InlineData("", new string[0])]
    [InlineData("\"\"", new[] { "" })]
    [InlineData("a", new[] { "a" })]
    [InlineData("a,b,", new[] { "a", "b", "" })]
    [InlineData("A-1,\"C,3\",\"say \"\"hi\"\"\"", new[] { "A-1", "C,3", "say \"hi\"" })]
    [InlineData(" a , b", new[] { " a ", " b" })]
    [InlineData("5\"x", new[] { "5\"x" })]
    public void A_list_is_divided_at_commas_outside_quotes(string text, string[] values)
    {
        var split = ValueList.Split(text);

        Assert.NotNull(split);
        Assert.Equal(values, split.Value);
        Assert.Equal(values, ValueList.Split(ValueList.Join(values))!.Value);
        Assert.Equal(values.Length, ValueList.Count(text));
    }

    [Theory]
    [InlineData("\"a")]
    [InlineData("\"a\"b")]
    [InlineData("a,\"")]
    public void A_list_with_a_wrong_quote_is_malformed(string text)
    {
        Assert.Null(ValueList.Split(text));
        Assert.Equal(-1, ValueList.Count(text));
    }

    [Theory]
    [InlineData("250ms", 250)]
    [InlineData("30s", 30_000)]
    [InlineData("15m", 900_000)]
    [InlineData("2h", 7_200_000)]
    [InlineData("7d", 604_800_000)]
    [InlineData("1w", 604_800_000)]
    public void A_duration_is_a_whole_number_with_a_unit(string text, int milliseconds)
    {
        Assert.True(DurationText.TryParse(text, out var value));
        Assert.Equal(milliseconds, value.TotalMilliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("d")]
    [InlineData("5")]
    [InlineData("5y")]
    [InlineData("-5d")]
    [InlineData("99999999999999999999d")]
    [InlineData("9223372036854775807w")]
    public void Other_texts_are_no_durations(string text) => Assert.False(DurationText.TryParse(text, out _));
}
