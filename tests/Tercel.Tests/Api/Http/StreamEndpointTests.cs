using Tercel.Api.Http.Reads;
using Xunit;

namespace Tercel.Tests.Api.Http;

public sealed class StreamEndpointTests
{
    private const int Many = 60_000;

    private const string Model = """
        api: 1
        name: big
        database: sqlite:big.db
        resources:
          things:
            fields:
              id: int pk auto
              n:  bigint
              pad: string(200)
            computed:
              size: bigint = abs(n)
        """;

    [Theory]
    [InlineData("/v1/products.csv?fields=id,name&limit=2", "", "text/csv", "id,name\r\n1,Runner\r\n2,Walker\r\n")]
    [InlineData("/v1/products?fields=id&limit=1", "text/csv", "text/csv", "id\r\n1\r\n")]
    [InlineData("/v1/products.ndjson?fields=id&sort=-id&limit=1", "", "application/x-ndjson", "{\"id\":5}\n")]
    [InlineData("/v1/products?fields=id&limit=1", "application/x-ndjson", "application/x-ndjson", "{\"id\":1}\n")]
    [InlineData("/v1/products/1/reviews?fields=id", "text/csv", "text/csv", "id\r\n1\r\n2\r\n")]
    [InlineData(
        "/v1/products.csv?group=status", "", "text/csv",
        "status,count\r\nactive,3\r\narchived,1\r\ndraft,1\r\n")]
    public async Task Rows_leave_as_lines(string url, string accept, string type, string expected)
    {
        await using var server = await ReadServer.Start(seams: ReadSeams.All(explains: false));
        using var answer = await server.Send("GET", url, null, accept.Length > 0 ? [("Accept", accept)] : []);
        Assert.Equal(expected, await answer.Content.ReadAsStringAsync());
        Assert.Equal(type, answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition?.DispositionType);
    }

    [Theory]
    [InlineData("/v1/products.csv?embed=reviews", "embed not_supported")]
    [InlineData("/v1/products.ndjson?colour=red", "colour unknown_field")]
    [InlineData("/v1/products.csv?page=2", "page conflict")]
    public async Task What_cannot_be_streamed_is_refused_before_the_first_byte(string url, string expected)
    {
        await using var server = await ReadServer.Start(seams: ReadSeams.All(explains: false));
        Assert.StartsWith(expected, await server.Problem(url, 400));
    }

    [Fact]
    public async Task A_stream_of_a_missing_parent_is_not_found()
    {
        await using var server = await ReadServer.Start(seams: ReadSeams.All(explains: false));
        using var answer = await server.Send("GET", "/v1/products/99/reviews", null, ("Accept", "text/csv"));
        Assert.Equal(404, (int)answer.StatusCode);
    }

    [Fact]
    public async Task Head_has_the_headers_and_no_rows()
    {
        await using var server = await ReadServer.Start(seams: ReadSeams.All(explains: false));
        using var answer = await server.Send("HEAD", "/v1/products.csv");
        Assert.Equal("products.csv", answer.Content.Headers.ContentDisposition?.FileName?.Trim('"'));
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_stream_has_no_longest_page()
    {
        await using var server = await Big("i");
        using var answer = await server.Send("GET", "/v1/things.csv?fields=id");
        Assert.Equal(Many + 1, (await answer.Content.ReadAsStringAsync()).Count(c => c == '\n'));
    }

    [Theory]
    [InlineData("/v1/things.ndjson")]
    [InlineData("/v1/things.csv")]
    public async Task An_error_half_way_breaks_the_transfer(string url)
    {
        await using var server = await Big($"CASE WHEN i = {Many} THEN -9223372036854775808 ELSE i END");
        using var answer = await server.Client.GetAsync(
            new Uri(url, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(200, (int)answer.StatusCode);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task An_error_before_the_first_part_is_a_clean_problem()
    {
        await using var server = await Big("CASE WHEN i = 1 THEN -9223372036854775808 ELSE i END");
        using var answer = await server.Send("GET", "/v1/things.csv");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.True((int)answer.StatusCode >= 400 && answer.Content.Headers.ContentDisposition is null);
    }

    [Fact]
    public async Task A_client_that_goes_frees_its_connection()
    {
        await using var server = await Big("i");
        for (var i = 0; i < 3; i++)
        {
            using var socket = new System.Net.Sockets.TcpClient();
            var address = server.Client.BaseAddress!; // set by the server
            await socket.ConnectAsync(address.Host, address.Port);
            var stream = socket.GetStream();
            await stream.WriteAsync("GET /v1/things.csv HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
            await stream.ReadExactlyAsync(new byte[1000]);
        }

        // There is one connection for streams, and readers wait two seconds for it.
        using var answer = await server.Send("GET", "/v1/things.csv?limit=1");
        Assert.Equal(200, (int)answer.StatusCode);
    }

    private static Task<ReadServer> Big(string n) => ReadServer.Start(
        seams: ReadSeams.All(explains: false), model: Model, rows: $"""
            INSERT INTO things (id, n, pad)
            WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r WHERE i < {Many})
            SELECT i, {n}, printf('%.*c', 150, 'x') FROM r;
            """);
}
