using Tercel.Primitives;

namespace Tercel.Api.Query;

/// <summary>What can be wrong with a query (400, <c>/problems/query</c>). One line each; docs/reference/errors.md
/// lists them.</summary>
internal static class QueryErrors
{
    /// <summary>No such query parameter.</summary>
    public static readonly ErrorCode UnknownParameter = new("query", "unknown_parameter");

    /// <summary>No such field or relation.</summary>
    public static readonly ErrorCode UnknownField = new("query", "unknown_field");

    /// <summary>No such operator.</summary>
    public static readonly ErrorCode UnknownOperator = new("query", "unknown_operator");

    /// <summary>No such function.</summary>
    public static readonly ErrorCode UnknownFunction = new("query", "unknown_function");

    /// <summary>The text does not follow the grammar.</summary>
    public static readonly ErrorCode Syntax = new("query", "syntax");

    /// <summary>A percent-escape is incomplete, or the text is not UTF-8.</summary>
    public static readonly ErrorCode Encoding = new("query", "encoding");

    /// <summary>A value is not one that the parameter takes, such as <c>limit=many</c>.</summary>
    public static readonly ErrorCode InvalidValue = new("query", "invalid_value");

    /// <summary>A parameter that takes one value is given twice.</summary>
    public static readonly ErrorCode Duplicate = new("query", "duplicate");

    /// <summary>Two parameters exclude each other, or one needs another that is missing.</summary>
    public static readonly ErrorCode Conflict = new("query", "conflict");

    /// <summary>An expression uses <c>$name</c> and the request has no such value.</summary>
    public static readonly ErrorCode MissingParameter = new("query", "missing_parameter");

    /// <summary>The query, or one expression in it, has too many characters.</summary>
    public static readonly ErrorCode TooLong = new("query", "too_long");

    /// <summary>Parentheses, calls or embedded relations are nested too deeply.</summary>
    public static readonly ErrorCode TooDeep = new("query", "too_deep");

    /// <summary>Too many conditions, terms, fields or embedded relations.</summary>
    public static readonly ErrorCode TooComplex = new("query", "too_complex");

    /// <summary>A list of values is too long.</summary>
    public static readonly ErrorCode TooManyValues = new("query", "too_many_values");

    /// <summary>The JSON form of a query is not JSON.</summary>
    public static readonly ErrorCode MalformedJson = new("query", "malformed_json");
}
