using Tercel.Scenarios.Harness;
using Xunit;

namespace Tercel.Scenarios.Reading;

/// <summary>Statements are compiled once for a shape of query: other values of the shape, and many requests at once,
/// get the answers that are theirs.</summary>
public sealed class CachedShapeTests(TypesFixture types)
{
    // A shape, and values with the SQL that each means; null: refused.
    public static TheoryData<string, string[]> Shapes() => new()
    {
        { "f_json.size={0}", ["40|f_json ->> 'size' IN (40, '40')", "red|0", "41.5|f_json ->> 'size' = 41.5", "true|0", "|0", "40|f_json ->> 'size' IN (40, '40')"] },
        { "f_json.size.gt={0}", ["40|json_type(f_json, '$.size') <> 'text' AND f_json ->> 'size' > 40", "3|json_type(f_json, '$.size') <> 'text' AND f_json ->> 'size' > 3", "3x|f_json ->> 'size' > '3x' AND json_type(f_json, '$.size') = 'text'"] },
        { "f_json.color.in={0}", ["red|f_json ->> 'color' = 'red'", "red,blue|f_json ->> 'color' IN ('red', 'blue')", "|0", "1|0"] },
        { "f_dt.gt={0}", ["now-7d|0", "2026-01-01|f_dt > '2026-01-01T00:00:00.000Z'", "now|0", "x|null", "2026-01-01T01:00:00%2B01:00|f_dt > '2026-01-01T00:00:00.000Z'", "now-9000d|f_dt IS NOT NULL"] },
        { "f_date.between={0}", ["2026-01-29,2026-02-01|f_date BETWEEN '2026-01-29' AND '2026-02-01'", "now,now|0", "2026-02-01,2026-01-01|0", "1|null", "2026-01-29,x|null"] },
        { "f_int.between={0}", ["1,3|f_int BETWEEN 1 AND 3", "-2,0|f_int BETWEEN -2 AND 0", "\"1\",\"2\"|f_int BETWEEN 1 AND 2", "1,2,3|null", "5,1|0"] },
        { "f_int={0}", ["1|f_int = 1", "-2|f_int = -2", "x|null", "+1|null", "1.0|null", "9007199254740991|0", "|null", "%31|f_int = 1"] },
        { "f_int={0}&f_int=2", ["1|f_int IN (1, 2)", "2|f_int = 2", "x|null"] },
        { "f_dec={0}", ["4.4|f_dec = 4.4", "4.40|f_dec = 4.4", "440e-2|f_dec = 4.4", "4.404|0", "x|null"] },
        { "f_big.in={0}", ["9007199254740991|f_big = 9007199254740991", "9007199254740991,9007199254740993|f_big IN (9007199254740991, 9007199254740993)", "|0", "9223372036854775807|0", "9223372036854775808|null"] },
        { "f_bool={0}", ["true|f_bool", "false|NOT f_bool", "1|f_bool", "x|null"] },
        { "f_bool.null={0}", ["true|f_bool IS NULL", "false|f_bool IS NOT NULL", "x|null", "true|f_bool IS NULL"] },
        { "children.exists={0}", ["true|id < 10", "false|id >= 10", "x|null", "true|id < 10"] },
        { "f_enum={0}", ["low|f_enum = 'low'", "high|f_enum = 'high'", "lo|null"] },
        { "f_string.starts={0}", ["A|f_string GLOB 'A*'", "|f_string IS NOT NULL", "%F4%8F%BF%BF|0", "O'|f_string = 'O''Hara'", "a|f_string GLOB 'a*'"] },
        { "f_string.like={0}", ["A%25|f_string GLOB 'A*'", "%25*%25|f_string GLOB '*[*]*'", "|f_string = ''", "%25%25|f_string IS NOT NULL"] },
        { "f_string.in={0}", ["Alpha|f_string = 'Alpha'", "\"comma, \"\"quoted\"\"\",Alpha|f_string IN ('Alpha', 'comma, \"quoted\"')", "\"|null", "\"a\"b|null"] },
        { "f_tags.hasall={0}", ["a|f_tags LIKE '%\"a\"%'", "a,b|f_tags = '[\"a\",\"b\"]'", "|f_tags IS NOT NULL"] },
        { "f_uuid={0}", ["00000001-0000-4000-8000-000000000001|f_uuid LIKE '00000001%'", "00000001-0000-4000-8000-00000000000A|0", "x|null"] },
        { "where=f_int eq $p&$p={0}", ["1|f_int = 1", "x|null", "2|f_int = 2", "|null"] },
        { "where=f_int in $p&$p={0}", ["1|f_int = 1", "1,2|f_int IN (1, 2)", "|0", "1,x|null"] },
        { "where=f_dt gt $p or f_string eq $p&$p={0}", ["2026-01-01|f_dt > '2026-01-01T00:00:00.000Z' OR f_string = '2026-01-01'", "x|null"] },
        { "where=children.f_int eq 1 and f_string contains $p&$p={0}", ["a|" + Child + " AND instr(f_string, 'a') > 0", "%25|" + Child + " AND instr(f_string, '%') > 0"] },
        { "id.lte=20&embed=children(id;where=f_int eq $p)&$p={0}", ["1|id <= 20", "x|null", "2|id <= 20"] },
        { "id.lte=50&limit={0}", ["7|id <= 50", "50|id <= 50", "0|null", "x|null", "201|null"] },
    };

