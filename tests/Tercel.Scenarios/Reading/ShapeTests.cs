using System.Text.Json;
using Tercel.Scenarios.Harness;
using Xunit;

namespace Tercel.Scenarios.Reading;

/// <summary>What rows look like: fields, embeds with options, values of every type, sort mistakes.</summary>
public sealed class ShapeTests(TypesFixture types)
{
    private static readonly string[] AllFields =
    [
        "id", "f_int", "f_big", "f_dec", "f_float", "f_bool", "f_string", "f_text", "f_email", "f_slug", "f_uuid", "f_date",
        "f_time", "f_dt", "f_enum", "f_json", "f_tags", "f_nums", "f_bytes", "f_code", "parent_id", "doubled", "child_count",
    ];

    [Theory]
    [InlineData("fields=id,f_int", "id,f_int")]
    [InlineData("fields=f_int,id", "f_int,id")]
    [InlineData("fields=*,-f_text,-f_json", null)]
    [InlineData("fields=-f_text,-f_json", null)]
    [InlineData("fields=f_int,doubled,child_count", "f_int,doubled,child_count")]
    public async Task Fields_choose_the_members(string query, string? members)
    {
        var row = (await (await types.Client()).Get($"/v1/things?{query}&limit=1")).Expect(200).Items[0];

        var names = row.EnumerateObject().Select(m => m.Name).ToList();
        var expected = members?.Split(',') ?? AllFields.Except(["f_text", "f_json"]);
        Assert.Equal(expected.Order(), names.Order());
    }

    [Fact]
    public async Task Without_fields_all_visible_ones_come_and_no_hidden_one()
    {
        var row = (await (await types.Client()).Get("/v1/things/1")).Expect(200).Json;

        Assert.Equal(AllFields.Order(), row.EnumerateObject().Select(m => m.Name).Order());
    }

