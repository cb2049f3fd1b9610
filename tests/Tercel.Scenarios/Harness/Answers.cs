using System.Globalization;
using System.Text.Json;
using Xunit;

namespace Tercel.Scenarios.Harness;

/// <summary>Compares what a server answers with what SQL finds in the same database, row by row, in order.</summary>
internal sealed class Answers(ApiClient client, string database)
{
    private const int PagesMax = 500;

    /// <summary>All rows of a list, following <c>page.next</c>, equal the rows of the statement.</summary>
    /// <remarks>The statement's columns are named as the members of the rows; a dot leads into a nested
    /// object.</remarks>
    public async Task AreRows(string path, string sql)
    {
        var expected = await DirectSql.Query(database, sql);
        AreSame(await All(path), expected, $"{path}\n{sql}");
    }

    /// <summary>The rows of the single page equal the rows of the statement.</summary>
    public async Task IsPage(string path, string sql)
    {
        var expected = await DirectSql.Query(database, sql);
        AreSame((await client.Get(path)).Expect(200).Items, expected, $"{path}\n{sql}");
    }

    /// <summary>The row equals the first row of the statement.</summary>
    public async Task IsRow(string path, string sql)
    {
        var expected = await DirectSql.Query(database, sql);
        AreSame([(await client.Get(path)).Expect(200).Json], expected, $"{path}\n{sql}");
    }

    /// <summary>All rows of a list, page by page to the end.</summary>
    public async Task<List<JsonElement>> All(string path)
    {
        var rows = new List<JsonElement>();
        for (var pages = 0; pages < PagesMax; pages++)
        {
            var reply = (await client.Get(path)).Expect(200);
            rows.AddRange(reply.Items);
            if (reply.Next() is not { } next) return rows;
            Assert.NotEqual(path, next);
            path = next;
        }

        Assert.Fail($"more than {PagesMax} pages: {path}");
        return rows;
    }

    /// <summary>Fails with the request when the lists differ.</summary>
    public static void AreSame(IReadOnlyList<JsonElement> actual, IReadOnlyList<JsonElement> expected, string request)
    {
        var count = Math.Min(actual.Count, expected.Count);
        for (var i = 0; i < count; i++)
        {
            foreach (var column in expected[i].EnumerateObject())
            {
                var value = Member(actual[i], column.Name, request);
                if (!IsSame(value, column.Value))
                    Assert.Fail($"row {i}, {column.Name}: answered {value}, SQL has {column.Value}\n{request}");
            }
        }

        Assert.True(actual.Count == expected.Count, $"answered {actual.Count} rows, SQL has {expected.Count}\n{request}");
    }

    private static JsonElement Member(JsonElement row, string path, string request)
    {
        if (row.TryGetProperty(path, out var whole)) return whole;
        foreach (var name in path.Split('.'))
        {
            if (row.ValueKind == JsonValueKind.Null) return row;
            if (!row.TryGetProperty(name, out var member)) Assert.Fail($"no member {path} in {row}\n{request}");
            row = member;
        }

        return row;
    }

    // SQLite says 1 for true, and has JSON and large integers as text.
    private static bool IsSame(JsonElement answered, JsonElement stored) =>
        (answered.ValueKind, stored.ValueKind) switch
    {
        (JsonValueKind.True or JsonValueKind.False, JsonValueKind.Number) =>
            stored.GetInt32() == (answered.ValueKind == JsonValueKind.True ? 1 : 0),
        (JsonValueKind.Number, JsonValueKind.Number) => IsSameNumber(answered, stored),
        (JsonValueKind.Object or JsonValueKind.Array, JsonValueKind.String) =>
            JsonElement.DeepEquals(answered, JsonDocument.Parse(stored.GetString() ?? "").RootElement),
        (JsonValueKind.String, JsonValueKind.Number) => answered.GetString() == stored.GetRawText(),
        var (a, b) => a == b && answered.ToString() == stored.ToString(),
    };

    private static bool IsSameNumber(JsonElement a, JsonElement b)
    {
        if (a.TryGetInt64(out var x) && b.TryGetInt64(out var y)) return x == y;
        var (left, right) = (a.GetDouble(), b.GetDouble());
        // The sqlite3 program prints 15 digits.
        return Math.Abs(left - right) <= 1e-13 * Math.Max(Math.Abs(left), Math.Abs(right));
    }
}

internal static class PageReply
{
    /// <summary>The path of the next page, or null on the last one.</summary>
    public static string? Next(this Reply reply) => Link(reply, "next");

    /// <summary>The path of the page before, or null on the first one.</summary>
    public static string? Previous(this Reply reply) => Link(reply, "prev");

    /// <summary>A member of every row, as text.</summary>
    public static string[] Column(this IEnumerable<JsonElement> rows, string name) =>
        [.. rows.Select(row => Text(row.GetProperty(name)))];

    private static string? Link(Reply reply, string name) =>
        reply.Json.GetProperty("page").TryGetProperty(name, out var link) ? link.GetString() : null;

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "null",
        JsonValueKind.Number when value.TryGetInt64(out var whole) => whole.ToString(CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };
}
