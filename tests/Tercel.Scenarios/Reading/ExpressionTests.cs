using Tercel.Scenarios.Harness;
using Xunit;

namespace Tercel.Scenarios.Reading;

/// <summary><c>where=</c>: the rows are those of the same condition in SQL, parameters are never read as
/// code.</summary>
public sealed class ExpressionTests(TypesFixture types)
{
    [Theory]
    [InlineData("f_int eq 3", "f_int = 3")]
    [InlineData("f_int = 3 or f_int == 4", "f_int IN (3, 4)")]
    [InlineData("f_int < 1 || f_int > 5", "f_int < 1 OR f_int > 5")]
    [InlineData("f_int gte -1 %26%26 f_int lte 2", "f_int BETWEEN -1 AND 2")]
    [InlineData("f_int gt 1 and f_bool or f_enum eq 'low'", "f_int > 1 AND f_bool = 1 OR f_enum = 'low'")]
    [InlineData("f_int gt 1 and (f_bool or f_enum eq 'low')", "f_int > 1 AND (f_bool = 1 OR f_enum = 'low')")]
    [InlineData("not f_bool", "NOT f_bool")]
    [InlineData("!(f_int eq 1)", "NOT f_int = 1")]
    [InlineData("not not f_bool", "f_bool")]
    [InlineData("f_int <> 1", "f_int <> 1")]
    [InlineData("f_int in (1, 2, 3)", "f_int IN (1, 2, 3)")]
    [InlineData("f_int not in [1, 2]", "f_int NOT IN (1, 2)")]
    [InlineData("f_int between -1 and 2 and f_bool", "f_int BETWEEN -1 AND 2 AND f_bool")]
    [InlineData("f_string not like 'A%25'", "f_string NOT GLOB 'A*'")]
    [InlineData("f_string like 'A%25'", "f_string GLOB 'A*'")]
    [InlineData("f_string eq 'O''Hara'", "f_string = 'O''Hara'")]
    [InlineData("f_string is null", "f_string IS NULL")]
    [InlineData("f_string is not null", "f_string IS NOT NULL")]
    [InlineData("f_string eq null", "f_string IS NULL")]
    [InlineData("f_string ne null", "f_string IS NOT NULL")]
    [InlineData("f_int %2B 1 = 4", "f_int + 1 = 4")]
    [InlineData("f_int * 2 - 1 gt 5", "f_int * 2 - 1 > 5")]
    [InlineData("f_int / 2 eq 1.5", "f_int / 2.0 = 1.5")]
    [InlineData("f_int %25 3 eq 1", "f_int % 3 = 1")]
    [InlineData("-f_int gt 1", "-f_int > 1")]
    [InlineData("f_int / 0 eq 1", "0")]
    [InlineData("f_int %25 0 eq 1", "0")]
    [InlineData("f_dec * 3 eq 86.7", "round(f_dec * 3, 2) = 86.7")]
    [InlineData("f_int = f_int", "f_int IS NOT NULL")]
    [InlineData("f_string = f_text", "f_string = f_text")]
    [InlineData("3 lt f_int", "f_int > 3")]
    [InlineData("f_dt gt now", "0")]
    [InlineData("f_dt lt now - 7d", "f_dt IS NOT NULL")]
    [InlineData("f_dt gt '2026-01-01'", "f_dt > '2026-01-01T00:00:00.000Z'")]
    [InlineData("month(f_dt) eq '2026-01-01'", "f_dt >= '2026-01'")]
    [InlineData("lower(f_string) eq 'alpha'", "lower(f_string) = 'alpha'")]
    [InlineData("upper(f_string) eq '%C3%9CN%C3%8FCODE'", "f_string = 'Ünïcode'")]
    [InlineData("length(f_string) eq 4", "length(f_string) = 4")]
    [InlineData("length(trim(f_string)) eq 4", "length(trim(f_string)) = 4")]
    [InlineData("concat(f_slug, '-', f_enum) eq 'slug-1-mid'", "f_slug || '-' || f_enum = 'slug-1-mid'")]
    [InlineData("coalesce(f_int, 99) eq 99", "f_int IS NULL")]
    [InlineData("nullif(f_int, 1) is null", "f_int IS NULL OR f_int = 1")]
    [InlineData("if(f_bool, f_int, 0) gt 2", "f_bool AND f_int > 2")]
    [InlineData("abs(f_int) eq 2", "abs(f_int) = 2")]
    [InlineData("round(f_dec) eq 29", "round(f_dec) = 29")]
    [InlineData("floor(f_dec) eq 28", "f_dec >= 28 AND f_dec < 29")]
    [InlineData("ceil(f_dec) eq 29", "f_dec > 28 AND f_dec <= 29")]
    [InlineData("count(children) gt 9", "(SELECT count(*) FROM things c WHERE c.parent_id = things.id) > 9")]
    [InlineData("count(children, f_int gt 2) gt 3", "(SELECT count(*) FROM things c WHERE c.parent_id = things.id AND c.f_int > 2) > 3")]
    [InlineData("exists(children)", "id < 10")]
    [InlineData("exists(children, f_int eq 4 and f_enum eq 'mid')",
        "EXISTS (SELECT 1 FROM things c WHERE c.parent_id = things.id AND c.f_int = 4 AND c.f_enum = 'mid')")]
    [InlineData("sum(children.f_int) gt 10", "(SELECT sum(f_int) FROM things c WHERE c.parent_id = things.id) > 10")]
    [InlineData("max(children.f_int * 2) eq 12", "(SELECT max(f_int * 2) FROM things c WHERE c.parent_id = things.id) = 12")]
    [InlineData("parent.f_int gt 3 and parent.parent is null",
        "parent_id IN (SELECT id FROM things p WHERE f_int > 3 AND parent_id IS NULL)")]
    [InlineData("f_json.color eq 'red'", "f_json ->> 'color' = 'red'")]
    [InlineData("f_json.size gt 40", "json_extract(f_json, '$.size') > 40 AND json_type(f_json, '$.size') <> 'text'")]
    [InlineData("f_tags has 'a'", "f_tags LIKE '%\"a\"%'")]
    [InlineData("f_tags hasany ('b', 'd')", "f_tags LIKE '%\"b\"%' OR f_tags LIKE '%\"d\"%'")]
    [InlineData("\"f_int\" eq 3", "f_int = 3")]
    [InlineData("true", "1")]
    [InlineData("false or f_bool", "f_bool")]
    public async Task An_expression_means_what_it_says(string where, string condition) =>
        await (await types.Answers()).AreRows(
            $"/v1/things?where={where}&fields=id&limit=200", $"SELECT id FROM things WHERE {condition} ORDER BY id");

