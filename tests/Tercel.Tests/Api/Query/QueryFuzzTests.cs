using System.Diagnostics;
using System.Text;
using Tercel.Api.Query;
using Tercel.Primitives;
using Tercel.TestSupport;
using Xunit;

namespace Tercel.Tests.Api.Query;

/// <summary>Whatever the text, reading gives a query or mistakes that lie inside the text; it never throws.</summary>
public sealed class QueryFuzzTests
{
    private const int Rounds = 20_000;

    private static readonly TimeSpan TimeMax = TimeSpan.FromSeconds(5);

    private static readonly string[] Expressions =
    [
        "(status eq 'paid' or total gte $t) and not customer.blocked", "created_at < now - 7d",
        "a not in (1, 'x', -2.5e3)",
        "sum(lines.quantity * lines.unit_price) > 0 && exists(lines, quantity between 1 and 5)",
        "@ref(product.price) != @new.x",
        "\"Unit Price\".\"a\"\"b\" is not null", "count(distinct a) >= 1 || tags hasany ['a']", "名前 == 'x'",
        "((((((((a))))))))",
    ];

    private static readonly string[] Queries =
    [
        "a=1&a=2&price[lt]=50&sku.in=A,\"B,C\"&d.null=true&p.between=1,2",
        "embed=customer(id,name),lines(quantity,product(name,price);sort=-quantity;limit=5"
        + ";where=quantity gte 2)&fields=*,-x",
        "group=month(created_at) as m,bucket(ts,'15m')&agg=count,sum(total),avg(total) as mean&having=count gte 10",
        "q=red+shoes&highlight=name&facets=brand,size(limit=20)&sort=-price.nullslast,name&limit=5&cursor=abc"
        + "&count=exact",
        "where=a eq $p and b in $q&$p=1&$q=%E2%82%AC,2&distinct=a&explain=true&page=2",
    ];

    private static readonly string[] Bodies =
    [
        """{"where":{"or":[{"status":"paid"},{"total":{"gte":100}}],"not":{"a":null}},"limit":50}""",
        """{"sort":["-a"],"fields":["id"],"page":3,"facets":"a(limit=2)"}""",
        """{"where":"a eq $x","params":{"x":[1,"b"]},"distinct":["a"]}""",
        """{"embed":{"lines":{"limit":5,"where":{"q":{"in":[1,2]}},"embed":["p"]}}}""",
        """{"group":["m"],"agg":"count","having":{"count":{"between":[1,2]}}}""",
        """{"q":"\u00e9\n","count":"exact","explain":false,"highlight":["a"]}""",
    ];

    [Fact]
    public void Expressions_of_any_text_are_read_or_refused() => Run(Expressions, text =>
    {
        var result = ExpressionParser.Parse(text, ExpressionLimits.Default, "where");
        if (!result.TryGet(out var expr, out var errors)) AssertInside(errors, text);
        else Assert.True(ExpressionParser.Parse(ExpressionPrinter.Print(expr), ExpressionLimits.Model).IsOk, text);
    });

    [Fact]
    public void Query_strings_of_any_text_are_read_or_refused() => Run(Queries, text =>
    {
        var result = QueryReader.ReadList(text, QueryLimits.Default);
        if (!result.TryGet(out var query, out var errors)) Assert.All(errors, error => Assert.NotNull(error.Parameter));
        else Assert.True(QueryReader.ReadList(QueryText.Write(query), QueryLimits.Default).IsOk, text);
        QueryString.Replace(text, "cursor", "x");
    });

    [Fact]
    public void Bodies_of_any_text_are_read_or_refused() => Run(Bodies, text =>
    {
        var result = QueryJsonReader.ReadList(Encoding.UTF8.GetBytes(text), QueryLimits.Default);
        Assert.All(result.Errors, error => Assert.True(
            error.Pointer is not null || error.Code.Name is "malformed_json" or "too_deep" or "encoding", text));
    });

    [Fact]
    public void Hostile_nesting_and_length_end_quickly()
    {
        string[] pieces = ["(", "not ", "-", "a(", "lines(", "a.", "[", "{\"a\":", "a=1&", "\"", "'", "a,", "a and "];
        foreach (var piece in pieces)
        {
            var text = string.Concat(Enumerable.Repeat(piece, 200_000 / piece.Length));
            Assert.False(ExpressionParser.Parse(text, ExpressionLimits.Default).IsOk);
            Assert.False(QueryReader.ReadList(text, QueryLimits.Default).IsOk);
            QueryReader.ReadList("embed=" + text[..8000], QueryLimits.Default);
            Assert.False(QueryJsonReader.ReadList(Encoding.UTF8.GetBytes(text), QueryLimits.Default).IsOk);
        }
    }

    private static void Run(string[] corpus, Action<string> read)
    {
        var clock = Stopwatch.StartNew();
        Fuzz.Run(corpus, Rounds, text =>
        {
            clock.Restart();
            read(text);
            Assert.True(clock.Elapsed < TimeMax, $"reading took {clock.Elapsed}");
        });
    }

    private static void AssertInside(IReadOnlyList<Error> errors, string text) =>
        Assert.All(errors, error => Assert.InRange(error.Position ?? -1, 0, text.Length));
}
