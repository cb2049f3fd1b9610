using System.Collections.Frozen;

namespace Tercel.Api.Query;

/// <summary>The query parameters with a meaning of their own. A field of the same name is filtered as
/// <c>limit.eq=5</c>.</summary>
internal static class QueryNames
{
    public const string Search = "q";
    public const string Sort = "sort";
    public const string Fields = "fields";
    public const string Embed = "embed";
    public const string Cursor = "cursor";
    public const string Offset = "offset";
    public const string Limit = "limit";
    public const string Page = "page";
    public const string Count = "count";
    public const string Group = "group";
    public const string Aggregates = "agg";
    public const string Having = "having";
    public const string Where = "where";
    public const string Distinct = "distinct";
    public const string Facets = "facets";
    public const string Highlight = "highlight";
    public const string Explain = "explain";

    public static readonly FrozenSet<string> All = FrozenSet.Create(
        StringComparer.Ordinal,
        Search, Sort, Fields, Embed, Cursor, Offset, Limit, Page, Count, Group, Aggregates, Having, Where, Distinct,
        Facets, Highlight, Explain);

    // What people write out of habit from other APIs, and what it is called here.
    private static readonly FrozenDictionary<string, string> Habits = new Dictionary<string, string>
    {
        ["expand"] = Embed, ["include"] = Embed, ["populate"] = Embed, ["with"] = Embed, ["select"] = Fields,
        ["order"] = Sort, ["order_by"] = Sort, ["orderby"] = Sort, ["sort_by"] = Sort, ["per_page"] = Limit,
        ["page_size"] = Limit, ["size"] = Limit, ["take"] = Limit, ["top"] = Limit, ["skip"] = Offset,
        ["filter"] = Where, ["search"] = Search, ["query"] = Search, ["after"] = Cursor, ["group_by"] = Group,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> BySpan =
        All.GetAlternateLookup<ReadOnlySpan<char>>();

    public static bool IsReserved(ReadOnlySpan<char> name) => BySpan.Contains(name);

    /// <summary>The parameter that was probably meant.</summary>
    public static string? Near(string name) =>
        Habits.GetValueOrDefault(name) ?? Primitives.Suggestion.For(name, All);
}

/// <summary>Which parts of the query language a request may use.</summary>
/// <param name="Names">The parameters it understands, out of <see cref="QueryNames.All"/>.</param>
/// <param name="Filters">True when every other name is a filter on a field.</param>
/// <param name="Extra">Names that the endpoint reads itself, such as <c>on_conflict</c>; they are left alone
/// here.</param>
internal sealed record QueryScope(FrozenSet<string> Names, bool Filters, FrozenSet<string> Extra)
{
    /// <summary>Rows of a collection: everything.</summary>
    public static readonly QueryScope List = new(QueryNames.All, Filters: true, []);

    /// <summary>One row by its key: what it shows.</summary>
    public static readonly QueryScope Row = new(
        FrozenSet.Create(StringComparer.Ordinal, QueryNames.Fields, QueryNames.Embed, QueryNames.Explain),
        Filters: false, []);

    /// <summary>Update and delete by filter: which rows.</summary>
    public static readonly QueryScope Matching = new(
        FrozenSet.Create(StringComparer.Ordinal, QueryNames.Where, QueryNames.Search), Filters: true, []);

    /// <summary>The same scope at an endpoint that reads some names itself.</summary>
    public QueryScope With(params ReadOnlySpan<string> extra) =>
        this with { Extra = FrozenSet.Create(StringComparer.Ordinal, extra) };
}
