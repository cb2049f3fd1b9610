using System.Text;
using Tercel.Api.Query;
using Tercel.Primitives;
using Xunit;

namespace Tercel.Tests.Api.Query;

public sealed class QueryJsonReaderTests
{
    [Theory]
    [InlineData("""{}""", "")]
    [InlineData("""{"where":{"or":[{"status":"paid"},{"total":{"gte":100}}]},""" +
        """ "sort":["-created_at"],"fields":["id"],"embed":{"lines":{"limit":5}},"limit":50}""",
        "where=status eq 'paid' or total gte 100&fields=id&embed=lines(;limit=5)&sort=-created_at&limit=50")]
    [InlineData("""{"where":{"a":1,"b":{"gt":2,"lte":3.50}}}""", "where=a eq 1 and (b gt 2 and b lte 3.50)")]
    [InlineData("""{"where":{"id":[1,"x",true]}}""", "where=id in (1, 'x', true)")]
    [InlineData("""{"where":{"id":{"in":[]}}}""", "where=id in ()")]
    [InlineData("""{"where":{"a":null,"b":{"ne":null},"c":{"null":false}}}""",
        "where=a is null and b is not null and c is not null")]
    [InlineData("""{"where":{"customer.country":"IT","price.lt":5,"x.not.starts":"a"}}""",
        "where=customer.country eq 'IT' and price lt 5 and not x starts 'a'")]
    [InlineData("""{"where":{"not":{"a":1,"b":2}}}""", "where=not (a eq 1 and b eq 2)")]
    [InlineData("""{"where":{"a":{"not":{"contains":"x"}},"b":{"not":"y"}}}""",
        "where=not a contains 'x' and not b eq 'y'")]
    [InlineData("""{"where":{"price":{"between":[1,2]},"tags":{"hasany":["a","b"]}}}""",
        "where=price between 1 and 2 and tags hasany ('a', 'b')")]
    [InlineData("""{"where":{"lines":{"exists":{"quantity":{"gt":2}}},"notes":{"exists":false}}}""",
        "where=exists(lines, quantity gt 2) and not exists(notes)")]
    [InlineData("""{"where":{"and":[{"a":1},{"or":[{"b":2},{"c":3}]}],"\"and\"":4}}""",
        "where=(a eq 1 and (b eq 2 or c eq 3)) and \"and\" eq 4")]
    [InlineData("""{"where":{}}""", "")]
    [InlineData("""{"where":"total gte $min","params":{"min":100}}""", "where=total gte $min&$min=100")]
    [InlineData("""{"where":"id in $ids and ok eq $ok","params":{"ids":[1,"a,b"],"ok":true}}""",
        "where=id in $ids and ok eq $ok&$ids=1,\"a,b\"&$ok=true")]
    [InlineData("""{"sort":"-a,b","fields":"*,-c","embed":"x(y)","cursor":null}""", "fields=*,-c&embed=x(y)&sort=-a,b")]
    [InlineData("""{"embed":["customer(id)","lines.product"]}""", "embed=customer(id),lines(;embed=product)")]
    [InlineData("""{"embed":{"lines":{"fields":["a","-b","*"],"sort":["-a"],""" +
        """ "where":{"q":{"gte":2}},"embed":{"product":true}},"x.y":true}}""",
        "embed=lines(*,a,-b;embed=product;sort=-a;where=q gte 2),x(;embed=y)")]
    [InlineData("""{"group":["month(created_at) as m"],"agg":["count","sum(total) as s"],""" +
        """ "having":{"s":{"gt":1}},"count":"exact"}""",
        "group=month(created_at) as m&agg=count,sum(total) as s&having=s gt 1&count=exact")]
    [InlineData("""{"q":"red","highlight":["name"],"facets":["brand","size(limit=3)"],"page":2,"explain":true}""",
        "q=red&facets=brand,size(limit=3)&highlight=name&page=2&explain=true")]
    [InlineData("""{"distinct":["brand"],"offset":5}""", "distinct=brand&offset=5")]
    public void A_body_is_read_to_what_the_same_query_string_shows(string body, string query) =>
        Assert.Equal(query, Uri.UnescapeDataString(QueryText.Write(Read(body))));

