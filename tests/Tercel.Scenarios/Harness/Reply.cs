using System.Text;
using System.Text.Json;
using Xunit;

namespace Tercel.Scenarios.Harness;

/// <summary>A whole HTTP reply.</summary>
internal sealed class Reply(int status, IReadOnlyDictionary<string, string> headers, byte[] body)
{
    private JsonElement? _json;

    public int Status { get; } = status;

    public IReadOnlyDictionary<string, string> Headers { get; } = headers;

    public byte[] Body { get; } = body;

    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>The body as JSON; fails the test when it is none.</summary>
    public JsonElement Json => _json ??= Parse();

    /// <summary>The rows of a list: <c>data</c> of the page object, or the body when it is an array.</summary>
    public IReadOnlyList<JsonElement> Items =>
        [.. (Json.ValueKind == JsonValueKind.Array ? Json : Json.GetProperty("data")).EnumerateArray()];

    /// <summary>A header, or null.</summary>
    public string? this[string header] => Headers.GetValueOrDefault(header);

    /// <summary>Fails with the body when the status is another one.</summary>
    public Reply Expect(int status)
    {
        if (Status != status) Assert.Fail($"expected {status}, got {Status}:\n{Text}");
        return this;
    }

    /// <summary>Fails unless this is a problem document of that status with that code among its errors.</summary>
    public JsonElement ExpectError(int status, string code)
    {
        Expect(status);
        Assert.StartsWith("application/problem+json", this["Content-Type"], StringComparison.Ordinal);
        Assert.Equal(status, Json.GetProperty("status").GetInt32());
        foreach (var error in Json.GetProperty("errors").EnumerateArray())
        {
            if (error.GetProperty("code").GetString() == code) return error;
        }

        Assert.Fail($"no error with code {code} in:\n{Text}");
        return default;
    }

    private JsonElement Parse()
    {
        try
        {
            using var document = JsonDocument.Parse(Body);
            return document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            Assert.Fail($"the body is not JSON ({e.Message}):\n{Text}");
            return default;
        }
    }
}
