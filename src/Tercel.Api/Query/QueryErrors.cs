using Tercel.Primitives;

namespace Tercel.Api.Query;

/// <summary>What can be wrong with a query (400, <c>/problems/query</c>). One line each; docs/reference/errors.md lists them.</summary>
internal static class QueryErrors
{
    /// <summary>No such query parameter.</summary>
    public static readonly ErrorCode UnknownParameter = new("query", "unknown_parameter");

    /// <summary>No such field or relation.</summary>
    public static readonly ErrorCode UnknownField = new("query", "unknown_field");

    /// <summary>No such operator.</summary>
    public static readonly ErrorCode UnknownOperator = new("query", "unknown_operator");

    /// <summary>The text does not follow the grammar.</summary>
    public static readonly ErrorCode Syntax = new("query", "syntax");
}
