using Tercel.Scenarios.Harness;
using Xunit;

namespace Tercel.Scenarios.Reading;

/// <summary>Every operator on every type of field: the rows are those that SQL finds, or the operator is
/// refused.</summary>
public sealed class FilterOperatorTests(TypesFixture types)
{
    private static readonly string[] AllOperators =
    [
        "eq", "ne", "lt", "lte", "gt", "gte", "in", "nin", "between", "null", "like", "ilike", "contains", "icontains",
        "starts", "istarts", "ends", "iends", "has", "hasany", "hasall",
    ];

    // Type of field -> two of its values, low and high, as the URL and as SQL write them.
    private static readonly (string Field, string Low, string High, string SqlLow, string SqlHigh)[] Ordered =
    [
        ("f_int", "-2", "4", "-2", "4"),
        ("f_big", "9007199254740991", "9007199254740993", "9007199254740991", "9007199254740993"),
        ("f_dec", "-7.85", "28.9", "-7.85", "28.9"),
        ("f_float", "0.1", "0.5", "0.1", "0.5"),
        ("f_uuid", "00000001-0000-4000-8000-000000000001", "00000002-0000-4000-8000-000000000002",
            "'00000001-0000-4000-8000-000000000001'", "'00000002-0000-4000-8000-000000000002'"),
        ("f_date", "2026-01-30", "2026-02-03", "'2026-01-30'", "'2026-02-03'"),
        ("f_time", "00:06:59", "23:32:59", "'00:06:59'", "'23:32:59'"),
        ("f_dt", "2025-12-31T23:31:00Z", "2026-01-01T01:35:00.250Z", "'2025-12-31T23:31:00.000Z'",
            "'2026-01-01T01:35:00.250Z'"),
        ("f_string", "Alpha", "under_score", "'Alpha'", "'under_score'"),
        ("f_text", "Alpha", "under_score", "'Alpha'", "'under_score'"),
        ("f_email", "user1@example.com", "user4@example.com", "'user1@example.com'", "'user4@example.com'"),
        ("f_slug", "slug-1", "slug-4", "'slug-1'", "'slug-4'"),
        ("f_enum", "high", "mid", "'high'", "'mid'"),
        ("doubled", "-4", "8", "-4", "8"),
        ("parent_id", "2", "6", "2", "6"),
    ];

    private static readonly (string Filter, string Condition)[] TextFilters =
    [
        ("{0}.like=Al%25", "{0} GLOB 'Al*'"),
        ("{0}.like=%25_b%25", "{0} GLOB '*?b*'"),
        ("{0}.like=alph_", "{0} GLOB 'alph?'"),
        ("{0}.like=star*[x]?", "{0} = 'star*[x]?'"),
        ("{0}.ilike=AL%25", "lower({0}) GLOB 'al*'"),
        ("{0}.contains=a", "instr({0}, 'a') > 0"),
        ("{0}.contains=%25", "instr({0}, '%') > 0"),
        ("{0}.contains=_", "instr({0}, '_') > 0"),
        ("{0}.contains=*[", "instr({0}, '*[') > 0"),
        ("{0}.contains=%5C", "instr({0}, '\\') > 0"),
        ("{0}.icontains=ALPHA", "instr(lower({0}), 'alpha') > 0"),
        ("{0}.icontains=%C3%BCN%C3%8F", "instr({0}, 'Ünï') > 0"),
        ("{0}.starts=Al", "{0} GLOB 'Al*'"),
        ("{0}.starts=%E5%90%8D", "{0} GLOB '名*'"),
        ("{0}.starts=O'H", "{0} = 'O''Hara'"),
        ("{0}.istarts=aLP", "lower({0}) GLOB 'alp*'"),
        ("{0}.ends=a", "{0} GLOB '*a'"),
        ("{0}.ends=%22", "{0} GLOB '*\"'"),
        ("{0}.iends=CODE", "lower({0}) GLOB '*code'"),
        ("{0}.in=Alpha,\"comma, \"\"quoted\"\"\"", "{0} IN ('Alpha', 'comma, \"quoted\"')"),
        ("{0}=", "{0} = ''"),
        ("{0}.eq=+lead", "{0} = ' lead'"),
        ("{0}=a.b%3Dc%26d", "{0} = 'a.b=c&d'"),
        ("{0}.not.contains=a", "NOT instr({0}, 'a') > 0"),
        ("{0}.not.in=Alpha,alpha", "{0} NOT IN ('Alpha', 'alpha')"),
        ("{0}.contains=a&{0}.contains=l", "instr({0}, 'a') > 0 AND instr({0}, 'l') > 0"),
        ("{0}.ne=Alpha", "{0} <> 'Alpha'"),
    ];

