using System.Text;
using Tercel.Scenarios.Harness;
using Xunit;

namespace Tercel.Scenarios.Writes;

/// <summary>What a write refuses, and how it says so.</summary>
public sealed class RefusalTests(WriteLab lab)
{
    [Theory]
    [InlineData("\"name\":5", "#/name type")]
    [InlineData("\"name\":null", "#/name null")]
    [InlineData("\"name\":\"a\"", "#/name min_length")]
    [InlineData("\"name\":\"ééééééééééééééééééééé\"", "#/name max_length")]
    [InlineData("\"name\":\"a\\u0000b\"", "#/name format")]
    [InlineData("\"amount\":\"5\"", "#/amount type")]
    [InlineData("\"amount\":1.5", "#/amount type")]
    [InlineData("\"amount\":-1", "#/amount min")]
    [InlineData("\"amount\":101", "#/amount max")]
    [InlineData("\"amount\":9007199254740992", "#/amount range")]
    [InlineData("\"amount\":1e400", "#/amount range")]
    [InlineData("\"amount\":null", "#/amount null")]
    [InlineData("\"price\":0.001", "#/price scale")]
    [InlineData("\"price\":-0.01", "#/price min")]
    [InlineData("\"price\":1000000", "#/price range")]
    [InlineData("\"price\":\"1\"", "#/price type")]
    [InlineData("\"ratio\":1e999", "#/ratio range")]
    [InlineData("\"big\":\"9223372036854775808\"", "#/big range")]
    [InlineData("\"big\":\"12x\"", "#/big format")]
    [InlineData("\"ok\":1", "#/ok type")]
    [InlineData("\"kind\":\"Fancy\"", "#/kind enum")]
    [InlineData("\"mail\":\"nobody\"", "#/mail format")]
    [InlineData("\"handle\":\"Not a slug\"", "#/handle format")]
    [InlineData("\"token\":\"123\"", "#/token format")]
    [InlineData("\"at\":\"yesterday\"", "#/at format")]
    [InlineData("\"day\":\"2026-02-29\"", "#/day format")]
    [InlineData("\"hour\":\"24:00:01\"", "#/hour format")]
    [InlineData("\"code\":\"ab1\"", "#/code pattern")]
    [InlineData("\"words\":\"a\"", "#/words type")]
    [InlineData("\"words\":[1]", "#/words/0 type")]
    [InlineData("\"words\":[\"abcdef\"]", "#/words/0 max_length")]
    [InlineData("\"words\":[\"a\",\"b\",\"c\",\"d\"]", "#/words too_many_items")]
    [InlineData("\"pic\":\"***\"", "#/pic format")]
    [InlineData("\"shelf_id\":\"1\"", "#/shelf_id type")]
    [InlineData("\"shelf\":1", "#/shelf unknown_field")]
    [InlineData("\"made\":\"2026-01-01T00:00:00Z\"", "#/made read_only")]
    [InlineData("\"changed\":null", "#/changed read_only")]
    [InlineData("\"twice\":2", "#/twice read_only")]
    [InlineData("\"lock\":1", "#/lock read_only")]
    [InlineData("\"nmae\":\"x\"", "#/nmae unknown_field")]
    [InlineData("\"a/b~c\":1", "#/a~1b~0c unknown_field")]
    public async Task A_wrong_member_is_named_with_its_place(string member, string expected)
    {
        var client = await lab.Lab();
        var name = member.StartsWith("\"name\"", StringComparison.Ordinal) ? "" : ",\"name\":\"ab\"";

        var reply = await client.Post("/v1/things", $"{{{member}{name}}}");

        Assert.Equal($"422 {expected}", reply.Summary());
        Assert.Equal("/problems/validation", reply.Kind());
        Assert.Equal("/v1/things", reply.Json.GetProperty("instance").GetString());
        Assert.Equal(reply["X-Request-Id"], reply.Json.GetProperty("request_id").GetString());
    }

    [Fact]
    public async Task All_mistakes_are_told_at_once_with_what_would_be_right()
    {
        var client = await lab.Lab();

        var reply = await client.Post(
            "/v1/things", """{"nmae":"x","amount":-1,"kind":"fncy","code":"a","words":["abcdef"],"price":0.001}""");

        Assert.Equal(422, reply.Status);
        var all = reply.Summary();
        foreach (var mistake in new[]
            {
                "#/nmae unknown_field", "#/name required", "#/amount min", "#/kind enum", "#/code pattern",
                "#/words/0 max_length", "#/price scale",
            })
            Assert.Contains(mistake, all, StringComparison.Ordinal);
        Assert.Equal("name", reply.ExpectError(422, "unknown_field").GetProperty("suggestion").GetString());
        Assert.Equal("fancy", reply.ExpectError(422, "enum").GetProperty("suggestion").GetString());
        Assert.Equal(0, reply.ExpectError(422, "min").GetProperty("params").GetProperty("min").GetInt32());
    }

