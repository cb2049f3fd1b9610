using Tercel.Api.Query;
using Tercel.Primitives;
using Xunit;

namespace Tercel.Tests.Api.Query;

public sealed class QueryReaderTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("?category=shoes&price.lt=50&sort=-created_at", "category=shoes&price.lt=50&sort=-created_at")]
    [InlineData("a=1&&b=2&", "a=1&b=2")]
    [InlineData("id=1&id=2", "id=1&id=2")]
    [InlineData("id.eq=1&x=0&id=2", "id=1&id=2&x=0")]
    [InlineData("price[lt]=50&price[not][gte]=5", "price.lt=50&price.not.gte=5")]
    [InlineData("sku.in=A-1,B-2,\"C,3\"", "sku.in=A-1,B-2,%22C,3%22")]
    [InlineData("name.icontains=red+shoe&deleted_at.null=true", "name.icontains=red%20shoe&deleted_at.null=true")]
    [InlineData("status.not=a&status.not=b", "status.not=a&status.not=b")]
    [InlineData("a.not.null=true&b.not.in=1,2", "a.not.null=true&b.not.in=1,2")]
    [InlineData("price.between=10,50", "price.between=10,50")]
    [InlineData("price.not.between=10,50", "price.not.between=10,50")]
    [InlineData("lines.exists=true&x.exists=false", "lines.exists=true&x.exists=false")]
    [InlineData("lines.none.quantity.gt=10&lines.count.gte=3", "lines.none.quantity.gt=10&lines.count.gte=3")]
    [InlineData("limit.eq=5&limit=6", "limit.eq=5&limit=6")]
    [InlineData("attrs.\"lt\"=5&%22Unit%20Price%22=3&Unit Cost=4", "attrs.%22lt%22=5&Unit%20Price=3&Unit%20Cost=4")]
    [InlineData("name=&note.eq=", "name=&note=")]
    [InlineData("where=total gte $min and customer.name eq $n&$min=100&$n=O'Hara",
        "where=total%20gte%20$min%20and%20customer.name%20eq%20$n&$min=100&$n=O'Hara")]
    [InlineData("sort=-price.nullslast,+name, _score,customer.name.nullsfirst",
        "sort=-price.nullslast,name,_score,customer.name.nullsfirst")]
    [InlineData("fields=*,-description", "fields=*,-description")]
    [InlineData("fields=-description", "fields=*,-description")]
    [InlineData("fields=id, customer.name", "fields=id,customer.name")]
    [InlineData("embed=customer,lines.product,lines.order", "embed=customer,lines(;embed%3Dproduct,order)")]
    [InlineData("embed=customer(id,name),lines(quantity,product(name,price);sort=-quantity;limit=5"
        + ";where=quantity gte 2)",
        "embed=customer(id,name),lines(quantity;embed%3Dproduct(name,price);sort%3D-quantity;limit%3D5"
        + ";where%3Dquantity%20gte%202)")]
    [InlineData("embed=lines(),a(;limit=0),b(*,-c)", "embed=lines,a(;limit%3D0),b(*,-c)")]
    [InlineData("embed=lines.product,lines(quantity)", "embed=lines(quantity;embed%3Dproduct)")]
    [InlineData("embed=lines(;where=(a eq ')' or b in (1,2));fields=x)",
        "embed=lines(x;where%3Da%20eq%20')'%20or%20b%20in%20(1,%202))")]
    [InlineData("group=month(created_at) as m,customer.country"
        + "&agg=count,sum(total),avg(total) as mean,count(distinct customer_id)",
        "group=month(created_at)%20as%20m,customer.country&agg=count,sum(total),avg(total)%20as%20mean"
        + ",count(distinct%20customer_id)")]
    [InlineData("group=bucket(ts,'15m')&agg=p95(latency)&having=count gte 10&ts.gte=now-1d",
        "ts.gte=now-1d&group=bucket(ts,'15m')&agg=p95(latency)&having=count%20gte%2010")]
    [InlineData("q=red shoes&highlight=name,description", "q=red%20shoes&highlight=name,description")]
    [InlineData("facets=brand,size(limit=20)&category=x", "category=x&facets=brand,size(limit%3D20)")]
    [InlineData("distinct=brand,customer.country", "distinct=brand,customer.country")]
    [InlineData("limit=50&cursor=eyJ2&count=estimate&explain", "limit=50&cursor=eyJ2&count=estimate&explain=true")]
    [InlineData("page=3&limit=20&explain=false", "limit=20&page=3")]
    [InlineData("gr%C3%B6%C3%9Fe.gte=5&x=%F0%9F%98%80é", "gr%C3%B6%C3%9Fe.gte=5&x=%F0%9F%98%80%C3%A9")]
    public void A_query_string_is_read_to_what_its_canonical_form_shows(string query, string canonical) =>
        Assert.Equal(canonical, QueryText.Write(Read(query)));

    [Theory]
    [InlineData("a=%", "encoding", "a", 0)]
    [InlineData("a=x%4", "encoding", "a", 1)]
    [InlineData("a=%zz", "encoding", "a", 0)]
    [InlineData("a=%C3", "encoding", "a", 0)]
    [InlineData("a=%00", "encoding", "a", 0)]
    [InlineData("%FF=1", "encoding", "%FF", 0)]
    [InlineData("a", "syntax", "a", null)]
    [InlineData("=1", "syntax", "", 0)]
    [InlineData("a.=1", "syntax", "a.", 2)]
    [InlineData(".a=1", "syntax", ".a", 0)]
    [InlineData("a..b=1", "syntax", "a..b", 2)]
    [InlineData("a[]=1", "syntax", "a[]", 2)]
    [InlineData("a[lt=1", "syntax", "a[lt", 2)]
    [InlineData("[lt]=1", "syntax", "[lt]", 1)]
    [InlineData("a]=1", "syntax", "a]", 1)]
    [InlineData("a.[lt]=1", "syntax", "a.[lt]", 2)]
    [InlineData("a[lt]b=1", "syntax", "a[lt]b", 5)]
    [InlineData("\"a=1", "syntax", "\"a", 0)]
    [InlineData("a.null=yes", "invalid_value", "a.null", null)]
    [InlineData("a.exists=1", "invalid_value", "a.exists", null)]
    [InlineData("a.in=\"x", "syntax", "a.in", null)]
    [InlineData("a.in=\"x\"y", "syntax", "a.in", null)]
    [InlineData("a.between=1", "invalid_value", "a.between", null)]
    [InlineData("a.between=1,2,3", "invalid_value", "a.between", null)]
    public void A_mistake_in_a_filter_names_it_and_the_position(
        string query, string code, string parameter, int? position)
    {
        var error = Assert.Single(QueryReader.ReadList(query, QueryLimits.Default).Errors);
        Assert.Equal((code, parameter, position), (error.Code.Name, error.Parameter, error.Position));
    }

    [Theory]
    [InlineData("where=a eqq 1", "unknown_operator", "where", 2)]
    [InlineData("where=", "invalid_value", "where", null)]
    [InlineData("q=", "invalid_value", "q", null)]
    [InlineData("sort=", "invalid_value", "sort", null)]
    [InlineData("sort=a,", "syntax", "sort", 2)]
    [InlineData("sort=a)", "syntax", "sort", 1)]
    [InlineData("sort=a&sort=b", "duplicate", "sort", null)]
    [InlineData("$a=1&$a=2&where=x eq $a", "duplicate", "$a", null)]
    [InlineData("$=1", "syntax", "$", null)]
    [InlineData("fields=a,-b", "syntax", "fields", 3)]
    [InlineData("fields=a,,b", "syntax", "fields", 2)]
    [InlineData("embed=a(", "syntax", "embed", 2)]
    [InlineData("embed=a(b", "syntax", "embed", 3)]
    [InlineData("embed=a(b))", "syntax", "embed", 4)]
    [InlineData("embed=a(b;limit)", "syntax", "embed", 9)]
    [InlineData("embed=a(b;limti=5)", "unknown_parameter", "embed", 4)]
    [InlineData("embed=a(b;limit=x)", "invalid_value", "embed", 10)]
    [InlineData("embed=a(b;limit=1;limit=2)", "duplicate", "embed", 12)]
    [InlineData("embed=a(b),a(c)", "duplicate", "embed", 5)]
    [InlineData("embed=a(b;where=x gte )", "syntax", "embed", 16)]
    [InlineData("embed=a(b;where=x eqq 1)", "syntax", "embed", 12)]
    [InlineData("embed=a.b.c.d.e", "too_deep", "embed", 0)]
    [InlineData("group=cuont(a)", "unknown_function", "group", 0)]
    [InlineData("group=a as", "syntax", "group", 4)]
    [InlineData("agg=total", "unknown_function", "agg", 0)]
    [InlineData("agg=lower(a)", "unknown_function", "agg", 0)]
    [InlineData("agg=sum(a)%2B1", "unknown_function", "agg", 0)]
    [InlineData("facets=a(max=5)", "syntax", "facets", 2)]
    [InlineData("facets=a(limit=5", "syntax", "facets", 9)]
    [InlineData("highlight=name", "conflict", "highlight", null)]
    [InlineData("having=count gt 1", "conflict", "having", null)]
    [InlineData("page=1&cursor=x", "conflict", "page", null)]
    [InlineData("page=1&offset=2", "conflict", "page", null)]
    [InlineData("offset=1&cursor=x", "conflict", "offset", null)]
    [InlineData("distinct=a&group=b", "conflict", "distinct", null)]
    [InlineData("fields=a&agg=count", "conflict", "fields", null)]
    [InlineData("limit=many", "invalid_value", "limit", 0)]
    [InlineData("limit=-1", "invalid_value", "limit", 0)]
    [InlineData("limit=5x", "invalid_value", "limit", 0)]
    [InlineData("limit=99999999999", "invalid_value", "limit", 0)]
    [InlineData("page=0", "invalid_value", "page", null)]
    [InlineData("count=all", "invalid_value", "count", null)]
    [InlineData("explain=maybe", "invalid_value", "explain", null)]
    [InlineData("where=a eq $x", "missing_parameter", "where", 5)]
    [InlineData("$x=1", "unknown_parameter", "$x", null)]
    public void A_mistake_names_its_parameter_and_position(
        string query, string code, string parameter, int? position) =>
        A_mistake_in_a_filter_names_it_and_the_position(query, code, parameter, position);

    [Fact]
    public void All_mistakes_of_a_query_are_reported_at_once()
    {
        var errors = QueryReader.ReadList("a.null=x&sort=,&limit=b&where=(&b..c=1&%=2", QueryLimits.Default).Errors;

        Assert.Equal(["%", "a.null", "b..c", "limit", "sort", "where"],
            errors.Select(error => error.Parameter!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_number_of_reported_mistakes_is_bounded()
    {
        var query = string.Join('&', Enumerable.Range(0, 100).Select(i => $"a{i}.=1"));

        Assert.Equal(QueryReader.ErrorsMax, QueryReader.ReadList(query, QueryLimits.Default).Errors.Count);
    }

    [Fact]
    public void A_literal_knows_the_pair_it_came_from()
    {
        var query = Read("sort=a&id=1&&x.lt=2&id=3&b.between=4,5&c.in=6,7&$p=8&q=9&where=y eq $p&n.null=true");

        Assert.Equal([1, 3], Literals(query.Filters[0].Condition).Select(literal => literal.Slot));
        Assert.Equal([2], Literals(query.Filters[1].Condition).Select(literal => literal.Slot));
        Assert.Equal([("4", 4), ("5", 4)], Texts(query.Filters[2].Condition));
        Assert.Equal([("6,7", 5)], Texts(query.Filters[3].Condition));
        Assert.Equal([-1], Literals(query.Filters[4].Condition).Select(literal => literal.Slot));
        Assert.Equal((6, 7), (query.Parameters["p"].Slot, query.Search!.Slot));
    }

    [Fact]
    public void A_filter_keeps_the_name_the_client_wrote() =>
        Assert.Equal(["price[lt]", "a.not.eq"], Read("price%5Blt%5D=5&a.not.eq=1").Filters.Select(f => f.Parameter));

    [Fact]
    public void Options_of_an_embedded_relation_have_positions_in_the_parameter()
    {
        var query = Read("embed=lines(quantity,product(name);sort=-quantity;where=quantity gte 2)");
        var lines = Assert.Single(query.Embed);

        Assert.Equal((0, 15), (lines.Position, lines.Embed[0].Position));
        Assert.Equal((6, 35), (lines.Fields!.Include[0].Position, lines.Sort[0].Path.Position));
        Assert.Equal(59, lines.Where!.Position);
    }

    [Fact]
    public void A_row_takes_only_what_shapes_it()
    {
        Assert.True(QueryReader.Read("fields=id&embed=lines", QueryLimits.Default, QueryScope.Row).IsOk);
        var errors = QueryReader.Read("sort=a&field=id", QueryLimits.Default, QueryScope.Row).Errors;
        Assert.Equal(["sort", "field"], errors.Select(error => error.Parameter));
        Assert.Equal([null, "fields"], errors.Select(error => error.Suggestion));
    }

    [Fact]
    public void Names_that_the_endpoint_reads_itself_are_left_alone()
    {
        var scope = QueryScope.Matching.With("max", "atomic");

        var query = QueryReader.Read("max=5&status=draft&atomic", QueryLimits.Default, scope);

        Assert.True(query.TryGet(out var read, out _));
        Assert.Equal("status=draft", QueryText.Write(read));
    }

    [Theory]
    [InlineData("sort=a,b", "sort=a,b,c", "too_complex")]
    [InlineData("fields=a,b", "fields=a,b,c", "too_complex")]
    [InlineData("facets=a,b", "facets=a,b,c", "too_complex")]
    [InlineData("group=a,b", "group=a,b,c", "too_complex")]
    [InlineData("agg=sum(a),sum(b)", "agg=sum(a),sum(b),count", "too_complex")]
    [InlineData("embed=a,b", "embed=a,b,c", "too_complex")]
    [InlineData("embed=a.b", "embed=a.b.c", "too_deep")]
    [InlineData("a.in=1,2", "a.in=1,2,3", "too_many_values")]
    [InlineData("a=1&a=2", "a=1&a=2&a=3", "too_many_values")]
    [InlineData("a=1&b=2&c=3", "a=1&b=2&c=3&d=4", "too_complex")]
    [InlineData("where=a eq 1", "where=a eq -b", "too_complex")]
    [InlineData("where=((a))", "where=(((a)))", "too_deep")]
    [InlineData("where=aaaaaaaaaaaaaaaaaaaaaaaa", "where=aaaaaaaaaaaaaaaaaaaaaaaaa", "too_long")]
    [InlineData("abcdef=8901234567890123456789", "abcdef=89012345678901234567890123", "too_long")]
    public void Every_limit_is_accepted_at_and_refused_past_it(string at, string past, string code)
    {
        var limits = new QueryLimits
        {
            Expression = new ExpressionLimits { CharsMax = 24, DepthMax = 2, NodesMax = 3, ListItemsMax = 2 },
            UrlCharsMax = 32,
            EmbedsMax = 2,
            EmbedDepthMax = 2,
            SortMax = 2,
            FieldsMax = 2,
            FacetsMax = 2,
            GroupsMax = 2,
            AggregatesMax = 2,
        };

        Assert.True(QueryReader.ReadList(at, limits).IsOk);
        Assert.Equal(code, Assert.Single(QueryReader.ReadList(past, limits).Errors).Code.Name);
    }

    private static ListQuery Read(string query)
    {
        var result = QueryReader.ReadList(query, QueryLimits.Default);
        Assert.True(result.TryGet(out var read, out var errors), Describe(errors));
        return read;
    }

    private static string Describe(IReadOnlyList<Error> errors) =>
        string.Join("; ", errors.Select(error => $"{error.Parameter} {error.Position}: {error.Detail}"));

    private static IEnumerable<(string Text, int Slot)> Texts(Expr expr) =>
        Literals(expr).Select(literal => (literal.Text, literal.Slot));

    private static IEnumerable<Expr.Literal> Literals(Expr expr) =>
        ExprWalk.All(expr).OfType<Expr.Literal>().OrderBy(literal => literal.Slot).ThenBy(literal => literal.Text);
}