    private static readonly (string Filter, string Condition)[] OtherFilters =
    [
        ("f_bool=true", "f_bool = 1"), ("f_bool=false", "f_bool = 0"), ("f_bool.ne=true", "f_bool <> 1"),
        ("f_bool.in=true,false", "f_bool IS NOT NULL"), ("f_bool.nin=true", "f_bool = 0"),
        ("f_bool.null=true", "f_bool IS NULL"), ("f_bool.not=true", "NOT f_bool = 1"),
        ("f_tags.has=a", "f_tags LIKE '%\"a\"%'"), ("f_tags.hasany=b,d", "f_tags LIKE '%\"b\"%' OR f_tags LIKE '%\"d\"%'"),
        ("f_tags.hasall=a,b", "f_tags = '[\"a\",\"b\"]'"), ("f_tags.has=b,c", "f_tags LIKE '%b,c%'"),
        ("f_tags.hasany=\"b,c\"", "f_tags LIKE '%b,c%'"), ("f_tags.hasall=", "f_tags IS NOT NULL"),
        ("f_tags.not.has=a", "f_tags NOT LIKE '%\"a\"%' OR f_tags IS NULL"), ("f_tags.null=true", "f_tags IS NULL"),
        ("f_nums.has=3", "f_nums LIKE '%3%'"), ("f_nums.hasany=2,9", "f_nums LIKE '%2%'"),
        ("f_nums.hasall=1,3", "f_nums = '[1,2,3]'"), ("f_bytes.null=false", "f_bytes IS NOT NULL"),
        ("f_json.null=true", "f_json IS NULL"), ("f_json.color=red", "f_json ->> 'color' = 'red'"),
        ("f_json.color.ne=red", "f_json ->> 'color' <> 'red'"), ("f_json.size=40", "f_json ->> 'size' IN (40, '40')"),
        ("f_json.size.gte=40", "typeof(f_json ->> 'size') <> 'text' AND f_json ->> 'size' >= 40"),
        ("f_json.size.in=40,41.5", "f_json ->> 'size' IN (40, '40', 41.5)"),
        ("f_json.ok=true", "json_type(f_json, '$.ok') = 'true'"),
        ("f_json.ok=false", "json_type(f_json, '$.ok') = 'false'"),
        ("f_json.deep.a.1=2", "json_extract(f_json, '$.deep.a[1]') = 2"),
        ("f_json.deep.a.has=3", "json_extract(f_json, '$.deep.a[2]') = 3"), ("f_json.1=two", "json_extract(f_json, '$[1]') = 'two'"),
        ("f_json.has=two", "f_json = '[1,\"two\",null]'"), ("f_json.\"like\"=me", "f_json ->> 'like' = 'me'"),
        ("f_json.like.eq=me", "f_json ->> 'like' = 'me'"), ("f_json.\"a.b\"=7", "json_extract(f_json, '$.\"a.b\"') = 7"),
        ("f_json.color.null=true", "f_json ->> 'color' IS NULL"), ("f_json.color.starts=r", "f_json ->> 'color' = 'red'"),
        ("f_json.missing.member=1", "0"), ("f_int[lt]=2", "f_int < 2"), ("f_int[not][lt]=2", "NOT f_int < 2"),
        ("id=1&id=2&id=2", "id IN (1, 2)"), ("id=1&id.eq=5", "id IN (1, 5)"), ("id=1&id.gt=5", "0"),
        ("f_int.in=", "0"), ("f_int.nin=", "1"), ("f_dec=28.90", "f_dec = 28.9"),
        ("f_dt=2026-01-01", "f_dt = '2026-01-01T00:00:00.000Z'"), ("f_dt.lt=now", "f_dt IS NOT NULL"),
        ("f_dt.gt=now-7d", "0"), ("f_dt.gt=2026-01-01T01:00:00+01:00", "f_dt > '2026-01-01T00:00:00.000Z'"),
        ("f_dt.gt=2026-01-01T01:00:00%2B01:00", "f_dt > '2026-01-01T00:00:00.000Z'"),
        ("f_date.lt=now 7d", "f_date IS NOT NULL"),
        ("parent=3", "parent_id = 3"), ("parent.null=true", "parent_id IS NULL"), ("parent.exists=true", "parent_id IS NOT NULL"),
        ("parent.f_int=1", "parent_id IN (SELECT id FROM things WHERE f_int = 1)"),
        ("parent.parent.exists=true", "parent_id >= 10"), ("children.exists=false", "id >= 10"),
        ("children.null=true", "id >= 10"), ("children.count=10", "id < 9 AND id > 1"), ("children.count.lt=1", "id >= 10"),
        ("child_count.gte=10", "id BETWEEN 2 AND 8"), ("children.f_int=4", Exists("c.f_int = 4")),
        ("children.any.f_int=4", Exists("c.f_int = 4")), ("children.none.f_int=4", "NOT " + Exists("c.f_int = 4")),
        ("children.all.f_int.gt=-9", "NOT " + Exists("(c.f_int > -9) IS NOT TRUE")),
        ("children.id=25", "id = 2"), ("children.f_json.color=red&children.f_int=4",
            Exists("c.f_json ->> 'color' = 'red'") + " AND " + Exists("c.f_int = 4")),
        ("f_code=@K2", "0"), ("f_code=ak1", "f_code = 'Ak1' COLLATE NOCASE"),
    ];

