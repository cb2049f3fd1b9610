using Xunit;

namespace Tercel.Tests.Api.Groups;

public sealed class GroupQueryTests
{
    private const string Rows = """
        INSERT INTO owners VALUES (1, 'Ann', 'IT', 's'), (2, 'Bob', 'FR', 's'), (3, 'Cy', NULL, 's');
        INSERT INTO items (id, kind, price, qty, weight, active, at, attrs, owner_id) VALUES
            (1, 'a', 10, 1, 0.5, 1, '2026-01-31T23:59:59.000Z', '{"color":"red"}', 1),
            (2, 'a', 20.5, 2, 1.5, 0, '2026-02-01T00:00:00.000Z', '{"color":"blue"}', 1),
            (3, 'b', 0.1, 3, NULL, 1, '2026-02-15T12:34:56.000Z', '{"color":"red"}', 2),
            (4, 'b', 0.2, 4, 4, 1, '2025-12-31T10:00:00.000Z', NULL, NULL),
            (5, NULL, NULL, 5, 4, 0, '2026-02-15T12:44:56.000Z', '{"color":7}', 3);
        INSERT INTO lines VALUES (1, 1, 10), (1, 2, 20), (2, 1, 5), (3, 1, 7);
        """;

    [Theory]
    [InlineData("group=kind", """[{"kind":null,"count":1},{"kind":"a","count":2},{"kind":"b","count":2}]""")]
    [InlineData(
        "group=kind&agg=sum(price)&kind.null=false",
        """[{"kind":"a","sum_price":30.50},{"kind":"b","sum_price":0.30}]""")]
    [InlineData(
        "agg=count,count(price),count(distinct kind)",
        """[{"count":5,"count_price":4,"count_distinct_kind":2}]""")]
    [InlineData(
        "agg=avg(price),min(price),max(price),median(qty)",
        """[{"avg_price":7.7000,"min_price":0.10,"max_price":20.50,"median_qty":3}]""")]
    [InlineData(
        "agg=sum(price),avg(price),max(at)&kind=nothing",
        """[{"sum_price":0.00,"avg_price":null,"max_at":null}]""")]
    [InlineData(
        "group=active&agg=p90(qty) as tall&sort=-active",
        """[{"active":true,"tall":3.8},{"active":false,"tall":4.7}]""")]
    [InlineData("agg=stddev(qty),p37(qty)", """[{"stddev_qty":1.5811388300841898,"p37_qty":2.48}]""")]
    [InlineData(
        "group=owner.country&agg=sum(qty)",
        """[{"owner.country":null,"sum_qty":9},{"owner.country":"FR","sum_qty":3},{"owner.country":"IT","""
        + "\"sum_qty\":3}]")]
    [InlineData(
        "group=owner&agg=count",
        """[{"owner":null,"count":1},{"owner":1,"count":2},{"owner":2,"count":1},{"owner":3,"count":1}]""")]
    [InlineData(
        "group=month(at) as m&agg=count",
        """[{"m":"2025-12-01","count":1},{"m":"2026-01-01","count":1},{"m":"2026-02-01","count":3}]""")]
    [InlineData(
        "group=quarter(at)&agg=count",
        """[{"quarter_at":"2025-10-01","count":1},{"quarter_at":"2026-01-01","count":4}]""")]
    [InlineData("group=year(at)", """[{"year_at":2025,"count":1},{"year_at":2026,"count":4}]""")]
    [InlineData("group=week(at)&qty.lte=2", """[{"week_at":"2026-01-26","count":2}]""")]
    [InlineData("group=day(at)&qty=3", """[{"day_at":"2026-02-15","count":1}]""")]
    [InlineData("group=hour(at)&qty.gte=5", """[{"hour_at":"2026-02-15T12:00:00Z","count":1}]""")]
    [InlineData("group=bucket(at,'15m') as t&month=2&qty.in=3,5", "month:unknown_field")]
    [InlineData("group=bucket(at,'15m') as t&qty.in=3,5", """[{"t":"2026-02-15T12:30:00Z","count":2}]""")]
    [InlineData(
        "group=bin(price,10)",
        """[{"bin_price":null,"count":1},{"bin_price":0,"count":2},{"bin_price":10,"count":1},{"bin_price":20,"""
        + "\"count\":1}]")]
    [InlineData(
        "group=bin(price,0.1) as b&price.lt=1",
        """[{"b":0.1,"count":1},{"b":0.2,"count":1}]""")]
    [InlineData("group=bin(price * 3,0.1) as b&id=3", """[{"b":0.3,"count":1}]""")]
    [InlineData("group=length(kind)", """[{"length_kind":null,"count":1},{"length_kind":1,"count":4}]""")]
    [InlineData("group=lower(owner.name) as n&qty.lte=3", """[{"n":"ann","count":2},{"n":"bob","count":1}]""")]
    [InlineData(
        "group=attrs.color",
        """[{"attrs.color":null,"count":1},{"attrs.color":7,"count":1},{"attrs.color":"blue","count":1},"""
        + """{"attrs.color":"red","count":2}]""")]
    [InlineData("agg=sum(worth),sum(price*qty) as same", """[{"sum_worth":52.10,"same":52.10}]""")]
    [InlineData(
        "group=kind&agg=first(id),last(id),first(price)&kind.null=false",
        """[{"kind":"a","first_id":1,"last_id":2,"first_price":10.00},{"kind":"b","first_id":3,"last_id":4,"""
        + "\"first_price\":0.10}]")]
    [InlineData(
        "group=kind&agg=sum(lines.quantity),count(lines),avg(lines.quantity) as mean,max(lines.quantity) as top",
        """[{"kind":null,"sum_lines_quantity":0,"count_lines":0,"mean":null,"top":null},{"kind":"a","""
        + "\"sum_lines_quantity\":35,\"count_lines\":3,\"mean\":11.666666666666666,\"top\":20},{\"kind\":\"b\","
        + "\"sum_lines_quantity\":7,\"count_lines\":1,\"mean\":7,\"top\":7}]")]
    [InlineData("group=count(lines) as n", """[{"n":0,"count":2},{"n":1,"count":2},{"n":2,"count":1}]""")]
    [InlineData("group=kind&agg=sum(owner.id)&owner.country=IT", """[{"kind":"a","sum_owner_id":2}]""")]
    public async Task Groups_are_told_as_asked(string query, string expected)
    {
        await using var bench = GroupBench.Open(Rows);
        var refusal = bench.Refusal("items", query);
        Assert.Equal(expected, refusal.Length > 0 ? refusal.Split("->")[0] : await bench.Groups("items", query));
    }

