using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Tercel.Chassis.Web.Requests;
using Tercel.Primitives;

namespace Tercel.Chassis.Web.Responses;

/// <summary>Sends answers that are whole before their first byte leaves.</summary>
public static class BufferedResponse
{
    private const int CompressBytesMin = 1024;

    /// <summary>Sends a body with its status, type and length; for HEAD all of that without the body.</summary>
    /// <remarks>
    /// Bodies of 1 KiB and more of a text type are compressed when the client accepts it and <c>http.compression</c>
    /// is on; a strong ETag set before then gets the suffix <c>-br</c> or <c>-gz</c> inside its quotes, which
    /// <see cref="EntityTag"/> takes off again when it comes back. Set other headers before the call.
    /// Lifetime: the body must stay unchanged until the task ends.
    /// </remarks>
    public static Task SendBuffered(
        this HttpContext http, ReadOnlyMemory<byte> body, string contentType, int status = StatusCodes.Status200OK)
    {
        var response = http.Response;
        Invariant.Holds(!response.HasStarted);
        response.StatusCode = status;
        response.ContentType = contentType;
        if (body.Length >= CompressBytesMin && http.Scope().Compresses && ContentCoding.Compresses(contentType))
        {
            response.Headers.Append(HeaderNames.Vary, HeaderNames.AcceptEncoding);
            var coding = ContentCoding.Choose(http.Request.Headers.AcceptEncoding);
            if (coding != Coding.Identity && response.Headers.ContentEncoding.Count == 0)
                return SendCompressed(http, body, coding);
        }

        return Send(http, body);
    }

    /// <summary>Sends a status without a body, such as 204 or 304.</summary>
    public static Task SendEmpty(this HttpContext http, int status)
    {
        Invariant.Holds(!http.Response.HasStarted);
        http.Response.StatusCode = status;
        // 204 and 304 must not have a length of a body that is not there.
        if (status is not (StatusCodes.Status204NoContent or StatusCodes.Status304NotModified))
            http.Response.ContentLength = 0;
        return Task.CompletedTask;
    }

    private static Task Send(HttpContext http, ReadOnlyMemory<byte> body)
    {
        http.Response.ContentLength = body.Length;
        if (body.Length == 0 || HttpMethods.IsHead(http.Request.Method)) return Task.CompletedTask;
        var write = http.Response.BodyWriter.WriteAsync(body);
        return write.IsCompletedSuccessfully ? Done(write) : write.AsTask();
    }

    // A completed value task of a pipe must still be asked for its result, once.
    private static Task Done(ValueTask<System.IO.Pipelines.FlushResult> write)
    {
        _ = write.Result;
        return Task.CompletedTask;
    }

    private static async Task SendCompressed(HttpContext http, ReadOnlyMemory<byte> body, Coding coding)
    {
        var rented = ArrayPool<byte>.Shared.Rent(ContentCoding.CompressedBytesMax(body.Length));
        try
        {
            var count = ContentCoding.Compress(body.Span, rented, coding);
            if (count == 0 || count >= body.Length)
            {
                await Send(http, body);
                return;
            }

            var headers = http.Response.Headers;
            headers.ContentEncoding = ContentCoding.NameOf(coding);
            if (headers.ETag is [{ } tag]) headers.ETag = EntityTag.ForCoding(tag, coding);
            await Send(http, rented.AsMemory(0, count));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
