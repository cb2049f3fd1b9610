using Microsoft.AspNetCore.Http;
using Tercel.Chassis.Web.Problems;
using Tercel.Primitives;

namespace Tercel.Chassis.Web.Hosting;

/// <summary>The mistakes and failures that the HTTP host itself answers.</summary>
public static class HttpErrors
{
    /// <summary>The path and query string are longer than <c>http.max_url</c>.</summary>
    public static readonly ErrorCode UriTooLongCode = new("http", "uri_too_long");

    /// <summary>The body is larger than <c>http.max_body</c>.</summary>
    public static readonly ErrorCode BodyTooLargeCode = new("http", "body_too_large");

    internal static Error UriTooLong(long charsMax) =>
        new(UriTooLongCode, $"path and query may have {charsMax} characters")
        {
            Params = new Dictionary<string, object?> { ["max"] = charsMax },
        };

    internal static Error BodyTooLarge(long bytesMax) =>
        new(BodyTooLargeCode, $"the body may have {bytesMax} bytes")
        {
            Params = new Dictionary<string, object?> { ["max"] = bytesMax },
        };

    // What the client is told about an exception; nothing of its text unless Kestrel wrote it for clients.
    internal static ProblemDocument ProblemOf(Exception exception, bool timedOut, PipelineOptions options)
    {
        if (timedOut && exception is OperationCanceledException)
        {
            return new ProblemDocument(ProblemTypes.Timeout)
            {
                Detail = $"The request was stopped after {Duration.Format(options.Timeout)}.",
            };
        }

        if (exception is not BadHttpRequestException bad) return new ProblemDocument(ProblemTypes.Internal);
        return bad.StatusCode == StatusCodes.Status413PayloadTooLarge
            ? new ProblemDocument(ProblemTypes.TooLarge) { Errors = [BodyTooLarge(options.BodyBytesMax)] }
            : new ProblemDocument(ProblemTypes.ForStatus(bad.StatusCode)) { Detail = bad.Message };
    }
}