    [Theory]
    [InlineData("group=kind&agg=sum(qty) as n&having=n gt 5&sort=-n", """[{"kind":"b","n":7}]""")]
    [InlineData("group=kind&agg=sum(qty)&having=count gte 2 and avg(price) lt 1", """[{"kind":"b","sum_qty":7}]""")]
    [InlineData(
        "group=kind&having=kind is not null and count lt $n&$n=3",
        """[{"kind":"a","count":2},{"kind":"b","count":2}]""")]
    [InlineData("group=month(at) as m&having=month(at) gte '2026-02-01'", """[{"m":"2026-02-01","count":3}]""")]
    [InlineData("group=owner.country&having=owner.country eq 'IT'", """[{"owner.country":"IT","count":2}]""")]
    [InlineData("group=kind&having=sum(lines.quantity) gt 10", """[{"kind":"a","count":2}]""")]
    [InlineData("agg=count&having=count gt 100", "[]")]
    [InlineData(
        "group=kind&having=kind in ('a','x') or sum(qty) eq 5",
        """[{"kind":null,"count":1},{"kind":"a","count":2}]""")]
    public async Task Having_chooses_groups(string query, string expected)
    {
        await using var bench = GroupBench.Open(Rows);
        Assert.Equal(expected, await bench.Groups("items", query));
    }

