using Tercel.Primitives;

namespace Tercel.Api.Query;

/// <summary>Mistakes that lie between the parts of a query: parts that exclude each other, values without a
/// use.</summary>
internal static class QueryChecks
{
    /// <summary>Adds a mistake for every pair of parts that cannot go together.</summary>
    public static void Conflicts(ListQuery query, List<Error> errors)
    {
        var grouped = query.Group.Length > 0 || query.Aggregates.Length > 0;
        Exclude(query.Page is not null, QueryNames.Page, query.Cursor is not null, QueryNames.Cursor, errors);
        Exclude(query.Page is not null, QueryNames.Page, query.Offset is not null, QueryNames.Offset, errors);
        Exclude(query.Offset is not null, QueryNames.Offset, query.Cursor is not null, QueryNames.Cursor, errors);
        Exclude(query.Distinct.Length > 0, QueryNames.Distinct, grouped, QueryNames.Group, errors);
        Exclude(query.Distinct.Length > 0, QueryNames.Distinct, query.Embed.Length > 0, QueryNames.Embed, errors);
        Exclude(query.Fields is not null, QueryNames.Fields, grouped, QueryNames.Group, errors);
        Exclude(query.Embed.Length > 0, QueryNames.Embed, grouped, QueryNames.Group, errors);
        Exclude(query.Facets.Length > 0, QueryNames.Facets, grouped, QueryNames.Group, errors);
        Exclude(query.Highlight.Length > 0, QueryNames.Highlight, grouped, QueryNames.Group, errors);
        if (query.Having is not null && !grouped) Need(QueryNames.Having, "group or agg", errors);
        if (query.Highlight.Length > 0 && query.Search is null) Need(QueryNames.Highlight, QueryNames.Search, errors);
    }

    /// <summary>Adds a mistake for every <c>$name</c> that has no value, and for every value that is not
    /// used.</summary>
    /// <param name="query">The query.</param>
    /// <param name="errors">Where to add.</param>
    /// <param name="where">Makes the place of a mistake out of the name of a part (or of <c>$name</c>).</param>
    public static void Parameters(ListQuery query, List<Error> errors, Func<Error, string, Error> where)
    {
        var used = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (part, expr) in Expressions(query))
        {
            foreach (var parameter in ExprWalk.All(expr).OfType<Expr.Parameter>())
            {
                if (!used.Add(parameter.Name) || query.Parameters.ContainsKey(parameter.Name)) continue;
                var name = Shortened.Text(parameter.Name);
                errors.Add(where(new Error(QueryErrors.MissingParameter, $"no value for ${name}")
                {
                    Position = parameter.Position,
                    Suggestion = Suggestion.For(parameter.Name, query.Parameters.Keys) is { } near ? "$" + near : null,
                }, part));
            }
        }

        foreach (var name in query.Parameters.Keys.Where(name => !used.Contains(name)).Order(StringComparer.Ordinal))
        {
            var detail = $"${Shortened.Text(name)} is not used in any expression";
            errors.Add(where(new Error(QueryErrors.UnknownParameter, detail)
            {
                Suggestion = Suggestion.For(name, used) is { } near ? "$" + near : null,
            }, "$" + name));
        }
    }

    private static IEnumerable<(string Part, Expr Expr)> Expressions(ListQuery query)
    {
        if (query.Where is not null) yield return (QueryNames.Where, query.Where);
        if (query.Having is not null) yield return (QueryNames.Having, query.Having);
        foreach (var where in Wheres(query.Embed)) yield return (QueryNames.Embed, where);
        foreach (var term in query.Group) yield return (QueryNames.Group, term.Expression);
        foreach (var term in query.Aggregates) yield return (QueryNames.Aggregates, term.Call);
    }

    private static IEnumerable<Expr> Wheres(IEnumerable<EmbedNode> nodes)
    {
        foreach (var node in nodes)
        {
            if (node.Where is not null) yield return node.Where;
            foreach (var inner in Wheres(node.Embed)) yield return inner;
        }
    }

    private static void Exclude(bool has, string name, bool hasOther, string other, List<Error> errors)
    {
        if (!has || !hasOther) return;
        errors.Add(new Error(QueryErrors.Conflict, $"{name} and {other} exclude each other") { Parameter = name });
    }

    private static void Need(string name, string needed, List<Error> errors) =>
        errors.Add(new Error(QueryErrors.Conflict, $"{name} needs {needed}") { Parameter = name });
}
