using System.Globalization;
using System.Text;
using Tercel.Primitives;

namespace Tercel.Scenarios.Robustness;

/// <summary>A write request.</summary>
internal sealed record WriteRequest(string Method, string Path, string? Body, (string Name, string Value)[] Headers)
{
    public override string ToString() =>
        $"{Method} {Path} {string.Join(", ", Headers.Select(h => $"{h.Name}: {h.Value}"))}\n{Body}";
}

/// <summary>Random writes of the lab's model: mostly nearly right, since those reach deepest.</summary>
internal sealed class WriteGrammar(Prng random)
{
    private const int WrongPercent = 3;

    private static readonly string[] Wrong =
    [
        "null", "true", "-1", "1e400", "0.000001", "\"\"", "\"x\"", "[]", "[null]", "{}", "{\"$inc\":1}", "{\"a\":{}}",
        "9007199254740993", "\"\\u0000\"", "\"\\ud83d\\ude00\"", "{\"$add\":[\"q\"]}", "{\"$inc\":1e308}",
        "\"9999-12-31T23:59:59.999Z\"", "\"0001-01-01\"", "{\"$remove\":[]}", "-0", "1E-400", "\"$a.id\"", "\"$$\"",
    ];

    private static readonly (string Name, string[] Values)[] Things =
    [
        ("name", ["\"ab\"", "\"long enough\"", "\"äöü😀\""]),
        ("code", ["\"AB1\"", "\"CD22\"", "\"EF333\"", "null"]),
        ("amount", ["0", "100", "7", "{\"$inc\":1}", "{\"$inc\":-1}"]),
        ("price", ["0", "12.34", "999999.99", "{\"$inc\":0.01}", "null"]),
        ("ratio", ["0.1", "1e300", "-2.5e-300", "{\"$inc\":1e300}", "null"]),
        ("big", ["\"9223372036854775807\"", "-1", "{\"$inc\":\"1\"}"]),
        ("ok", ["true", "false"]),
        ("kind", ["\"plain\"", "\"fancy\"", "\"rare\""]),
        ("mail", ["\"a@example.org\"", "null"]),
        ("token", ["\"01890a5d-ac96-774b-bcce-b302099a8057\""]),
        ("at", ["\"2026-01-31T23:59:59Z\"", "\"2026-01-31T23:59:59.123+14:00\""]),
        ("day", ["\"2024-02-29\""]),
        ("hour", ["\"23:59:59\""]),
        ("data", ["{\"a\":{\"b\":[1,2]}}", "[1,{\"x\":null}]", "{\"a\":null}", "\"text\"", "null"]),
        ("words", ["[\"a\",\"b\"]", "[]", "{\"$add\":[\"c\"]}", "{\"$remove\":[\"a\"]}"]),
        ("pic", ["\"AAEC\"", "null"]),
        ("secret", ["\"hush\""]),
        ("lock", ["1", "2"]),
        ("shelf_id", ["1", "2", "99999999", "null"]),
        ("made", ["\"2026-01-01T00:00:00Z\""]),
        ("nothing", ["1"]),
    ];

    private static readonly (string Name, string[] Values)[] Shelves =
        [("code", ["\"s1\"", "\"S1\"", "\"s2\"", "\"s3\"", "\"s4\""]), ("note", ["\"n\"", "null"]), ("id", ["1"])];

    private static readonly (string Name, string[] Values)[] Notes =
    [
        ("thing_id", ["1", "2", "3"]), ("author", ["\"a\"", "\"b\""]), ("text", ["\"some words here\"", "\"\""]),
        ("id", ["1", "2"]),
    ];

    private static readonly (string Name, string[] Values)[] Pages =
        [("title", ["\"t\"", "\"u\""]), ("size", ["1", "{\"$inc\":2}"]), ("name", ["\"p1\""]), ("lock", ["1"])];

    private static readonly (string Name, string[] Values)[] Pairs =
        [("left_id", ["1", "2"]), ("right_id", ["1", "2"]), ("weight", ["1", "{\"$inc\":-1}"])];

