using Microsoft.AspNetCore.Http;
using Tercel.Api.Model;
using Tercel.Api.Planning;
using Tercel.Api.Query;
using Tercel.Api.Sql;
using Tercel.Chassis.Web.Problems;
using Tercel.Primitives;

namespace Tercel.Api.Http;

/// <summary>Answers the mistakes of reads: the one place that gives them a status.</summary>
internal static class ErrorResponse
{
    /// <summary>400: the query has these mistakes.</summary>
    public static Task Query(HttpContext http, IReadOnlyList<Error> errors)
    {
        var malformed = errors.All(e => e.Code == QueryErrors.MalformedJson);
        return Problem.Write(http, malformed ? ProblemTypes.MalformedJson : ProblemTypes.Query, errors);
    }

    /// <summary>404: nothing is at this address.</summary>
    public static Task UnknownAddress(HttpContext http, string detail, string? suggestion = null) => Problem.Write(
        http, ProblemTypes.NotFound,
        [new Error(AddressErrors.UnknownAddress, detail) { Suggestion = suggestion }], detail);

    /// <summary>404: the address is right, the row is not there.</summary>
    public static Task NoRow(HttpContext http, Entity entity, string key)
    {
        var detail = $"no row of {entity.Name} has the key '{key}'";
        return Problem.Write(http, ProblemTypes.NotFound, [new Error(AddressErrors.NoRow, detail)], detail);
    }

    /// <summary>404: the text in the URL cannot be a key.</summary>
    public static Task WrongKey(HttpContext http, string detail) =>
        Problem.Write(http, ProblemTypes.NotFound, [new Error(AddressErrors.Key, detail)], detail);

    /// <summary>405 with the methods that there are.</summary>
    public static Task MethodNotAllowed(HttpContext http, string allow)
    {
        http.Response.Headers.Allow = allow;
        return Problem.Write(http, ProblemTypes.MethodNotAllowed, detail: $"this address takes {allow}");
    }

    public static Task NotAcceptable(HttpContext http, string forms) => Problem.Write(
        http, ProblemTypes.NotAcceptable,
        [new Error(AddressErrors.NotAcceptable, $"the answer can be {forms}") { Header = "Accept" }]);

    public static Task MediaType(HttpContext http, string taken) => Problem.Write(
        http, ProblemTypes.UnsupportedMediaType,
        [new Error(AddressErrors.MediaType, $"the body must be {taken}") { Header = "Content-Type" }]);

    public static Task BodyTooLarge(HttpContext http, int bytesMax)
    {
        var detail = $"the body is larger than {bytesMax} bytes (http.max_body)";
        return Problem.Write(http, ProblemTypes.TooLarge, [new Error(AddressErrors.BodyTooLarge, detail)], detail);
    }

    /// <summary>400: the page is larger than an answer may be.</summary>
    public static Task TooLarge(HttpContext http, ReadOutcome outcome, ApiLimits limits)
    {
        var detail = outcome == ReadOutcome.TooManyEmbedded
            ? $"the embeds have more than {limits.EmbedRowsMax} rows (page.embed_rows_max); give them a limit"
            : $"the answer has more than {limits.PageBytesMax} bytes (page.bytes_max); ask for fewer rows or fields";
        return Query(http, [new Error(PlanErrors.PageTooLarge, detail) { Parameter = "limit" }]);
    }
}
