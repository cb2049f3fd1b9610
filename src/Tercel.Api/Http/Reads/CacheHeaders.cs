using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Tercel.Api.Http.Reads;

/// <summary>What caches on the way may do with rows: keep them, and ask each time whether they are still
/// so.</summary>
internal static class CacheHeaders
{
    private const string Ask = "no-cache";

    /// <summary>Adds the headers of an answer with rows; they belong to 304 as much as to 200.</summary>
    /// <param name="headers">Those of the answer.</param>
    /// <param name="formsVary">True where <c>Accept</c> chooses between JSON, CSV and NDJSON.</param>
    public static void Add(IHeaderDictionary headers, bool formsVary)
    {
        headers.CacheControl = Ask;
        if (formsVary) headers.Append(HeaderNames.Vary, HeaderNames.Accept);
    }
}
