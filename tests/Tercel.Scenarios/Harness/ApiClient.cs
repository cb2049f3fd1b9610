using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Xunit;

namespace Tercel.Scenarios.Harness;

/// <summary>Sends requests as they are written and gives whole replies. A 500 fails the test by itself.</summary>
internal sealed class ApiClient : IDisposable
{
    private const string Json = "application/json";
    private const string MergePatch = "application/merge-patch+json";
    private static readonly UriCreationOptions AsWritten =
        new() { DangerousDisablePathAndQueryCanonicalization = true };

    private readonly HttpClient _http;
    private readonly Func<string> _log;

    public ApiClient(Uri server, Func<string> log)
    {
        _log = log;
        Server = server;
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseProxy = false,
        })
        {
            Timeout = TimeSpan.FromSeconds(60),
        };
    }

    public Uri Server { get; }

    public Task<Reply> Get(string path, params (string Name, string Value)[] headers) =>
        Send("GET", path, null, null, headers);

    public Task<Reply> Head(string path, params (string Name, string Value)[] headers) =>
        Send("HEAD", path, null, null, headers);

    public Task<Reply> Post(string path, string body, params (string Name, string Value)[] headers) =>
        Send("POST", path, body, Json, headers);

    public Task<Reply> Put(string path, string body, params (string Name, string Value)[] headers) =>
        Send("PUT", path, body, Json, headers);

    public Task<Reply> Patch(string path, string body, params (string Name, string Value)[] headers) =>
        Send("PATCH", path, body, MergePatch, headers);

    public Task<Reply> Delete(string path, params (string Name, string Value)[] headers) =>
        Send("DELETE", path, null, null, headers);

    /// <summary>Any method. The path is sent as written; only what cannot stand in a URL is percent-encoded.</summary>
    public async Task<Reply> Send(
        string method, string path, string? body, string? contentType, params (string Name, string Value)[] headers)
    {
        using var request = Request(method, path, body, contentType, headers);
        using var response = await _http.SendAsync(request);
        var bytes = await response.Content.ReadAsByteArrayAsync();
        var reply = new Reply((int)response.StatusCode, AllHeaders(response), bytes);
        if (reply.Status == 500) Assert.Fail($"{method} {path} gave 500:\n{reply.Text}\nserver log:\n{_log()}");
        return reply;
    }

    /// <summary>Opens a reply without reading its body, for streams.</summary>
    public async Task<HttpResponseMessage> Open(string path, params (string Name, string Value)[] headers)
    {
        using var request = Request("GET", path, null, null, headers);
        return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>True when /readyz says so; false while nothing listens.</summary>
    public async Task<bool> IsReady()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        try
        {
            using var response = await _http.GetAsync(new Uri(Server, "/readyz"), limit.Token);
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    public void Dispose() => _http.Dispose();

    private HttpRequestMessage Request(
        string method, string path, string? body, string? contentType, (string Name, string Value)[] headers)
    {
        var address = new Uri(Server.GetLeftPart(UriPartial.Authority) + Encode(path), AsWritten);
        var request = new HttpRequestMessage(new HttpMethod(method), address);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            if (contentType is not null) request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        }

        foreach (var (name, value) in headers)
        {
            if (name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase) && request.Content is not null)
                request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(value);
            else if (!request.Headers.TryAddWithoutValidation(name, value))
                Assert.True(request.Content?.Headers.TryAddWithoutValidation(name, value), $"{name} cannot be sent");
        }

        return request;
    }

    private static string Encode(string path)
    {
        var text = new StringBuilder(path.Length);
        foreach (var unit in Encoding.UTF8.GetBytes(path))
        {
            var isSafe = unit is > 0x20 and < 0x7f && !"\"<>`{}|^\\".Contains((char)unit, StringComparison.Ordinal);
            if (isSafe) text.Append((char)unit);
            else text.Append('%').Append(unit.ToString("X2", null));
        }

        return text.ToString();
    }

    private static Dictionary<string, string> AllHeaders(HttpResponseMessage response) =>
        response.Headers.Concat(response.Content.Headers).ToDictionary(
            header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
}
