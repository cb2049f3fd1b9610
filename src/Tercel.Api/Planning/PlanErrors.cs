using Tercel.Primitives;

namespace Tercel.Api.Planning;

/// <summary>What can be wrong with a query that is well written but does not fit the model (400,
/// <c>/problems/query</c>).</summary>
internal static class PlanErrors
{
    /// <summary>The value is no value of the field's type.</summary>
    public static readonly ErrorCode Value = new("query", "value");

    /// <summary>The operator or function does not fit the type, or two types cannot be compared.</summary>
    public static readonly ErrorCode Type = new("query", "type");

    /// <summary>No such function, or it was given the wrong arguments.</summary>
    public static readonly ErrorCode Function = new("query", "function");

    /// <summary>A part of the language that this server or database does not have.</summary>
    public static readonly ErrorCode NotSupported = new("query", "not_supported");

    /// <summary>Page size, page number or offset out of its range, or two ways of paging at once.</summary>
    public static readonly ErrorCode Page = new("query", "page");

    /// <summary>The cursor is damaged, or belongs to another list, sort or filter.</summary>
    public static readonly ErrorCode Cursor = new("query", "cursor");

    /// <summary><c>explain=true</c> where <c>api.explain</c> is off.</summary>
    public static readonly ErrorCode ExplainDisabled = new("query", "explain_disabled");

    /// <summary>The page's JSON would pass <c>page.bytes_max</c>.</summary>
    public static readonly ErrorCode PageTooLarge = new("query", "page_too_large");
}