    [Theory]
    [InlineData("[]", "invalid_value", "#")]
    [InlineData("""{"wher":{}}""", "unknown_parameter", "#/wher")]
    [InlineData("""{"limit":1,"limit":2}""", "duplicate", "#/limit")]
    [InlineData("""{"limit":"5"}""", "invalid_value", "#/limit")]
    [InlineData("""{"limit":-1}""", "invalid_value", "#/limit")]
    [InlineData("""{"limit":1.5}""", "invalid_value", "#/limit")]
    [InlineData("""{"page":0}""", "invalid_value", "#/page")]
    [InlineData("""{"page":1,"offset":0}""", "conflict", "#/page")]
    [InlineData("""{"count":"all"}""", "invalid_value", "#/count")]
    [InlineData("""{"explain":"true"}""", "invalid_value", "#/explain")]
    [InlineData("""{"q":""}""", "invalid_value", "#/q")]
    [InlineData("""{"sort":[1]}""", "invalid_value", "#/sort/0")]
    [InlineData("""{"sort":["a","b)"]}""", "syntax", "#/sort/1")]
    [InlineData("""{"sort":{}}""", "invalid_value", "#/sort")]
    [InlineData("""{"fields":["a","-b"]}""", "syntax", "#/fields")]
    [InlineData("""{"where":[]}""", "invalid_value", "#/where")]
    [InlineData("""{"where":"a eqq 1"}""", "unknown_operator", "#/where")]
    [InlineData("""{"where":{"a":{"gtt":1}}}""", "unknown_operator", "#/where/a/gtt")]
    [InlineData("""{"where":{"a":{}}}""", "invalid_value", "#/where/a")]
    [InlineData("""{"where":{"a":1,"a":2}}""", "duplicate", "#/where/a")]
    [InlineData("""{"where":{"a/b~c":{"gt":null}}}""", "invalid_value", "#/where/a~1b~0c/gt")]
    [InlineData("""{"where":{"a..b":1}}""", "syntax", "#/where/a..b")]
    [InlineData("""{"where":{"a.lt":{"gt":1}}}""", "invalid_value", "#/where/a.lt")]
    [InlineData("""{"where":{"a":{"lt":[1]}}}""", "invalid_value", "#/where/a/lt")]
    [InlineData("""{"where":{"a":[[1]]}}""", "invalid_value", "#/where/a/0")]
    [InlineData("""{"where":{"a":{"between":[1]}}}""", "invalid_value", "#/where/a/between")]
    [InlineData("""{"where":{"or":{"a":1}}}""", "invalid_value", "#/where/or")]
    [InlineData("""{"where":{"or":[]}}""", "invalid_value", "#/where/or")]
    [InlineData("""{"where":{"or":[{}]}}""", "invalid_value", "#/where/or/0")]
    [InlineData("""{"where":{"not":{}}}""", "invalid_value", "#/where/not")]
    [InlineData("""{"embed":{"a":{"limt":1}}}""", "unknown_parameter", "#/embed/a/limt")]
    [InlineData("""{"embed":{"a":5}}""", "invalid_value", "#/embed/a")]
    [InlineData("""{"embed":{"a(b)":true}}""", "syntax", "#/embed/a%28b%29")]
    [InlineData("""{"embed":{"a.b.c.d.e":true}}""", "too_deep", "#/embed/a.b.c.d.e")]
    [InlineData("""{"where":"a eq $x"}""", "missing_parameter", "#/where")]
    [InlineData("""{"params":{"x":1}}""", "unknown_parameter", "#/params/x")]
    [InlineData("""{"where":"a eq $x","params":{"x":{}}}""", "invalid_value", "#/params/x")]
    public void A_mistake_has_a_code_and_a_pointer(string body, string code, string pointer)
    {
        var error = Assert.Single(Errors(body));
        Assert.Equal((code, pointer, null), (error.Code.Name, error.Pointer, error.Parameter));
    }

    [Theory]
    [InlineData("", 1, 1)]
    [InlineData("{\"a\":1,}", 1, 8)]
    [InlineData("{\n \"where\": tru\n}", 2, 14)]
    [InlineData("{} {}", 1, 4)]
    public void Malformed_json_is_refused_with_line_and_column(string body, int line, int column)
    {
        var error = Assert.Single(Errors(body));
        Assert.Equal(("malformed_json", line, column), (error.Code.Name, error.Line, error.Column));
    }

    [Fact]
    public void Text_that_is_not_unicode_is_refused()
    {
        var notUtf8 = new byte[] { 0x22, 0xff, 0x22 };
        Assert.Equal("malformed_json", CodeOf(QueryJsonReader.ReadList(notUtf8, QueryLimits.Default)));
        Assert.Equal("malformed_json", CodeOf(Result("""{"q":"\ud800"}""")));
        Assert.Equal("malformed_json", CodeOf(Result("""{"\ud800":"a"}""")));
        Assert.Equal("encoding", CodeOf(Result("""{"q":"a\u0000b"}""")));
    }

    [Fact]
    public void All_mistakes_of_a_body_are_reported_at_once() =>
        Assert.Equal(["#/limit", "#/sort/0", "#/where/a/gtt", "#/where/b/lt", "#/x"],
            Errors("""{"x":1,"limit":"a","sort":[")"],"where":{"a":{"gtt":1},"b":{"lt":{}}}}""")
                .Select(error => error.Pointer!).Order(StringComparer.Ordinal));

    [Fact]
    public void Depth_and_size_have_limits()
    {
        var limits = new QueryLimits
        {
            BodyBytesMax = 60,
            BodyDepthMax = 6,
            Expression = new ExpressionLimits { DepthMax = 2, NodesMax = 6, ListItemsMax = 2 },
        };

        Assert.True(Result("""{"where":{"not":{"a":{"gt":1}}}}""", limits).IsOk);
        Assert.Equal("too_deep", CodeOf(Result("""{"where":{"not":{"not":{"a":1}}}}""", limits)));
        Assert.Equal("too_deep", CodeOf(Result("""{"x":[[[[[[1]]]]]]}""", limits)));
        Assert.Equal("too_long", CodeOf(Result("{}" + new string(' ', 60), limits)));
        Assert.True(Result("""{"where":{"a":1,"b":2}}""", limits).IsOk);
        Assert.Equal("too_complex", CodeOf(Result("""{"where":{"a":1,"b":2,"c":3}}""", limits)));
        Assert.True(Result("""{"where":{"a":[1,2]}}""", limits).IsOk);
        Assert.Equal("too_many_values", CodeOf(Result("""{"where":{"a":[1,2,3]}}""", limits)));
    }

    private static Result<ListQuery> Result(string body, QueryLimits? limits = null) =>
        QueryJsonReader.ReadList(Encoding.UTF8.GetBytes(body), limits ?? QueryLimits.Default);

    private static IReadOnlyList<Error> Errors(string body) => Result(body).Errors;

    private static string CodeOf(Result<ListQuery> result) => Assert.Single(result.Errors).Code.Name;

    private static ListQuery Read(string body)
    {
        var result = Result(body);
        Assert.True(result.TryGet(out var query, out var errors), string.Join("; ", errors));
        return query;
    }
}
