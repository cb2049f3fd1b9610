using System.Text;
using Microsoft.AspNetCore.Http;
using Tercel.Api.Http.Writes;
using Tercel.Api.Model;
using Tercel.Api.Query;
using Tercel.Data;

namespace Tercel.Tests.Api.Writing;

// Sends requests to the write endpoints without a network.
internal sealed class WriteHttp(ApiModel model, IDatabase database)
{
    private readonly WriteServices _services = new(model, ApiLimits.Default, QueryLimits.Default, new byte[32]);

    public WriteHttp(WriteShop shop) : this(shop.Model, shop.Database)
    {
    }

    public Task<WriteReply> Post(string path, string body, params (string Name, string Value)[] headers) =>
        Send("POST", path, body, headers);

    public Task<WriteReply> Patch(string path, string body, params (string Name, string Value)[] headers) =>
        Send("PATCH", path, body, headers);

    public Task<WriteReply> Put(string path, string body, params (string Name, string Value)[] headers) =>
        Send("PUT", path, body, headers);

    public Task<WriteReply> Delete(string path, params (string Name, string Value)[] headers) =>
        Send("DELETE", path, null, headers);

    public async Task<WriteReply> Send(string method, string path, string? body,
        params (string Name, string Value)[] headers)
    {
        var http = new DefaultHttpContext();
        var answer = new MemoryStream();
        http.Response.Body = answer;
        http.Request.Method = method;
        var mark = path.IndexOf('?', StringComparison.Ordinal);
        http.Request.Path = mark < 0 ? path : path[..mark];
        http.Request.QueryString = new Microsoft.AspNetCore.Http.QueryString(mark < 0 ? "" : path[mark..]);
        if (body is not null)
        {
            var bytes = Encoding.UTF8.GetBytes(body);
            http.Request.Body = new MemoryStream(bytes);
            http.Request.ContentType = "application/json";
        }

        foreach (var (name, value) in headers) http.Request.Headers[name] = value;
        if (http.Request.Path == "/v1/batch")
        {
            await BatchEndpoint.Handle(http, _services, database, WriteShop.Now);
        }
        else
        {
            var (target, refusal) = BatchTarget.Read(model, mark < 0 ? path : path[..mark], "#");
            if (target is null) throw new InvalidOperationException(refusal?.ToString());
            await WriteEndpoint.Handle(http, _services, database, target.Entity, target.Key, WriteShop.Now);
        }

        await http.Response.BodyWriter.FlushAsync();
        return new WriteReply(http.Response.StatusCode, http.Response.Headers,
            Encoding.UTF8.GetString(answer.ToArray()));
    }
}

internal sealed record WriteReply(int Status, IHeaderDictionary Headers, string Body)
{
    // The status and the mistakes, such as: 422 #/price min
    public string Summary => $"{Status} " + string.Join(", ", Errors());

    private IEnumerable<string> Errors()
    {
        if (!Body.Contains("\"errors\"", StringComparison.Ordinal)) yield break;
        using var document = System.Text.Json.JsonDocument.Parse(Body);
        foreach (var error in document.RootElement.GetProperty("errors").EnumerateArray())
        {
            var place = error.TryGetProperty("pointer", out var pointer) ? pointer.GetString()
                : error.TryGetProperty("parameter", out var parameter) ? parameter.GetString()
                : error.TryGetProperty("header", out var header) ? header.GetString() : "";
            yield return $"{place} {error.GetProperty("code").GetString()}".Trim();
        }
    }
}
