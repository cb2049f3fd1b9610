using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace Tercel.Api.Http.Reads;

/// <summary>Reads a request's body whole, up to the limit.</summary>
/// <remarks>The bytes are the request's own array, not pooled: values of a write that waits in the writer's queue
/// point into them even after the caller has given up.</remarks>
internal static class RequestBody
{
    private const int FirstBytes = 1024;

    /// <summary>The body; null when it is larger than <paramref name="bytesMax"/>.</summary>
    public static async ValueTask<ReadOnlyMemory<byte>?> Read(
        HttpContext http, int bytesMax, CancellationToken cancellation)
    {
        var length = http.Request.ContentLength;
        if (length > bytesMax) return null;
        if (length == 0) return ReadOnlyMemory<byte>.Empty;
        var output = new ArrayBufferWriter<byte>((int)(length ?? FirstBytes));
        var reader = http.Request.BodyReader;
        while (true)
        {
            var result = await reader.ReadAsync(cancellation);
            foreach (var segment in result.Buffer)
            {
                if (output.WrittenCount + segment.Length > bytesMax) return null;
                output.Write(segment.Span);
            }

            reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted) return output.WrittenMemory;
        }
    }

    /// <summary>True for JSON in UTF-8, and when the client does not say.</summary>
    public static bool IsJson(string? contentType)
    {
        if (string.IsNullOrEmpty(contentType)) return true;
        var type = contentType.AsSpan();
        var semicolon = type.IndexOf(';');
        if (semicolon >= 0) type = type[..semicolon];
        return type.Trim().Equals(Negotiation.JsonType, StringComparison.OrdinalIgnoreCase);
    }
}