    public static TheoryData<string, string> Filters()
    {
        var rows = new TheoryData<string, string>();
        foreach (var (field, low, high, sqlLow, sqlHigh) in Ordered)
        {
            var sql = field == "doubled" ? "f_int * 2" : field;
            rows.Add($"{field}={low}", $"{sql} = {sqlLow}");
            rows.Add($"{field}.eq={high}", $"{sql} = {sqlHigh}");
            rows.Add($"{field}.ne={low}", $"{sql} <> {sqlLow}");
            rows.Add($"{field}.not={low}", $"NOT {sql} = {sqlLow}");
            rows.Add($"{field}.lt={high}", $"{sql} < {sqlHigh}");
            rows.Add($"{field}.lte={high}", $"{sql} <= {sqlHigh}");
            rows.Add($"{field}.gt={low}", $"{sql} > {sqlLow}");
            rows.Add($"{field}.gte={low}", $"{sql} >= {sqlLow}");
            rows.Add($"{field}.not.gt={low}", $"NOT {sql} > {sqlLow}");
            rows.Add($"{field}.in={low},{high}", $"{sql} IN ({sqlLow}, {sqlHigh})");
            rows.Add($"{field}.nin={low},{high}", $"{sql} NOT IN ({sqlLow}, {sqlHigh})");
            rows.Add($"{field}.between={low},{high}", $"{sql} BETWEEN {sqlLow} AND {sqlHigh}");
            rows.Add($"{field}.null=true", $"{sql} IS NULL");
            rows.Add($"{field}.null=false", $"{sql} IS NOT NULL");
            rows.Add($"{field}={low}&{field}={high}", $"{sql} IN ({sqlLow}, {sqlHigh})");
        }

        foreach (var (filter, condition) in TextFilters)
        {
            foreach (var field in new[] { "f_string", "f_text" })
                rows.Add(
                    filter.Replace("{0}", field, StringComparison.Ordinal),
                    condition.Replace("{0}", field, StringComparison.Ordinal));
        }

        foreach (var (filter, condition) in OtherFilters) rows.Add(filter, condition);
        return rows;
    }

    [Theory]
    [MemberData(nameof(Filters))]
    public async Task A_filter_finds_the_rows_that_sql_finds(string filter, string condition)
    {
        var answers = await types.Answers();

        await answers.AreRows($"/v1/things?{filter}&fields=id&limit=200", $"SELECT id FROM things WHERE {condition} ORDER BY id");
    }

    [Theory]
    [InlineData("@", "@")]
    [InlineData("A", "A")]
    [InlineData("a", "a")]
    [InlineData("z", "z")]
    [InlineData("Z", "Z")]
    [InlineData("_", "_")]
    [InlineData("[", "[")]
    [InlineData("`", "`")]
    [InlineData("{", "{")]
    public async Task Starts_tells_cases_apart_even_where_equality_does_not(string prefix, string first)
    {
        var answers = await types.Answers();

        await answers.AreRows(
            $"/v1/things?f_code.starts={Uri.EscapeDataString(prefix)}&fields=id",
            $"SELECT id FROM things WHERE substr(f_code, 1, 1) = '{first}' ORDER BY id");
    }

