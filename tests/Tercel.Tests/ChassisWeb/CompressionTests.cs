using System.IO.Compression;
using System.Text;
using Tercel.Chassis.Web.Responses;
using Xunit;

namespace Tercel.Tests.ChassisWeb;

public sealed class CompressionTests
{
    [Theory]
    [InlineData("\"3.8acb\"", true)]
    [InlineData("\"3.another\"", true)]
    [InlineData("\"3.8acb-br\"", true)]
    [InlineData("\"3\"", true)]
    [InlineData("\"2.8acb\", \"3.x\"", true)]
    [InlineData("*", true)]
    [InlineData("\"33.8acb\"", false)]
    [InlineData("\"2.8acb\"", false)]
    [InlineData("W/\"3.8acb\"", false)]
    [InlineData("3.8acb", false)]
    public void If_match_compares_the_version_of_a_tag_that_has_one(string header, bool matches) =>
        Assert.Equal(matches, EntityTag.MatchesState(header, "\"3.8acb\""));

    [Fact]
    public void If_match_compares_the_whole_tag_without_a_version()
    {
        Assert.True(EntityTag.MatchesState("\"8acb-gz\"", "\"8acb\""));
        Assert.False(EntityTag.MatchesState("\"8acc\"", "\"8acb\""));
    }

    private static readonly byte[] Text =
        Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("a row of text, ", 200)));

    private static async Task<HttpResponseMessage> Get(
        string? accept, byte[] body, string type = "application/json", string setting = "true")
    {
        await using var server = await TestServer.Start(
            http =>
            {
                http.Response.Headers.ETag = "\"5f\"";
                return http.SendBuffered(body, type);
            },
            ("http.compression", setting));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        if (accept is not null) request.Headers.TryAddWithoutValidation("Accept-Encoding", accept);
        var answer = await server.Client.SendAsync(request);
        await answer.Content.LoadIntoBufferAsync();
        return answer;
    }

    [Theory]
    [InlineData("gzip, deflate, br", "br", "\"5f-br\"")]
    [InlineData("gzip", "gzip", "\"5f-gz\"")]
    [InlineData("br;q=0.5, gzip;q=0.8", "gzip", "\"5f-gz\"")]
    [InlineData("br;q=0, *", "gzip", "\"5f-gz\"")]
    public async Task A_text_answer_is_compressed_as_the_client_likes_best(string accept, string coding, string tag)
    {
        using var answer = await Get(accept, Text);
        Assert.Equal(coding, answer.Content.Headers.ContentEncoding.Single());
        Assert.Equal(tag, answer.Headers.ETag?.Tag);
        Assert.Equal("Accept-Encoding", answer.Headers.Vary.Single());
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        Assert.Equal(bytes.Length, answer.Content.Headers.ContentLength);
        await using Stream stream = coding == "br"
            ? new BrotliStream(new MemoryStream(bytes), CompressionMode.Decompress)
            : new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        await stream.CopyToAsync(plain);
        Assert.Equal(Text, plain.ToArray());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("identity")]
    [InlineData("gzip;q=0")]
    [InlineData("zstd")]
    [InlineData("gzip;q=x")]
    public async Task Without_a_coding_the_client_takes_the_answer_stays_plain(string? accept)
    {
        using var answer = await Get(accept, Text);
        Assert.Empty(answer.Content.Headers.ContentEncoding);
        Assert.Equal("\"5f\"", answer.Headers.ETag?.Tag);
        Assert.Equal("Accept-Encoding", answer.Headers.Vary.Single());
    }

    [Fact]
    public async Task Small_and_binary_answers_and_a_setting_of_false_stay_plain()
    {
        using var small = await Get("br", Text[..1023]);
        using var binary = await Get("br", Text, "image/png");
        using var off = await Get("br", Text, setting: "false");
        Assert.All([small, binary, off], static answer => Assert.Empty(answer.Content.Headers.ContentEncoding));
    }

    [Fact]
    public async Task Bytes_that_do_not_shrink_are_sent_plain()
    {
        var noise = new byte[5000];
        System.Security.Cryptography.RandomNumberGenerator.Fill(noise);
        foreach (var accept in (string[])["br", "gzip"])
        {
            using var answer = await Get(accept, noise);
            Assert.Empty(answer.Content.Headers.ContentEncoding);
            Assert.Equal(noise, await answer.Content.ReadAsByteArrayAsync());
        }
    }

    [Theory]
    [InlineData("\"5f\"", true, true)]
    [InlineData("\"5f-br\"", true, true)]
    [InlineData("\"x,y\", \"5f-gz\"", true, true)]
    [InlineData("W/\"5f\"", true, false)]
    [InlineData("*", true, true)]
    [InlineData("\"5\"", false, false)]
    [InlineData("5f", false, false)]
    [InlineData("\"5f", false, false)]
    [InlineData("", false, false)]
    public void A_tag_matches_with_or_without_the_mark_of_its_coding(string header, bool weakly, bool strongly)
    {
        Assert.Equal(weakly, EntityTag.MatchesWeakly(header, "\"5f\""));
        Assert.Equal(strongly, EntityTag.MatchesStrongly(header, "\"5f\""));
        Assert.False(EntityTag.MatchesStrongly(header, "W/\"5f\"") && header != "*");
    }
}
