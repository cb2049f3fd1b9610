using System.Text;
using Tercel.Api.Writing;
using Xunit;

namespace Tercel.Tests.Api.Writing;

public sealed class BodyReaderTests
{
    [Theory]
    [InlineData("", "malformed_json", 1, 1)]
    [InlineData("  \n ", "malformed_json", 1, 1)]
    [InlineData("{", "malformed_json", 1, 2)]
    [InlineData("{\"a\":1,}", "malformed_json", 1, 8)]
    [InlineData("{\n  \"a\": nope}", "malformed_json", 2, 9)]
    [InlineData("{\"ä\":\"ö\" x}", "malformed_json", 1, 10)]
    [InlineData("[1] 2", "malformed_json", 1, 5)]
    [InlineData("{\"a\":01}", "malformed_json", 1, 7)]
    [InlineData("{\"a\":NaN}", "malformed_json", 1, 6)]
    [InlineData("{\"a\":\"\\ud800\"}", "malformed_json", 1, 7)]
    [InlineData("{\"\\udc00\":1}", "malformed_json", 1, 3)]
    [InlineData("{\"a\":1,\n\"a\":2}", "duplicate_key", 2, 1)]
    [InlineData("{\"a\":1,\"\\u0061\":2}", "duplicate_key", 1, 8)]
    [InlineData("[[[[1]]]]", "depth", 1, 4)]
    public void A_wrong_body_is_refused_with_its_place(string body, string code, int line, int column)
    {
        var error = Assert.Single(BodyReader.Read(Encoding.UTF8.GetBytes(body), depthMax: 3).Errors);
        Assert.Equal((code, line, column), (error.Code.Name, error.Line ?? 0, error.Column ?? 0));
        Assert.DoesNotContain("LineNumber", error.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_no_text_are_refused_where_they_stand()
    {
        var error = Assert.Single(BodyReader.Read(new byte[] { (byte)'"', (byte)'a', 0xC3, (byte)'"' }, 3).Errors);
        Assert.Equal((1, 3), (error.Line ?? 0, error.Column ?? 0));
    }

    [Fact]
    public void An_object_with_many_members_finds_the_one_given_twice()
    {
        var body = "{" + string.Join(",", Enumerable.Range(0, 40).Select(i => $"\"m{i % 39}\":1")) + "}";
        Assert.Equal("'m0' is given twice in one object",
            Assert.Single(BodyReader.Read(Encoding.UTF8.GetBytes(body), 3).Errors).Detail);
    }

    [Theory]
    [InlineData("{ \"a\" : [ 1 , \"\\u00e9\\n\" , null ] , \"b\" : { } }", "{\"a\":[1,\"é\\n\",null],\"b\":{}}")]
    [InlineData("\uFEFF[1.50, -0, 1e3]", "[1.50,-0,1e3]")]
    [InlineData("\"\\ud83d\\ude00 <&'\"", "\"😀 <&'\"")]
    public void The_stored_form_has_no_white_space_and_the_least_escaping(string body, string expected)
    {
        Assert.True(BodyReader.Read(Encoding.UTF8.GetBytes(body), 3).TryGet(out var document, out _));
        Assert.Equal(expected, Encoding.UTF8.GetString(StoredJson.Of(document.Root).Span));
    }

    [Fact]
    public void A_stored_document_may_be_deeper_than_a_body()
    {
        var deep = new string('[', 200) + new string(']', 200);
        Assert.True(BodyReader.Read("""{"a":1}"""u8.ToArray(), 8).TryGet(out var document, out _));
        var merged = StoredJson.Merge(Encoding.UTF8.GetBytes($"{{\"deep\":{deep}}}"), document.Root);
        Assert.Equal($"{{\"deep\":{deep},\"a\":1}}", Encoding.UTF8.GetString(merged.Span));
    }

    // The examples of RFC 7396, appendix A, that start from an object or end in one.
    [Theory]
    [InlineData("""{"a":"b"}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"b":"c"}""", """{"a":"b","b":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"a":null}""", "{}")]
    [InlineData("""{"a":"b","b":"c"}""", """{"a":null}""", """{"b":"c"}""")]
    [InlineData("""{"a":["b"]}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"c"}""", """{"a":["b"]}""", """{"a":["b"]}""")]
    [InlineData("""{"a":{"b":"c"}}""", """{"a":{"b":"d","c":null}}""", """{"a":{"b":"d"}}""")]
    [InlineData("""{"a":[{"b":"c"}]}""", """{"a":[1]}""", """{"a":[1]}""")]
    [InlineData("""{"e":null}""", """{"a":1}""", """{"e":null,"a":1}""")]
    [InlineData("[1,2]", """{"a":"b","c":null}""", """{"a":"b"}""")]
    [InlineData("{}", """{"a":{"bb":{"ccc":null}}}""", """{"a":{"bb":{}}}""")]
    [InlineData("", """{"a":1}""", """{"a":1}""")]
    public void A_merge_patch_does_what_the_rfc_says(string stored, string patch, string expected)
    {
        Assert.True(BodyReader.Read(Encoding.UTF8.GetBytes(patch), 8).TryGet(out var document, out _));
        var merged = StoredJson.Merge(Encoding.UTF8.GetBytes(stored), document.Root);
        Assert.Equal(expected, Encoding.UTF8.GetString(merged.Span));
    }
}