    [Theory]
    [InlineData("group=kind&sort=-count,-kind", "b a null")]
    [InlineData("group=kind&sort=kind.nullslast", "a b null")]
    [InlineData("group=kind&agg=sum(price)&sort=-sum_price", "a b null")]
    [InlineData("group=kind as k&sort=-kind", "b a null")]
    [InlineData("group=kind&limit=1&offset=1", "a")]
    [InlineData("group=kind&limit=2&page=2", "b")]
    [InlineData("distinct=kind&sort=-kind", "b a null")]
    public async Task Groups_are_sorted_and_paged(string query, string expected)
    {
        await using var bench = GroupBench.Open(Rows);
        using var json = System.Text.Json.JsonDocument.Parse(await bench.Groups("items", query));
        var kinds = json.RootElement.EnumerateArray().Select(g => g.EnumerateObject().First().Value.Text());
        Assert.Equal(expected, string.Join(' ', kinds));
    }

    [Theory]
    [InlineData(
        "distinct=owner.country,active&count=exact",
        """[{"owner.country":null,"active":false},{"owner.country":null,"active":true},{"owner.country":"FR","""
        + "\"active\":true},{\"owner.country\":\"IT\",\"active\":false},"
        + "{\"owner.country\":\"IT\",\"active\":true}] of 5")]
    [InlineData("group=kind&count=exact&limit=1", """[{"kind":null,"count":1}] of 3""")]
    [InlineData("group=kind&count=exact&having=count gt 1&limit=1", """[{"kind":"a","count":2}] of 2""")]
    public async Task Groups_are_counted(string query, string expected)
    {
        await using var bench = GroupBench.Open(Rows);
        Assert.Equal(expected, await bench.Groups("items", query));
    }

    [Theory]
    [InlineData("group=knid", "group:unknown_field->kind")]
    [InlineData("group=secret", "group:unknown_field")]
    [InlineData("agg=max(secret)", "agg:unknown_field")]
    [InlineData("group=owner.secret", "group:unknown_field")]
    [InlineData("distinct=secret", "distinct:unknown_field")]
    [InlineData("agg=sum(kind)", "agg:function")]
    [InlineData("agg=sum(price,qty)", "agg:function")]
    [InlineData("agg=sun(price)", "agg:unknown_function->sum")]
    [InlineData("agg=p0(price)", "agg:unknown_function->p50")]
    [InlineData("group=attrs", "group:type")]
    [InlineData("group=lines.quantity", "group:type")]
    [InlineData("agg=median(lines.quantity)", "agg:not_supported")]
    [InlineData("agg=count(distinct lines.quantity)", "agg:not_supported")]
    [InlineData("group=kind&sort=qty", "sort:unknown_field")]
    [InlineData("group=kind&agg=sum(price)&sort=sum_prise", "sort:unknown_field->sum_price")]
    [InlineData("group=kind&having=qty gt 3", "having:unknown_field")]
    [InlineData("group=kind&having=exists(lines)", "having:function")]
    [InlineData("group=kind&having=sum(secret) gt 1", "having:unknown_field")]
    [InlineData("group=bucket(at,'1h'),bucket(at,'1d')", "group:duplicate")]
    [InlineData("agg=count,sum(qty) as count", "agg:duplicate")]
    [InlineData("group=kind&limit=201", "limit:page")]
    [InlineData("group=kind&limit=0", "limit:page")]
    [InlineData("group=kind&offset=10001", "offset:page")]
    [InlineData("group=kind&cursor=abc", "cursor:conflict")]
    [InlineData("distinct=kind&fields=id", "fields:conflict")]
    [InlineData("distinct=kind&sort=qty", "sort:unknown_field")]
    public async Task What_makes_no_sense_is_refused(string query, string expected)
    {
        await using var bench = GroupBench.Open(Rows);
        Assert.Equal(expected, bench.Refusal("items", query));
    }

    [Fact]
    public async Task The_first_row_of_a_composite_key_is_the_first_in_key_order()
    {
        await using var bench = GroupBench.Open(
            """
            INSERT INTO lines VALUES (10, 1, 1), (9, 2, 2), (9, 1, 3), (-3, 5, 4), (-20, 5, 5), (10, 11, 6), (10, 2, 7);
            """);
        var got = await bench.Groups("lines", "agg=first(quantity) as f,last(quantity) as l");
        Assert.Equal("""[{"f":5,"l":6}]""", got);
    }
}