    [Fact]
    public async Task A_value_that_is_taken_points_at_each_column()
    {
        var client = await lab.Lab();
        var thing = (await lab.Thing()).Split('/')[^1];
        var body = $$"""{"thing_id":{{thing}},"author":"ann","text":"t"}""";
        (await client.Post("/v1/notes", body)).Expect(201);

        var reply = await client.Post("/v1/notes", body);

        Assert.Equal("409 #/thing_id unique, #/author unique", reply.Summary());
        Assert.Equal("/problems/conflict", reply.Kind());
    }

    [Fact]
    public async Task A_patch_onto_the_value_of_another_row_is_a_conflict()
    {
        var client = await lab.Lab();
        var code = $"p{lab.Unused()}";
        (await client.Post("/v1/shelves", $$"""{"code":"{{code}}"}""")).Expect(201);
        var other = (await client.Post("/v1/shelves", $$"""{"code":"x{{code}}"}""")).Expect(201)["Location"] ?? "";

        Assert.Equal("409 #/code unique",
            (await client.Patch(other, $$"""{"code":"{{code.ToUpperInvariant()}}"}""")).Summary());
        (await client.Patch(other, $$"""{"code":"X{{code}}"}""")).Expect(200);
    }

    [Fact]
    public async Task References_to_nothing_are_named_all_together()
    {
        var client = await lab.Lab();

        var reply = await client.Post("/v1/pairs", """{"left_id":99999998,"right_id":99999999,"weight":1}""");

        Assert.Equal("422 #/left_id reference, #/right_id reference", reply.Summary());
        Assert.Contains("99999999", reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rule_of_the_model_holds_for_every_way_to_write()
    {
        var client = await lab.Lab();
        var path = await lab.Thing("\"price\":5");

        var create = await client.Post("/v1/things", """{"name":"ab","kind":"fancy"}""");
        var patch = await client.Patch(path, """{"kind":"fancy"}""");
        var put = await client.Put(path, """{"name":"ab","kind":"fancy","price":10}""");
        var matching = await client.Patch($"/v1/things?id={path.Split('/')[^1]}", """{"kind":"fancy"}""");

        Assert.All([create, patch, put, matching], reply => Assert.Equal("422 #/price rule", reply.Summary()));
        Assert.Contains("fancy things cost more than 10", patch.Text, StringComparison.Ordinal);
        (await client.Patch(path, """{"kind":"fancy","price":10.01}""")).Expect(200);
    }

    [Theory]
    [InlineData("{", 1, 2)]
    [InlineData("{\"name\":\n  'x'}", 2, 3)]
    [InlineData("{\"name\":\"x\",}", 1, 13)]
    [InlineData("{\"é\":\n\"x\" \"y\"}", 2, 5)]
    [InlineData("[1,2", 1, 5)]
    [InlineData("", 1, 1)]
    [InlineData("{} {}", 1, 4)]
    [InlineData("{\"a\":01}", 1, 7)]
    public async Task Malformed_json_is_refused_with_line_and_column(string body, int line, int column)
    {
        var reply = await (await lab.Lab()).Post("/v1/things", body);

        var error = reply.ExpectError(400, "malformed_json");
        Assert.Equal("/problems/malformed-json", reply.Kind());
        Assert.Equal((line, column), (error.GetProperty("line").GetInt32(), error.GetProperty("column").GetInt32()));
    }

    [Fact]
    public async Task A_member_that_stands_twice_is_refused()
    {
        var reply = await (await lab.Lab()).Post("/v1/things", """{"name":"ab","n\u0061me":"cd"}""");

        reply.ExpectError(400, "duplicate_key");
    }

    [Fact]
    public async Task Text_that_is_not_utf8_is_refused()
    {
        var port = (await lab.Server).Port;

        var answer = await RawHttp.Exchange(
            port,
            "POST /v1/things HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\n"
            + "Content-Length: 14\r\n\r\n{\"name\":\"\xff\xfe\"}\n");

        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.Contains("malformed_json", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST", "/v1/things", "text/plain")]
    [InlineData("POST", "/v1/things", "application/xml")]
    [InlineData("POST", "/v1/things", "application/json; charset=latin1")]
    [InlineData("PATCH", "/v1/things/1", "application/json-patch+json")]
    [InlineData("PUT", "/v1/pages/x", "application/x-www-form-urlencoded")]
    [InlineData("POST", "/v1/batch", "text/plain")]
    public async Task A_body_of_another_type_is_refused(string method, string path, string? type)
    {
        var reply = await (await lab.Lab()).Send(method, path, "{}", type);

        Assert.Equal("415 Content-Type media_type", reply.Summary());
        if (method == "PATCH")
            Assert.Contains("application/merge-patch+json", reply["Accept-Patch"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_may_be_as_large_as_the_limit_and_not_one_byte_more()
    {
        var client = await lab.Lab();
        string Body(int bytes) => "{\"name\":\"ab\"" + new string(' ', bytes - 13) + "}";
        Assert.Equal(WriteLab.BodyBytesMax, Encoding.UTF8.GetByteCount(Body(WriteLab.BodyBytesMax)));

        (await client.Post("/v1/things", Body(WriteLab.BodyBytesMax))).Expect(201);
        var reply = await client.Post("/v1/things", Body(WriteLab.BodyBytesMax + 1));

        reply.ExpectError(413, "body_too_large");
        Assert.Equal("/problems/too-large", reply.Kind());
    }

    [Fact]
    public async Task A_body_of_unknown_length_is_cut_off_at_the_limit_too()
    {
        var port = (await lab.Server).Port;
        var chunk = "{\"name\":\"ab\"" + new string(' ', WriteLab.BodyBytesMax) + "}";

        var answer = await RawHttp.Exchange(
            port,
            "POST /v1/things HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\n"
            + $"Transfer-Encoding: chunked\r\n\r\n{chunk.Length:x}\r\n{chunk}\r\n0\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 413 ", answer, StringComparison.Ordinal);
        Assert.Contains("body_too_large", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_compressed_body_is_refused_as_such()
    {
        var client = await lab.Lab();

        var reply = await client.Post("/v1/things", "not json", ("Content-Encoding", "gzip"));

        Assert.Equal("415 Content-Encoding media_type", reply.Summary());
    }

    [Fact]
    public async Task A_body_may_nest_as_deep_as_the_limit_and_not_one_level_more()
    {
        var client = await lab.Lab();
        string Body(int depth) =>
            "{\"name\":\"ab\",\"data\":" + new string('[', depth - 1) + new string(']', depth - 1) + "}";

        (await client.Post("/v1/things", Body(WriteLab.DepthMax))).Expect(201);
        (await client.Post("/v1/things", Body(WriteLab.DepthMax + 1))).ExpectError(400, "depth");
    }

    [Fact]
    public async Task An_array_may_have_as_many_rows_as_the_limit_and_not_one_more()
    {
        var client = await lab.Lab();
        string Rows(int count) => "[" + string.Join(',', Enumerable.Repeat("{\"name\":\"ab\"}", count)) + "]";

        (await client.Post("/v1/things", Rows(WriteLab.BulkRowsMax))).Expect(201);
        Assert.Equal("422 # too_many_rows",
            (await client.Post("/v1/things", Rows(WriteLab.BulkRowsMax + 1))).Summary());
        Assert.Equal("422 # too_many_rows",
            (await client.Patch("/v1/things", Rows(WriteLab.BulkRowsMax + 1))).Summary());
    }

    [Fact]
    public async Task A_view_cannot_be_written()
    {
        var shop = await lab.Shop();

        foreach (var reply in new[]
            {
                await shop.Post("/v1/sales_by_month", "{}"), await shop.Patch("/v1/sales_by_month/2026-01-01", "{}"),
                await shop.Delete("/v1/sales_by_month?month=2026-01-01"),
            })
        {
            reply.Expect(405);
            Assert.Contains("GET", reply["Allow"], StringComparison.Ordinal);
            Assert.DoesNotContain("POST", reply["Allow"], StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("PUT", "/v1/things")]
    [InlineData("POST", "/v1/things/1")]
    [InlineData("PATCH", "/")]
    public async Task A_method_in_the_wrong_place_is_told_which_ones_fit(string method, string path)
    {
        var reply = (await (await lab.Lab()).Send(method, path, "{}", "application/json")).Expect(405);

        Assert.NotEmpty(reply["Allow"] ?? "");
    }

    [Theory]
    [InlineData("[1]", "422 #/0 type")]
    [InlineData("7", "422 # type")]
    [InlineData("null", "422 # type")]
    [InlineData("\"x\"", "422 # type")]
    public async Task A_body_that_is_no_object_is_refused(string body, string expected)
    {
        Assert.Equal(expected, (await (await lab.Lab()).Post("/v1/things", body)).Summary());
    }
}
