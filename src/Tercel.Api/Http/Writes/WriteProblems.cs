using System.Globalization;
using System.Text;
using Tercel.Api.Writing;
using Tercel.Chassis.Web.Problems;
using Tercel.Primitives;

namespace Tercel.Api.Http.Writes;

/// <summary>Words refusals as problem documents; the statuses are those of the problem types.</summary>
internal static class WriteProblems
{
    public static ProblemDocument Document(WriteRefusal refusal) => new(TypeOf(refusal.Kind))
    {
        Detail = refusal.Kind == RefusalKind.Validation ? Count(refusal.Errors) : null,
        Errors = refusal.Errors,
    };

    /// <summary>Writes one result of a bulk write: <c>{"status":422,"problem":{...}}</c>.</summary>
    public static void WriteItem(Utf8Buffer output, WriteRefusal refusal)
    {
        var problem = Document(refusal);
        var status = string.Create(CultureInfo.InvariantCulture, $"{{\"status\":{problem.Type.Status},\"problem\":");
        output.Write(Encoding.UTF8.GetBytes(status));
        problem.Write(output);
        output.Write("}"u8);
    }

    private static ProblemType TypeOf(RefusalKind kind) => kind switch
    {
        RefusalKind.MalformedJson => ProblemTypes.MalformedJson,
        RefusalKind.Query => ProblemTypes.Query,
        RefusalKind.Validation => ProblemTypes.Validation,
        RefusalKind.Conflict => ProblemTypes.Conflict,
        RefusalKind.NotFound => ProblemTypes.NotFound,
        RefusalKind.Stale => ProblemTypes.Stale,
        RefusalKind.PreconditionRequired => ProblemTypes.PreconditionRequired,
        RefusalKind.TooLarge => ProblemTypes.TooLarge,
        RefusalKind.MediaType => ProblemTypes.UnsupportedMediaType,
        RefusalKind.NotAllowed => ProblemTypes.MethodNotAllowed,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static string Count(IReadOnlyList<Error> errors)
    {
        var places = errors.Select(e => e.Pointer).Distinct(StringComparer.Ordinal).Count();
        return places == 1 ? "1 field is not valid."
            : string.Create(CultureInfo.InvariantCulture, $"{places} fields are not valid.");
    }
}