    [Theory]
    [InlineData("f_string eq $n", "$n=O'Hara", "f_string = 'O''Hara'")]
    [InlineData("f_string eq $n", "$n=' or 1=1 --", "0")]
    [InlineData("f_string eq $n or f_int eq $i", "$n=x&$i=3", "f_int = 3")]
    [InlineData("f_string contains $n", "$n=%25", "instr(f_string, '%') > 0")]
    [InlineData("f_int in $list", "$list=1,2", "f_int IN (1, 2)")]
    [InlineData("f_string in $list", "$list=Alpha,\"comma, \"\"quoted\"\"\"", "f_string IN ('Alpha', 'comma, \"quoted\"')")]
    [InlineData("f_int gt $x and f_int lt $y", "$x=1&$y=4", "f_int IN (2, 3)")]
    [InlineData("f_int eq $x or f_dec eq $x", "$x=4", "f_int = 4")]
    [InlineData("f_dt lt $t", "$t=2026-01-01T00:00:00Z", "f_dt < '2026-01-01T00:00:00.000Z'")]
    [InlineData("f_string eq $n", "$n=null", "0")]
    [InlineData("f_string eq $n", "$n=true", "0")]
    [InlineData("f_string eq $n", "$n=", "f_string = ''")]
    public async Task A_parameter_is_taken_literally(string where, string parameters, string condition) =>
        await (await types.Answers()).AreRows(
            $"/v1/things?where={where}&{parameters}&fields=id", $"SELECT id FROM things WHERE {condition} ORDER BY id");

