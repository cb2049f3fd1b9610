using Tercel.Scenarios.Harness;
using Xunit;

namespace Tercel.Scenarios.Reading;

/// <summary>Pages: forward and back over ties and nulls, by offset and number, with a count; cursors that are not
/// ours.</summary>
public sealed class PagingTests(TypesFixture types)
{
    [Theory]
    [InlineData("id", "id")]
    [InlineData("-id", "id DESC")]
    [InlineData("f_int", "f_int, id")]
    [InlineData("-f_int", "f_int DESC, id")]
    [InlineData("f_int.nullslast", "f_int NULLS LAST, id")]
    [InlineData("-f_int.nullsfirst", "f_int DESC NULLS FIRST, id")]
    [InlineData("f_int,-f_enum", "f_int, f_enum DESC, id")]
    [InlineData("-f_enum,f_int.nullslast,-id", "f_enum DESC, f_int NULLS LAST, id DESC")]
    [InlineData("f_bool.nullslast,-f_string.nullsfirst", "f_bool NULLS LAST, f_string DESC NULLS FIRST, id")]
    [InlineData("f_string,f_text,f_int", "f_string, f_text, f_int, id")]
    [InlineData("f_big,-f_dec", "f_big, f_dec DESC, id")]
    [InlineData("-f_float,f_dec", "f_float DESC, f_dec, id")]
    [InlineData("f_dt,-f_date,f_time", "f_dt, f_date DESC, f_time, id")]
    [InlineData("-f_uuid,f_slug", "f_uuid DESC, f_slug, id")]
    [InlineData("f_code", "f_code COLLATE NOCASE, id")]
    [InlineData("doubled,-child_count", "f_int * 2, (SELECT count(*) FROM things c WHERE c.parent_id = things.id) DESC, id")]
    [InlineData("parent.f_int,-parent.f_enum",
        "(SELECT f_int FROM things p WHERE p.id = things.parent_id), (SELECT f_enum FROM things p WHERE p.id = things.parent_id) DESC, id")]
    [InlineData("f_json.size,f_json.color.nullslast", "json_extract(f_json, '$.size'), json_extract(f_json, '$.color') NULLS LAST, id")]
    [InlineData("f_bytes,-f_int", "f_bytes, f_int DESC, id")]
    public async Task All_pages_together_are_the_whole_list_forward_and_back(string sort, string order)
    {
        var client = await types.Client();
        var expected = (await DirectSql.Query(types.Database, $"SELECT id FROM things ORDER BY {order}")).Column("id");
        foreach (var limit in new[] { 1, 7, 45, 89, 90, 200 })
        {
            if (limit == 1 && sort.Length % 2 == 0) continue;   // 90 requests: every other order is enough
            var path = $"/v1/things?sort={sort}&fields=id&limit={limit}";
            var forward = new List<string[]>();
            var last = await Walk(client, path, reply => reply.Next(), forward);
            Assert.Equal(expected, forward.SelectMany(page => page));
            Assert.Equal((90 + limit - 1) / limit, forward.Count);
            if (forward.Count == 1) continue;

            var backward = new List<string[]>();
            await Walk(client, last, reply => reply.Previous(), backward);
            backward.Reverse();
            Assert.Equal(expected, backward.SelectMany(page => page));
        }
    }

    [Fact]
    public async Task The_first_page_has_no_previous_and_the_last_no_next_and_links_say_the_same()
    {
        var client = await types.Client();

        var first = (await client.Get("/v1/things?limit=60")).Expect(200);
        var last = (await client.Get(first.Next() ?? "")).Expect(200);
        var only = (await client.Get("/v1/things?limit=90")).Expect(200);
        var none = (await client.Get("/v1/things?id=-1")).Expect(200);

        Assert.Null(first.Previous());
        Assert.Contains($"<{first.Next()}>; rel=\"next\"", first["Link"], StringComparison.Ordinal);
        Assert.Null(last.Next());
        Assert.NotNull(last.Previous());
        Assert.Equal(30, last.Items.Count);
        Assert.Null(only.Next());
        Assert.Null(only.Previous());
        Assert.Null(none.Next());
        Assert.Empty(none.Items);
        Assert.Equal(60, first.Json.GetProperty("page").GetProperty("limit").GetInt32());
    }

    [Fact]
    public async Task Filters_fields_and_embeds_stay_on_the_next_page()
    {
        var answers = await types.Answers();

        await answers.AreRows(
            "/v1/things?f_bool=true&where=f_int gt $low and id lt 80&$low=-2&fields=id&embed=parent(id)&sort=-f_int&limit=4",
            "SELECT id, parent_id AS 'parent.id' FROM things WHERE f_bool = 1 AND f_int > -2 AND id < 80 ORDER BY f_int DESC, id");
    }

    [Theory]
    [InlineData("limit=10&offset=0", 0, 10)]
    [InlineData("limit=10&offset=85", 85, 5)]
    [InlineData("limit=10&offset=200", 200, 0)]
    [InlineData("limit=10&page=1", 0, 10)]
    [InlineData("limit=10&page=3", 20, 10)]
    [InlineData("page=2", 20, 20)]
    [InlineData("offset=80", 80, 10)]
    public async Task Offset_and_page_skip_rows(string page, int skipped, int count)
    {
        var answers = await types.Answers();

        await answers.IsPage(
            $"/v1/things?{page}&sort=-f_int", $"SELECT id FROM things ORDER BY f_int DESC, id LIMIT {count} OFFSET {skipped}");
    }

