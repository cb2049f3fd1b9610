using Microsoft.AspNetCore.Http;
using Tercel.Chassis.Web.Problems;
using Tercel.Data;
using Tercel.Primitives;

namespace Tercel.Api.Http;

/// <summary>What the database's failures are to a client: the one place that gives them a status.</summary>
internal static class StoreProblems
{
    /// <summary>The statement ran past <c>query.time_max</c>.</summary>
    public static readonly ErrorCode Timeout = new("store", "timeout");

    /// <summary>No connection was free in time, or another process holds the lock.</summary>
    public static readonly ErrorCode Busy = new("store", "busy");

    /// <summary>The server is stopping.</summary>
    public static readonly ErrorCode Stopping = new("store", "stopping");

    /// <summary>The database cannot be written to.</summary>
    public static readonly ErrorCode ReadOnly = new("store", "read_only");

    /// <summary>No space is left.</summary>
    public static readonly ErrorCode Full = new("store", "full");

    /// <summary>A value is larger than the database allows.</summary>
    public static readonly ErrorCode TooLarge = new("store", "too_large");

    /// <summary>An expression overflowed or got a value that it cannot take.</summary>
    public static readonly ErrorCode Value = new("store", "value");

    /// <summary>The query nests deeper, or joins more tables, than the database takes.</summary>
    public static readonly ErrorCode TooComplex = new("store", "too_complex");

    /// <summary>A constraint of the database refuses the change.</summary>
    public static readonly ErrorCode Constraint = new("store", "constraint");

    /// <summary>The schema is not the one that the served model was made for.</summary>
    public static readonly ErrorCode SchemaChanged = new("store", "schema_changed");

    /// <summary>The problem of a failure; null when it is ours, and the request must end with 500.</summary>
    public static ProblemDocument? Of(StoreException failure) => failure.Failure switch
    {
        StoreFailure.Timeout => Make(
            ProblemTypes.Timeout, Timeout, "the statement ran too long and was interrupted (query.time_max)"),
        StoreFailure.Busy => Make(ProblemTypes.ReducedCapacity, Busy, "the database is busy; try again"),
        StoreFailure.Stopping => Make(ProblemTypes.Unavailable, Stopping, "the server is stopping"),
        StoreFailure.SchemaChanged => Make(
            ProblemTypes.Unavailable, SchemaChanged, "the schema has just changed and the server follows; try again"),
        StoreFailure.ReadOnly => Make(ProblemTypes.Forbidden, ReadOnly, "the database is read-only"),
        StoreFailure.Full => Make(ProblemTypes.StorageFull, Full, "no space is left on the database's disk"),
        StoreFailure.TooLarge => Make(ProblemTypes.TooLarge, TooLarge, "a value is larger than the database allows"),
        StoreFailure.Value => Make(ProblemTypes.Query, Value, failure.Message),
        StoreFailure.TooComplex => Make(ProblemTypes.Query, TooComplex, "the query is too complex for the database"),
        StoreFailure.Unique or StoreFailure.ForeignKey or StoreFailure.NotNull or StoreFailure.Check =>
            Make(ProblemTypes.Conflict, Constraint, failure.Message),
        _ => null,
    };

    /// <summary>Answers with the problem of a failure.</summary>
    public static Task Write(HttpContext http, ProblemDocument problem)
    {
        if (problem.Type.Status == StatusCodes.Status503ServiceUnavailable) http.Response.Headers.RetryAfter = "1";
        return Problem.Write(http, problem);
    }

    private static ProblemDocument Make(ProblemType type, ErrorCode code, string detail) =>
        new(type) { Errors = [new Error(code, detail)], Detail = detail };
}
