using System.Text.Json;
using Tercel.Api.Query;
using Tercel.Primitives;
using Xunit;

namespace Tercel.Tests.Api.Query;

public sealed class QueryRoundTripTests
{
    private const int Rounds = 3000;

    private static readonly ExpressionLimits Wide = new() { DepthMax = 64, NodesMax = 10_000, CharsMax = 100_000 };

    private static readonly QueryLimits WideQuery = new() { Expression = Wide, UrlCharsMax = 100_000, EmbedsMax = 100 };

    [Fact]
    public void A_printed_expression_parses_to_the_same_tree()
    {
        for (ulong seed = 0; seed < Rounds; seed++)
        {
            var expr = new RandomQueries(seed).Condition();
            var text = ExpressionPrinter.Print(expr);

            var parsed = ExpressionParser.Parse(text, Wide);

            Assert.True(parsed.TryGet(out var again, out var errors), $"seed {seed}: {text}: {Describe(errors)}");
            Assert.True(Shape(expr) == Shape(again), $"seed {seed}: {text}\n{Shape(expr)}\n{Shape(again)}");
            Assert.Equal(text, ExpressionPrinter.Print(again));
        }
    }

    [Fact]
    public void A_written_query_reads_to_the_same_query()
    {
        for (ulong seed = 0; seed < Rounds; seed++)
        {
            var query = new RandomQueries(seed).Query();
            var text = QueryText.Write(query);

            var read = QueryReader.ReadList(text, WideQuery);

            Assert.True(read.TryGet(out var again, out var errors), $"seed {seed}: {text}: {Describe(errors)}");
            Assert.True(Shape(query) == Shape(again), $"seed {seed}: {text}\n{Shape(query)}\n{Shape(again)}");
        }
    }

    private static string Describe(IEnumerable<Error> errors) => string.Join("; ", errors);

    /// <summary>Everything but positions, slots and the spelling of parameters.</summary>
    private static string Shape(Expr expr) => expr switch
    {
        Expr.Literal x => $"{x.Kind}:{JsonSerializer.Serialize(x.Text)}",
        Expr.Parameter x => $"${x.Name}",
        Expr.Ambient x => $"@{x.Name}{Names(x.Segments)}",
        Expr.Path x => Names(x.Segments),
        Expr.Compare x => $"{x.Operator}({Shape(x.Left)},{Shape(x.Right)})",
        Expr.List x => $"List({All(x.Items)})",
        Expr.And x => $"And({All(x.Items)})",
        Expr.Or x => $"Or({All(x.Items)})",
        Expr.Not x => $"Not({Shape(x.Operand)})",
        Expr.Arithmetic x => $"{x.Sign}({Shape(x.Left)},{Shape(x.Right)})",
        Expr.Negate x => $"Negate({Shape(x.Operand)})",
        Expr.Call x => $"{x.Name}{(x.Distinct ? " distinct" : "")}({All(x.Arguments)})",
        _ => throw new InvalidOperationException(),
    };

    private static string Shape(ListQuery query) => string.Join('\n',
        string.Join(' ', query.Filters.Select(filter => Shape(filter.Condition))),
        query.Where is null ? "" : Shape(query.Where),
        Sorts(query.Sort),
        Shape(query.Fields),
        string.Join(' ', query.Embed.Select(Shape)),
        $"{query.Limit} {query.Offset} {query.Count} {query.Search?.Text} {query.Explain}",
        string.Join(' ', query.Facets.Select(facet => $"{Names(facet.Path.Segments)}:{facet.Limit}")));

    private static string Shape(EmbedNode node) =>
        $"{JsonSerializer.Serialize(node.Name)}({Shape(node.Fields)};{Sorts(node.Sort)};{node.Limit};"
        + $"{(node.Where is null ? "" : Shape(node.Where))};{string.Join(' ', node.Embed.Select(Shape))})";

    private static string Shape(Selection? fields) => fields is null
        ? "-"
        : $"{fields.All}+{string.Join(' ', fields.Include.Select(path => Names(path.Segments)))}"
            + $"-{string.Join(' ', fields.Exclude.Select(path => Names(path.Segments)))}";

    private static string Sorts(IEnumerable<SortTerm> sort) =>
        string.Join(' ', sort.Select(term => $"{term.Descending}{term.Nulls}{Names(term.Path.Segments)}"));

    private static string Names(IEnumerable<string> segments) => JsonSerializer.Serialize(segments);

    private static string All(IEnumerable<Expr> items) => string.Join(',', items.Select(Shape));
}