    [Theory]
    [InlineData("f_string='; DROP TABLE things; --")]
    [InlineData("f_string=' OR '1'='1")]
    [InlineData("f_string.like=%27%25")]
    [InlineData("f_string.contains=')) OR 1=1 --")]
    [InlineData("f_string.in=a'),('b")]
    [InlineData("f_tags.has=\"]') OR 1=1 --")]
    [InlineData("f_json.color=') OR 1=1 --")]
    [InlineData("f_json.')) OR 1=1 --=1")]
    [InlineData("q=\" OR 1=1 --")]
    [InlineData("q=NEAR(a b) AND (")]
    [InlineData("q=f_string:alpha*")]
    public async Task Code_in_a_value_finds_nothing_and_breaks_nothing(string query)
    {
        var client = await types.Client();

        var reply = await client.Get($"/v1/things?{query}&limit=200");

        Assert.True(reply.Status is 200 or 400, reply.Text);
        if (reply.Status == 200) Assert.True(reply.Items.Count < 20, $"{query} found {reply.Items.Count} rows");
        Assert.Equal(90, (await client.Get("/v1/things?limit=200")).Expect(200).Items.Count);
    }

    [Theory]
    [InlineData("sort=id;DROP TABLE things")]
    [InlineData("sort=(select 1)")]
    [InlineData("fields=id) FROM things --")]
    [InlineData("fields=\"id\"\" FROM things --\"")]
    [InlineData("embed=parent);DROP")]
    [InlineData("group=id);DROP&agg=count")]
    [InlineData("agg=count(*) FROM things --")]
    [InlineData("where=1=1; DROP TABLE things")]
    [InlineData("where=sqlite_version() eq 'x'")]
    [InlineData("where=load_extension('x')")]
    [InlineData("where=rowid eq 1")]
    [InlineData("rowid=1")]
    [InlineData("\"id\"\" OR 1=1 --\"=1")]
    [InlineData("things.id=1")]
    [InlineData("sqlite_master.name=things")]
    public async Task Code_in_a_name_is_refused(string query) =>
        Assert.Equal(400, (await (await types.Client()).Get($"/v1/things?{query}")).Status);

    [Theory]
    [InlineData("f_int eq", 9, "syntax")]
    [InlineData("f_int eq eq 3", null, "syntax")]
    [InlineData("(f_int eq 3", null, "syntax")]
    [InlineData("f_int eq 3)", null, "syntax")]
    [InlineData("f_int eq 'abc", null, "syntax")]
    [InlineData("a lt b lt c", null, "syntax")]
    [InlineData("f_int ge 3", null, "unknown_operator")]
    [InlineData("f_itn eq 3", null, "unknown_field")]
    [InlineData("lowr(f_string) eq 'a'", null, "unknown_function")]
    [InlineData("f_int eq 'abc'", null, "type")]
    [InlineData("f_int contains 'a'", null, "type")]
    [InlineData("f_int eq f_string", null, "type")]
    [InlineData("f_int lt null", null, "syntax")]
    [InlineData("f_int", null, "type")]
    [InlineData("children.f_int %2B 1 eq 2", null, "type")]
    [InlineData("lower(f_int, 2) eq 'a'", null, "function")]
    [InlineData("f_int eq $x", null, "missing_parameter")]
    [InlineData("@new.status eq 1", null, null)]
    public async Task A_mistake_in_an_expression_is_named(string where, int? position, string? code)
    {
        var reply = await (await types.Client()).Get($"/v1/things?where={where}");

        var error = code is null ? reply.Expect(400).Json.GetProperty("errors")[0] : reply.ExpectError(400, code);
        Assert.Equal("where", error.GetProperty("parameter").GetString());
        if (position is { } at) Assert.InRange(error.GetProperty("position").GetInt32(), at - 1, at);
    }

    [Fact]
    public async Task A_parameter_that_nothing_uses_is_refused()
    {
        var client = await types.Client();

        Assert.Equal(400, (await client.Get("/v1/things?$x=1")).Status);
        Assert.Equal(400, (await client.Get("/v1/things?where=f_int eq 1&$x=1")).Status);
    }
}
