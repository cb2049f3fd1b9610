using System.Buffers;
using Microsoft.AspNetCore.Http;
using Tercel.Api.Writing;
using Tercel.Primitives;

namespace Tercel.Api.Http.Writes;

/// <summary>Reads a request's body whole, up to the limit.</summary>
/// <remarks>The bytes are the request's own array, not pooled: values of a write that waits in the writer's queue point
/// into them even after the caller has given up.</remarks>
internal static class BodyBytes
{
    private const int FirstBytes = 4096;

    /// <summary>The body, or a refusal when it is larger than <paramref name="bytesMax"/>.</summary>
    public static async ValueTask<(ReadOnlyMemory<byte> Bytes, WriteRefusal? Refusal)> Read(
        HttpContext http, int bytesMax, CancellationToken cancellation)
    {
        var length = http.Request.ContentLength;
        if (length > bytesMax) return (default, TooLarge(bytesMax));
        if (length == 0) return (default, null);
        var output = new ArrayBufferWriter<byte>((int)(length ?? FirstBytes));
        var reader = http.Request.BodyReader;
        while (true)
        {
            var result = await reader.ReadAsync(cancellation);
            foreach (var segment in result.Buffer)
            {
                if (output.WrittenCount + segment.Length > bytesMax) return (default, TooLarge(bytesMax));
                output.Write(segment.Span);
            }

            reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted) return (output.WrittenMemory, null);
        }
    }

    private static WriteRefusal TooLarge(int bytesMax) => new(
        RefusalKind.TooLarge,
        new Error(WriteErrors.BodyTooLarge, $"the body is larger than {bytesMax} bytes (http.max_body)"));
}