    private static readonly (string Resource, (string Name, string[] Values)[] Fields, string[] Keys,
        string[] Filters)[]
        Resources =
        [
            ("things", Things, ["1", "2", "3", "1", "2", "3", "99", "x", "%7f", "1,2"],
                ["amount.gte=50", "kind=fancy", "shelf.code=s1", "notes.any.author=a", "where=price gt 5",
                    "data.a.b=1"]),
            ("shelves", Shelves, ["1", "2", "3", "99"], ["code=s1", "note.null=true", "code.istarts=s"]),
            ("notes", Notes, ["1", "2", "3", "4", "99"], ["q=words", "thing_id=1", "author.in=a,b"]),
            ("pages", Pages, ["p1", "p2", "P!"], ["size.gt=1", "name.starts=p"]),
            ("pairs", Pairs, ["1,2", "2,1", "1,1", "2,2", "1", "1,2,3"], ["weight=1"]),
            ("locked", [("value", ["1", "{\"$inc\":1}"])], ["1", "2"], ["value=1"]),
        ];

    private static readonly (string, string)[] Headers =
    [
        ("Prefer", "return=minimal"), ("Prefer", "return=representation"), ("Prefer", "tx=rollback"),
        ("Prefer", "handling=lenient"), ("Prefer", "handling=strict, x=1"), ("If-Match", "*"), ("If-Match", "\"1\""),
        ("If-None-Match", "*"), ("If-Match", ",,\""),
    ];

    private static readonly string[] CreateOptions =
        ["", "", "", "", "?atomic=false", "?on_conflict=code", "?on_conflict=id&resolve=ignore", "?fields=id",
            "?embed=notes", "?x=1"];

    public WriteRequest Next()
    {
        var (resource, fields, keys, filters) = random.Pick(Resources);
        var row = $"/v1/{resource}/{random.Pick(keys)}";
        var list = $"/v1/{resource}";
        var headers = random.Below(6) == 0 ? new[] { random.Pick(Headers) } : [];
        return random.Below(8) switch
        {
            0 or 1 => new("POST", list + random.Pick(CreateOptions), OneOrMany(fields), headers),
            2 or 3 => new("PATCH", row, Row(fields), headers),
            4 => new("PUT", row, Row(fields), headers),
            5 => random.Below(2) == 0
                ? new("PATCH", $"{list}?{random.Pick(filters)}&max=3", Row(fields), headers)
                : new("PATCH", list, OneOrMany([("id", ["1", "2", "3"]), .. fields]), headers),
            6 => random.Below(3) == 0
                ? new("DELETE", $"{list}?{random.Pick(filters)}&max=2", null, headers)
                : new("DELETE", row, null, headers),
            _ => new("POST", "/v1/batch", Batch(), headers),
        };
    }

    private string Batch()
    {
        var operations = Enumerable.Range(0, random.Between(1, 4)).Select(index =>
        {
            var (resource, fields, keys, _) = random.Pick(Resources);
            var method = random.Pick(["POST", "PATCH", "PUT", "DELETE", "GET"]);
            var path = method == "POST" ? $"/{resource}" : $"/{resource}/{random.Pick([.. keys, "$a.id", "$b.lock"])}";
            var body = method is "DELETE" or "GET" ? "" : $",\"body\":{Row(fields)}";
            return $"{{\"id\":\"{(char)('a' + index)}\",\"method\":\"{method}\",\"path\":\"{path}\"{body}}}";
        });
        return $"{{\"ops\":[{string.Join(',', operations)}]}}";
    }

    private string OneOrMany((string Name, string[] Values)[] fields) => random.Below(3) > 0
        ? Row(fields)
        : $"[{string.Join(',', Enumerable.Range(0, random.Below(4)).Select(_ => Row(fields)))}]";

    private string Row((string Name, string[] Values)[] fields)
    {
        var text = new StringBuilder("{");
        var requiredMax = fields.Length > 5 ? 1 : 3;
        var position = 0;
        foreach (var (name, values) in fields)
        {
            // Required fields come first in every table, and are nearly always there; what is wrong anyway comes last.
            var isOdd = name is "id" or "lock" or "made" or "nothing";
            if (random.Below(100) >= (position++ < requiredMax ? 95 : isOdd ? 3 : 15)) continue;
            if (text.Length > 1) text.Append(',');
            var value = random.Below(100) < WrongPercent ? random.Pick(Wrong) : random.Pick(values);
            text.Append(CultureInfo.InvariantCulture, $"\"{name}\":{value}");
        }

        return text.Append('}').ToString();
    }
}