    [Theory]
    [InlineData("f_int", "like ilike contains icontains starts istarts ends iends has hasany hasall")]
    [InlineData("f_big", "like ilike contains icontains starts istarts ends iends has hasany hasall")]
    [InlineData("f_dec", "like ilike contains icontains starts istarts ends iends has hasany hasall")]
    [InlineData("f_float", "like ilike contains icontains starts istarts ends iends has hasany hasall")]
    [InlineData("f_bool", "lt lte gt gte between like ilike contains icontains starts istarts ends iends has hasany hasall")]
    [InlineData("f_uuid", "like ilike contains icontains starts istarts ends iends has hasany hasall")]
    [InlineData("f_enum", "like ilike contains icontains starts istarts ends iends has hasany hasall")]
    [InlineData("f_date", "like ilike contains icontains starts istarts ends iends has hasany hasall")]
    [InlineData("f_time", "like ilike contains icontains starts istarts ends iends has hasany hasall")]
    [InlineData("f_dt", "like ilike contains icontains starts istarts ends iends has hasany hasall")]
    [InlineData("f_string", "has hasany hasall")]
    [InlineData("f_text", "has hasany hasall")]
    [InlineData("f_email", "has hasany hasall")]
    [InlineData("f_slug", "has hasany hasall")]
    [InlineData("f_tags", "eq ne lt lte gt gte in nin between like ilike contains icontains starts istarts ends iends")]
    [InlineData("f_json", "eq ne lt lte gt gte in nin between like ilike contains icontains starts istarts ends iends")]
    [InlineData("f_bytes", "lt lte gt gte in nin between like ilike contains icontains starts istarts ends iends has hasany hasall")]
    [InlineData("doubled", "like ilike contains icontains starts istarts ends iends has hasany hasall")]
    public async Task An_operator_that_does_not_fit_the_type_is_refused_and_the_others_are_not(
        string field, string refused)
    {
        var client = await types.Client();
        var misfits = refused.Split(' ');
        foreach (var op in AllOperators)
        {
            var reply = await client.Get($"/v1/things?{field}.{op}={ValueFor(field, op)}");
            if (!misfits.Contains(op))
            {
                reply.Expect(200);
                continue;
            }

            var error = reply.ExpectError(400, "type");
            Assert.Equal($"{field}.{op}", error.GetProperty("parameter").GetString());
        }
    }

    [Theory]
    [InlineData("f_int=x")]
    [InlineData("f_int=1.5")]
    [InlineData("f_int=9007199254740992")]
    [InlineData("f_int=")]
    [InlineData("f_int.in=1,x,3")]
    [InlineData("f_big=9223372036854775808")]
    [InlineData("f_dec=1e999")]
    [InlineData("f_float=NaN")]
    [InlineData("f_float=Infinity")]
    [InlineData("f_bool=yes")]
    [InlineData("f_uuid=00000001")]
    [InlineData("f_date=2026-02-30")]
    [InlineData("f_date=tomorrow")]
    [InlineData("f_time=25:00:00")]
    [InlineData("f_dt=2026-13-01T00:00:00Z")]
    [InlineData("f_dt.between=now,soon")]
    [InlineData("f_enum=lo")]
    [InlineData("f_nums.has=x")]
    [InlineData("f_nums.hasany=1,x")]
    [InlineData("children.count=many")]
    [InlineData("parent=abc")]
    public async Task A_value_of_another_type_is_refused(string filter)
    {
        var error = (await (await types.Client()).Get($"/v1/things?{filter}")).ExpectError(400, "value");

        Assert.Equal(filter[..filter.IndexOf('=', StringComparison.Ordinal)], error.GetProperty("parameter").GetString());
    }

    [Theory]
    [InlineData("f_int.between=1")]
    [InlineData("f_int.between=1,2,3")]
    [InlineData("f_int.null=maybe")]
    [InlineData("children.exists=1")]
    public async Task A_value_that_the_operator_cannot_take_is_refused(string filter) =>
        (await (await types.Client()).Get($"/v1/things?{filter}")).ExpectError(400, "invalid_value");

    private static string Exists(string condition) =>
        $"EXISTS (SELECT 1 FROM things c WHERE c.parent_id = things.id AND {condition})";

    private static string ValueFor(string field, string op)
    {
        if (op == "null") return "true";
        var ordered = Ordered.FirstOrDefault(o => o.Field == field);
        var value = ordered.Low ?? (field == "f_bool" ? "true" : field == "f_nums" ? "1" : field == "f_bytes" ? "YjE" : "x");
        return op == "between" ? $"{value},{value}" : value;
    }
}