    private const string Child = "EXISTS (SELECT 1 FROM things c WHERE c.parent_id = things.id AND c.f_int = 1)";

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task Each_value_of_a_shape_gets_its_own_answer(string shape, string[] values)
    {
        var (client, answers) = (await types.Client(), await types.Answers());
        // Twice: the second time every shape is known, and so are its refusals.
        var fresh = 0;
        foreach (var value in values.Concat(values.Reverse()))
        {
            var (text, condition) = (value[..value.LastIndexOf('|')], value[(value.LastIndexOf('|') + 1)..]);
            var path = $"/v1/things?{shape.Replace("{0}", text, StringComparison.Ordinal)}";
            if (condition == "null")
            {
                var known = (await client.Get(path)).Expect(400).Json.GetProperty("errors").GetRawText();
                // Another order of the fields makes another shape, which is read anew.
                var anew = (await client.Get($"{path}&fields={Fields(fresh++)}")).Expect(400).Json.GetProperty("errors").GetRawText();
                Assert.Equal(anew, known);
                continue;
            }

            await answers.AreRows(path, $"SELECT id FROM things WHERE {condition} ORDER BY id");
        }
    }

    [Fact]
    public async Task Many_requests_at_once_get_the_answers_of_one_at_a_time()
    {
        var client = await types.Client();
        string[] paths =
        [
            "/v1/things?f_int=1", "/v1/things?f_int=2", "/v1/things?f_int.in=1,2,3&sort=-f_string&limit=7", "/v1/things/5?embed=children,parent",
            "/v1/things?embed=children(id;limit=2)&limit=5", "/v1/things?embed=children(id;limit=2)&limit=5&offset=5", "/v1/things/3",
            "/v1/things/4", "/v1/things?group=f_enum&agg=count,sum(f_int)", "/v1/things?q=alpha&count=exact", "/v1/things?facets=f_enum",
            "/v1/notes?thing.f_int=2", "/v1/things/2/children?limit=3", "/v1/things?f_int=x", "/v1/things.ndjson?f_bool=true",
        ];
        var alone = new Dictionary<string, string>();
        foreach (var path in paths) alone[path] = Comparable(await client.Get(path));

        for (var round = 0; round < 4; round++)
        {
            var together = await Task.WhenAll(Enumerable.Range(0, 90).Select(async i =>
            {
                var path = paths[i % paths.Length];
                return (Path: path, Text: Comparable(await client.Get(path)));
            }));
            foreach (var (path, text) in together) Assert.Equal(alone[path], text);
        }
    }

    // Every request has an id of its own.
    private static string Comparable(Reply reply) =>
        reply.Status < 400 ? reply.Text : reply.Json.GetProperty("errors").GetRawText();

    private static string Fields(int number)
    {
        var names = new[] { "id", "f_int", "f_big", "f_dec", "f_bool", "f_text", "f_date" };
        return string.Join(',', names.Where((_, i) => i == 0 || (number >> (i - 1) & 1) == 1));
    }
}