    [Theory]
    [InlineData("page=2&limit=40")]
    [InlineData("offset=30&limit=13")]
    public async Task Pages_by_number_or_offset_go_on_to_the_end(string start)
    {
        var client = await types.Client();
        var pages = new List<string[]>();

        await Walk(client, $"/v1/things?{start}", reply => reply.Next(), pages);

        var ids = pages.SelectMany(page => page).Select(int.Parse).ToList();
        Assert.Equal(Enumerable.Range(ids[0], 90 - ids[0] + 1), ids);
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=201", "limit")]
    [InlineData("page=502", "page")]
    [InlineData("offset=10001", "offset")]
    [InlineData("limit=1&page=10002", "page")]
    [InlineData("limit=200&page=2147483647", "page")]
    public async Task A_page_out_of_range_is_refused(string query, string parameter)
    {
        var error = (await (await types.Client()).Get($"/v1/things?{query}")).ExpectError(400, "page");

        Assert.Equal(parameter, error.GetProperty("parameter").GetString());
    }

    [Theory]
    [InlineData("limit=many", "invalid_value")]
    [InlineData("limit=-1", "invalid_value")]
    [InlineData("limit=", "invalid_value")]
    [InlineData("limit=99999999999", "invalid_value")]
    [InlineData("limit=1.5", "invalid_value")]
    [InlineData("page=0", "invalid_value")]
    [InlineData("offset=-1", "invalid_value")]
    [InlineData("limit=5&limit=5", "duplicate")]
    [InlineData("page=1&offset=0", "conflict")]
    [InlineData("page=1&cursor=abc", "conflict")]
    public async Task A_page_that_cannot_be_read_is_refused(string query, string code) =>
        (await (await types.Client()).Get($"/v1/things?{query}")).ExpectError(400, code);

    [Theory]
    [InlineData("none", null, null)]
    [InlineData("exact", 26, "exact")]
    [InlineData("estimate", 26, "exact")]
    public async Task The_count_is_there_when_asked_for(string mode, int? count, string? kind)
    {
        var reply = (await (await types.Client()).Get($"/v1/things?f_int.gt=3&limit=2&count={mode}")).Expect(200);

        var page = reply.Json.GetProperty("page");
        Assert.Equal(count is not null, page.TryGetProperty("count", out var answered));
        if (count is null) return;
        var expected = await DirectSql.Scalar(types.Database, "SELECT count(*) FROM things WHERE f_int > 3");
        Assert.Equal(expected.GetInt32(), answered.GetInt32());
        if (mode == "exact") Assert.Equal(kind, page.GetProperty("count_kind").GetString());
    }

    [Fact]
    public async Task The_count_is_that_of_the_whole_list_on_every_page()
    {
        var client = await types.Client();

        var first = (await client.Get("/v1/things?f_bool=true&limit=10&count=exact")).Expect(200);
        var second = (await client.Get(first.Next() ?? "")).Expect(200);
        var beyond = (await client.Get("/v1/things?f_bool=true&offset=1000&count=exact")).Expect(200);

        Assert.Equal(30, first.Json.GetProperty("page").GetProperty("count").GetInt32());
        Assert.Equal(30, second.Json.GetProperty("page").GetProperty("count").GetInt32());
        Assert.Equal(30, beyond.Json.GetProperty("page").GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task A_cursor_belongs_to_its_list_order_and_filters()
    {
        var client = await types.Client();
        var next = (await client.Get("/v1/things?sort=f_int&f_bool=true&limit=5")).Expect(200).Next() ?? "";
        var cursor = next[(next.IndexOf("cursor=", StringComparison.Ordinal) + 7)..].Split('&')[0];

        (await client.Get($"/v1/things?sort=f_int&f_bool=true&limit=5&cursor={cursor}")).Expect(200);
        (await client.Get($"/v1/things?sort=f_int&f_bool=true&limit=9&fields=id&cursor={cursor}")).Expect(200);
        foreach (var other in new[]
        {
            "/v1/notes?", "/v1/things?", "/v1/things?sort=f_int&", "/v1/things?sort=-f_int&f_bool=true&",
            "/v1/things?sort=f_int&f_bool=false&", "/v1/things?sort=f_int,id&f_bool=true&f_int=1&",
            "/v1/things/1/children?sort=f_int&f_bool=true&",
        })
            (await client.Get($"{other}cursor={cursor}")).ExpectError(400, "cursor");
    }

    [Fact]
    public async Task A_cursor_that_was_tampered_with_is_refused()
    {
        var client = await types.Client();
        var next = (await client.Get("/v1/things?sort=f_string&limit=5")).Expect(200).Next() ?? "";
        var cursor = next[(next.IndexOf("cursor=", StringComparison.Ordinal) + 7)..].Split('&')[0];
        for (var i = 0; i < cursor.Length; i++)
        {
            var changed = cursor[..i] + (cursor[i] == 'A' ? 'B' : 'A') + cursor[(i + 1)..];
            (await client.Get($"/v1/things?sort=f_string&limit=5&cursor={changed}")).ExpectError(400, "cursor");
        }

        foreach (var broken in new[] { cursor[1..], cursor[..^1], cursor + "A", cursor + cursor, "x", "%F0%9F%98%80", "AAAA", new('A', 4000) })
            (await client.Get($"/v1/things?sort=f_string&limit=5&cursor={broken}")).ExpectError(400, "cursor");
    }

    // Follows links from a path to the end; gives the last path.
    private static async Task<string> Walk(
        ApiClient client, string path, Func<Reply, string?> link, List<string[]> pages)
    {
        while (true)
        {
            var reply = (await client.Get(path)).Expect(200);
            pages.Add(reply.Items.Column("id"));
            if (link(reply) is not { } next) return path;
            Assert.True(pages.Count <= 90, "the pages do not end");
            path = next;
        }
    }
}
