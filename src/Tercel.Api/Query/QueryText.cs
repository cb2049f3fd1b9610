using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Tercel.Api.Query;

/// <summary>Writes a <see cref="ListQuery"/> as a canonical query string, which <see cref="QueryReader"/> reads
/// back.</summary>
/// <remarks>
/// Shape: filters, then the reserved parameters in a fixed order; slots follow the new order of the pairs. A where
/// condition of the JSON form becomes <c>where=</c>, since values have types there.
/// </remarks>
internal sealed class QueryText
{
    private readonly StringBuilder _text = new();

    private QueryText()
    {
    }

    public static string Write(ListQuery query)
    {
        var writer = new QueryText();
        foreach (var filter in query.Filters) writer.AddFilter(filter.Condition);
        writer.AddAll(query);
        foreach (var (name, value) in query.Parameters.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            writer.Add("$" + name, value.Text);
        return writer._text.ToString();
    }

    private void AddAll(ListQuery query)
    {
        Add(QueryNames.Search, query.Search?.Text);
        Add(QueryNames.Where, query.Where is null ? null : ExpressionPrinter.Print(query.Where));
        AddList(QueryNames.Group, query.Group.Select(term => term.Text + As(term.Alias)));
        AddList(QueryNames.Aggregates, query.Aggregates.Select(term => term.Text + As(term.Alias)));
        Add(QueryNames.Having, query.Having is null ? null : ExpressionPrinter.Print(query.Having));
        AddList(QueryNames.Distinct, query.Distinct.Select(PathText.Write));
        AddList(QueryNames.Fields, PathText.Entries(query.Fields));
        AddList(QueryNames.Embed, query.Embed.Select(EmbedText.Write));
        AddList(QueryNames.Facets, query.Facets.Select(Facet));
        AddList(QueryNames.Highlight, query.Highlight.Select(PathText.WriteName));
        AddList(QueryNames.Sort, query.Sort.Select(PathText.Write));
        Add(QueryNames.Limit, Number(query.Limit));
        Add(QueryNames.Page, Number(query.Page));
        Add(QueryNames.Offset, Number(query.Offset));
        Add(QueryNames.Cursor, query.Cursor);
        Add(QueryNames.Count, query.Count is { } mode ? CountModes.Name(mode) : null);
        Add(QueryNames.Explain, query.Explain ? "true" : null);
    }

    private void AddFilter(Expr condition)
    {
        var negated = condition is Expr.Not;
        var inner = condition is Expr.Not not ? not.Operand : condition;
        switch (inner)
        {
            case Expr.Compare { Operator: Operator.In, Left: Expr.Path path, Right: Expr.List values }:
                var name = PathText.Key(path.Segments, Operator.Eq, negated: false);
                foreach (var value in values.Items) Add(name, Raw(value));
                break;
            case Expr.Compare { Operator: Operator.Between, Left: Expr.Path path, Right: Expr.List bounds }:
                var list = ValueList.Join([.. bounds.Items.Select(Raw)]);
                Add(PathText.Key(path.Segments, Operator.Between, negated), list);
                break;
            case Expr.Compare { Left: Expr.Path path } compare:
                Add(PathText.Key(path.Segments, compare.Operator, negated), Raw(compare.Right));
                break;
            case Expr.Call { Arguments: [Expr.Path path] }:
                Add(PathText.Key(path.Segments, Operator.Exists, negated: false), negated ? "false" : "true");
                break;
            default: throw new UnreachableException();
        }
    }

    private static string Raw(Expr value) => ((Expr.Literal)value).Text;

    private static string As(string? alias) => alias is null ? "" : " as " + PathText.BareOrQuoted(alias);

    private static string Facet(FacetTerm facet) =>
        PathText.Write(facet.Path) + (facet.Limit is { } limit ? $"(limit={Number(limit)})" : "");

    private static string? Number(int? number) => number?.ToString(CultureInfo.InvariantCulture);

    private void AddList(string name, IEnumerable<string> terms) => Add(name, string.Join(',', terms));

    private void Add(string name, string? value)
    {
        if (value is null || (value.Length == 0 && QueryNames.IsReserved(name))) return;
        QueryString.Append(_text, name, value);
    }
}