    [Theory]
    [InlineData("fields=id,nope", "fields", "unknown_field")]
    [InlineData("fields=id,f_itn", "fields", "unknown_field")]
    [InlineData("fields=*,-nope", "fields", "unknown_field")]
    [InlineData("fields=", "fields", "invalid_value")]
    [InlineData("fields=id,,f_int", "fields", "syntax")]
    [InlineData("sort=nope", "sort", "unknown_field")]
    [InlineData("sort=", "sort", "invalid_value")]
    [InlineData("sort=id,", "sort", "syntax")]
    [InlineData("sort=--id", "sort", null)]
    [InlineData("sort=f_tags", "sort", "type")]
    [InlineData("sort=f_json", "sort", "type")]
    [InlineData("sort=children.f_int", "sort", "type")]
    [InlineData("sort=_score", "sort", "conflict")]
    [InlineData("sort=f_int.nullsmiddle", "sort", null)]
    [InlineData("embed=nope", "embed", "unknown_field")]
    [InlineData("embed=f_int", "embed", "unknown_field")]
    [InlineData("embed=parent(nope)", "embed", "unknown_field")]
    [InlineData("embed=parent(", "embed", "syntax")]
    [InlineData("embed=children(;limit=x)", "embed", null)]
    [InlineData("embed=children(;limit=0)", "embed", "page")]
    [InlineData("embed=children(;limit=201)", "embed", "page")]
    [InlineData("embed=children(;sort=nope)", "embed", "unknown_field")]
    [InlineData("embed=children(;where=nope eq 1)", "embed", "unknown_field")]
    [InlineData("embed=children(;color=red)", "embed", null)]
    [InlineData("embed=parent(;limit=5)", "embed", "conflict")]
    [InlineData("highlight=f_string", "highlight", "conflict")]
    [InlineData("q=alpha&highlight=f_slug", "highlight", "unknown_field")]
    [InlineData("count=maybe", "count", "invalid_value")]
    [InlineData("colour=red", "colour", "unknown_field")]
    [InlineData("f_int.gtt=3", "f_int.gtt", null)]
    [InlineData("f_int.gt", "f_int.gt", "syntax")]
    [InlineData("f_string=%zz", "f_string", "encoding")]
    [InlineData("f_string=%C3%28", "f_string", "encoding")]
    [InlineData("f_int.regex=a", "f_int.regex", null)]
    [InlineData("q=", "q", "invalid_value")]
    public async Task A_mistake_is_refused_at_its_parameter(string query, string parameter, string? code)
    {
        var reply = (await (await types.Client()).Get($"/v1/things?{query}")).Expect(400);

        Assert.Equal("/problems/query", reply.Json.GetProperty("type").GetString());
        Assert.Equal("Query not understood", reply.Json.GetProperty("title").GetString());
        Assert.Equal("/v1/things", reply.Json.GetProperty("instance").GetString());
        Assert.Equal(reply["X-Request-Id"], reply.Json.GetProperty("request_id").GetString());
        var error = Assert.Single(reply.Json.GetProperty("errors").EnumerateArray());
        Assert.Equal(parameter, error.GetProperty("parameter").GetString());
        if (code is not null) Assert.Equal(code, error.GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("sort=f_itn", "f_int")]
    [InlineData("fields=f_strin", "f_string")]
    [InlineData("f_enmu=low", "f_enum")]
    [InlineData("embed=childern", "children")]
    [InlineData("embed=parent_id", "parent")]
    [InlineData("f_enum=lwo", "low")]
    [InlineData("where=f_sting eq 'a'", "f_string")]
    [InlineData("limt=5", "limit")]
    [InlineData("include=children", "embed")]
    [InlineData("per_page=5", "limit")]
    [InlineData("order_by=id", "sort")]
    [InlineData("select=id", "fields")]
    [InlineData("f_int.gte.x=5", null)]
    public async Task A_misspelt_name_has_a_suggestion(string query, string? suggestion)
    {
        var error = (await (await types.Client()).Get($"/v1/things?{query}")).Expect(400).Json.GetProperty("errors")[0];

        if (suggestion is not null) Assert.Equal(suggestion, error.GetProperty("suggestion").GetString());
    }

    [Fact]
    public async Task All_mistakes_of_a_request_come_at_once()
    {
        var reply = (await (await types.Client())
            .Get("/v1/things?sort=creatd&f_int=x&nope=1&embed=nothing&limit=1000&where=f_itn eq 1&fields=zip")).Expect(400);

        var parameters = reply.Json.GetProperty("errors").EnumerateArray().Select(e => e.GetProperty("parameter").GetString());
        Assert.Equal(["embed", "f_int", "fields", "limit", "nope", "sort", "where"], parameters.Order());
    }

    [Fact]
    public async Task Every_type_is_written_in_its_json_form()
    {
        var client = await types.Client();

        // Row 2: n % 7 = 2, n % 5 = 2, n % 15 = 2.
        var row = (await client.Get("/v1/things/2")).Expect(200).Json;

        Assert.Equal("-1", row.GetProperty("f_int").GetRawText());
        Assert.Equal("\"9007199254740992\"", row.GetProperty("f_big").GetRawText());
        Assert.Equal("4.40", row.GetProperty("f_dec").GetRawText());
        Assert.Equal("0.2", row.GetProperty("f_float").GetRawText());
        Assert.Equal("false", row.GetProperty("f_bool").GetRawText());
        Assert.Equal("ALPHA two", row.GetProperty("f_string").GetString());
        Assert.Equal("00000002-0000-4000-8000-000000000002", row.GetProperty("f_uuid").GetString());
        Assert.Equal("2026-01-30", row.GetProperty("f_date").GetString());
        Assert.Equal("23:32:59", row.GetProperty("f_time").GetString());
        Assert.Equal("2026-01-01T00:02:00.250Z", row.GetProperty("f_dt").GetString());
        Assert.Equal("high", row.GetProperty("f_enum").GetString());
        Assert.Equal(JsonValueKind.Null, row.GetProperty("f_json").GetProperty("color").ValueKind);
        Assert.Equal("[\"a\",\"b\"]", row.GetProperty("f_tags").GetRawText());
        Assert.Equal("YjI=", row.GetProperty("f_bytes").GetString());
        Assert.Equal("2025-12-31T23:31:00Z", (await client.Get("/v1/things/1")).Json.GetProperty("f_dt").GetString());
    }

    [Fact]
    public async Task Every_row_is_as_the_database_has_it() => await (await types.Answers()).AreRows(
        "/v1/things?limit=40&fields=-f_bytes,-f_dt",
        """
        SELECT id, f_int, f_big, f_dec, f_float, f_bool, f_string, f_text, f_email, f_slug, f_uuid, f_date, f_time, f_enum,
          f_json, f_tags, f_nums, f_code, parent_id, f_int * 2 AS doubled,
          (SELECT count(*) FROM things c WHERE c.parent_id = things.id) AS child_count
        FROM things ORDER BY id
        """);

    [Theory]
    [InlineData("embed=parent", "SELECT id, parent_id AS 'parent.id', (SELECT f_string FROM things p WHERE p.id = t.parent_id) AS 'parent.f_string' FROM things t ORDER BY id")]
    [InlineData("fields=id,parent.f_int", "SELECT id, (SELECT f_int FROM things p WHERE p.id = t.parent_id) AS 'parent.f_int' FROM things t ORDER BY id")]
    [InlineData("fields=id,parent.f_int,parent.f_bool&embed=parent(f_big)", "SELECT id, (SELECT f_int FROM things p WHERE p.id = t.parent_id) AS 'parent.f_int', (SELECT f_big FROM things p WHERE p.id = t.parent_id) AS 'parent.f_big' FROM things t ORDER BY id")]
    [InlineData("embed=parent,parent", "SELECT id, parent_id AS 'parent.id' FROM things ORDER BY id")]
    [InlineData("fields=parent.parent.id,id", "SELECT id FROM things ORDER BY id")]
    [InlineData("embed=parent.parent(id)", "SELECT id, parent_id / 10 AS 'x' FROM things WHERE 0")]
    public async Task A_to_one_embed_is_the_related_row(string query, string sql)
    {
        var answers = await types.Answers();
        if (sql.EndsWith("WHERE 0", StringComparison.Ordinal))
        {
            foreach (var row in await answers.All($"/v1/things?{query}&limit=200"))
            {
                var (id, parent) = (row.GetProperty("id").GetInt32(), row.GetProperty("parent"));
                if (id <= 10) Assert.Equal(JsonValueKind.Null, parent.ValueKind);
                else Assert.Equal(JsonValueKind.Null, parent.GetProperty("parent").ValueKind);
            }

            return;
        }

        await answers.AreRows($"/v1/things?{query}&limit=40", sql);
    }

    [Theory]
    [InlineData("children", "1", "id", 200)]
    [InlineData("children(id)", "1", "id", 200)]
    [InlineData("children(id,f_int;sort=-f_int)", "1", "f_int DESC, id", 200)]
    [InlineData("children(id;sort=f_int.nullslast,-id;limit=3)", "1", "f_int NULLS LAST, id DESC", 3)]
    [InlineData("children(*;where=f_int gt 1;limit=2)", "f_int > 1", "id", 2)]
    [InlineData("children(id;where=f_string eq 'O''Hara' or f_enum eq 'low')", "(f_string = 'O''Hara' OR f_enum = 'low')", "id", 200)]
    [InlineData("children(id;where=f_int eq 99)", "f_int = 99", "id", 200)]
    public async Task A_to_many_embed_is_shaped_by_its_options(string embed, string condition, string order, int limit)
    {
        var client = await types.Client();

        var rows = (await client.Get($"/v1/things?embed={embed}&limit=12&sort=-id&id.lte=12")).Expect(200).Items;

        Assert.Equal(12, rows.Count);
        foreach (var row in rows)
        {
            var id = row.GetProperty("id").GetInt32();
            var expected = await DirectSql.Query(
                types.Database, $"SELECT id FROM things WHERE parent_id = {id} AND {condition} ORDER BY {order} LIMIT {limit}");
            Answers.AreSame([.. row.GetProperty("children").EnumerateArray()], expected, $"{embed} of {id}");
        }
    }

    [Fact]
    public async Task A_parameter_reaches_into_the_condition_of_an_embed()
    {
        var rows = (await (await types.Client())
            .Get("/v1/things?embed=children(id,f_int;where=f_int gt $n)&$n=4&id=2")).Expect(200).Items;

        Assert.All(rows[0].GetProperty("children").EnumerateArray(), c => Assert.True(c.GetProperty("f_int").GetInt32() > 4));
        Assert.NotEmpty(rows[0].GetProperty("children").EnumerateArray());
    }

    [Fact]
    public async Task Embeds_nest_both_ways()
    {
        var row = (await (await types.Client())
            .Get("/v1/things/2?fields=id&embed=children(id,parent(id,children(id;limit=1));limit=2),parent")).Expect(200).Json;

        Assert.Equal(JsonValueKind.Null, row.GetProperty("parent").ValueKind);
        var children = row.GetProperty("children").EnumerateArray().ToList();
        Assert.Equal(2, children.Count);
        foreach (var child in children)
        {
            Assert.Equal(2, child.GetProperty("parent").GetProperty("id").GetInt32());
            Assert.Equal(20, child.GetProperty("parent").GetProperty("children")[0].GetProperty("id").GetInt32());
        }
    }

    [Fact]
    public async Task Soft_deleted_rows_are_nowhere()
    {
        var answers = await types.Answers();
        var client = await types.Client();

        await answers.AreRows("/v1/notes?limit=7&count=exact", "SELECT id, thing_id, body FROM notes WHERE deleted_at IS NULL ORDER BY id");
        (await client.Get("/v1/notes/3")).Expect(404);
        (await client.Get("/v1/notes/4")).Expect(200);
        Assert.Equal(40, (await client.Get("/v1/notes?count=exact")).Json.GetProperty("page").GetProperty("count").GetInt32());
    }

    [Theory]
    [InlineData("secret=hidden1")]
    [InlineData("secret.null=true")]
    [InlineData("parent.secret=hidden1")]
    [InlineData("children.secret=hidden1")]
    [InlineData("where=secret eq 'hidden1'")]
    [InlineData("where=exists(children, secret eq 'hidden1')")]
    [InlineData("where=length(parent.secret) gt 1")]
    [InlineData("where=max(children.secret) eq 'hidden1'")]
    [InlineData("sort=secret")]
    [InlineData("sort=-parent.secret")]
    [InlineData("fields=id,secret")]
    [InlineData("fields=*,-secret")]
    [InlineData("fields=parent.secret")]
    [InlineData("embed=parent(secret)")]
    [InlineData("embed=children(id;sort=secret)")]
    [InlineData("embed=children(id;where=secret eq 'hidden1')")]
    [InlineData("group=secret&agg=count")]
    [InlineData("group=parent.secret&agg=count")]
    [InlineData("agg=max(secret)")]
    [InlineData("agg=count(distinct secret)")]
    [InlineData("agg=count&having=max(secret) eq 'hidden1'")]
    [InlineData("distinct=secret")]
    [InlineData("facets=secret")]
    [InlineData("q=alpha&highlight=secret")]
    public async Task A_hidden_field_does_not_exist_for_clients(string query)
    {
        var reply = (await (await types.Client()).Get($"/v1/things?{query}")).Expect(400);

        Assert.DoesNotContain("hidden1", reply.Json.GetProperty("errors")[0].GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("suggestion\":\"secret", reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hidden_text_is_not_searched() =>
        Assert.Empty((await (await types.Client()).Get("/v1/things?q=hidden1")).Expect(200).Items);
}
