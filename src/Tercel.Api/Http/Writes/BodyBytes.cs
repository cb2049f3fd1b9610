using Microsoft.AspNetCore.Http;
using Tercel.Api.Http.Reads;
using Tercel.Api.Writing;
using Tercel.Primitives;

namespace Tercel.Api.Http.Writes;

/// <summary>Reads the body of a write, or says that it is too large.</summary>
internal static class BodyBytes
{
    /// <summary>The body, or a refusal when it is larger than <paramref name="bytesMax"/>.</summary>
    public static async ValueTask<(ReadOnlyMemory<byte> Bytes, WriteRefusal? Refusal)> Read(
        HttpContext http, int bytesMax, CancellationToken cancellation) =>
        await RequestBody.Read(http, bytesMax, cancellation) is { } bytes
            ? (bytes, null) : (default, TooLarge(bytesMax));

    private static WriteRefusal TooLarge(int bytesMax) => new(
        RefusalKind.TooLarge,
        new Error(WriteErrors.BodyTooLarge, $"the body is larger than {bytesMax} bytes (http.max_body)"));
}
