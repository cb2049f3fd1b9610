using Tercel.Scenarios.Harness;
using Xunit;

namespace Tercel.Scenarios.Writes;

/// <summary>Many rows in one request: bulk create, upsert, bulk patch, and changes by filter.</summary>
public sealed class BulkTests(WriteLab lab)
{
    [Fact]
    public async Task An_array_creates_all_rows_and_answers_with_them_in_order()
    {
        var client = await lab.Lab();
        var (a, b) = ($"a{lab.Unused()}", $"b{lab.Unused()}");

        var reply = (await client.Post("/v1/shelves?fields=code", $$"""[{"code":"{{a}}"},{"code":"{{b}}"}]"""))
            .Expect(201);

        Assert.Equal($$"""[{"code":"{{a}}"},{"code":"{{b}}"}]""", reply.Text);
    }

    [Fact]
    public async Task One_wrong_row_of_an_array_leaves_none()
    {
        var client = await lab.Lab();
        var code = $"w{lab.Unused()}";

        var invalid = await client.Post("/v1/shelves", $$"""[{"code":"{{code}}"},{"code":7},{"cod":"x"}]""");
        var twice = await client.Post("/v1/shelves",
            $$"""[{"code":"{{code}}"},{"code":"{{code.ToUpperInvariant()}}"}]""");

        Assert.Equal("422 #/1/code type, #/2/cod unknown_field, #/2/code required", invalid.Summary());
        Assert.Equal("409 #/1/code unique", twice.Summary());
        Assert.Empty((await client.Get($"/v1/shelves?code={code}")).Expect(200).Items);
    }

    [Fact]
    public async Task Without_atomic_each_row_is_answered_for_itself()
    {
        var client = await lab.Lab();
        var code = $"n{lab.Unused()}";

        var reply = (await client.Post(
            "/v1/shelves?atomic=false&fields=code",
                $$"""[{"code":"{{code}}"},{"code":"{{code}}"},{"code":null},1]""")).Expect(207);

        var results = reply.Json.GetProperty("results").EnumerateArray().ToList();
        Assert.Equal([201, 409, 422, 422], results.Select(r => r.GetProperty("status").GetInt32()));
        Assert.Equal(code, results[0].GetProperty("body").GetProperty("code").GetString());
        Assert.Equal("/problems/conflict", results[1].GetProperty("problem").GetProperty("type").GetString());
        Assert.Equal("#/2/code null", Problems.Mistakes(results[2].GetProperty("problem")));
        Assert.Single((await client.Get($"/v1/shelves?code={code}")).Expect(200).Items);
    }

    [Fact]
    public async Task An_empty_array_makes_nothing()
    {
        var client = await lab.Lab();

        Assert.Equal("[]", (await client.Post("/v1/shelves", "[]")).Expect(201).Text);
        Assert.Equal("""{"results":[]}""", (await client.Post("/v1/shelves?atomic=false", "[]")).Expect(207).Text);
    }

    [Fact]
    public async Task Merge_changes_what_the_body_names_and_ignore_leaves_the_row()
    {
        var client = await lab.Lab();
        var code = $"u{lab.Unused()}";

        var made = (await client.Post("/v1/shelves?on_conflict=code", $$"""{"code":"{{code}}","note":"a"}"""))
            .Expect(201);
        var merged = (await client.Post(
            "/v1/shelves?on_conflict=code&resolve=merge",
                $$"""{"code":"{{code.ToUpperInvariant()}}","note":"b"}""")).Expect(200);
        var kept = (await client.Post("/v1/shelves?on_conflict=code", $$"""{"code":"{{code}}"}""")).Expect(200);
        var ignored = (await client.Post(
            "/v1/shelves?on_conflict=code&resolve=ignore", $$"""{"code":"{{code}}","note":"c"}""")).Expect(200);

        var id = made.Json.GetProperty("id").GetInt32();
        Assert.All([merged, kept, ignored], reply => Assert.Equal(id, reply.Json.GetProperty("id").GetInt32()));
        Assert.All([merged, kept, ignored], reply => Assert.Equal("b", reply.Json.GetProperty("note").GetString()));
    }

    [Fact]
    public async Task An_upsert_finds_rows_by_a_set_of_fields_too()
    {
        var client = await lab.Lab();
        var thing = (await lab.Thing()).Split('/')[^1];
        var body = $$"""{"thing_id":{{thing}},"author":"ann","text":"one"}""";

        var made = (await client.Post("/v1/notes?on_conflict=thing_id,author", body)).Expect(201);
        var found = (await client.Post(
            "/v1/notes?on_conflict=author,thing_id", body.Replace("one", "two", StringComparison.Ordinal))).Expect(200);

        Assert.Equal(made.Json.GetProperty("id").GetInt32(), found.Json.GetProperty("id").GetInt32());
        Assert.Equal("two", found.Json.GetProperty("text").GetString());
    }

    [Fact]
    public async Task Rows_with_a_composite_key_can_be_upserted_and_patched_together()
    {
        var client = await lab.Lab();
        var (a, b) = (await Shelf(client), await Shelf(client));
        string Row(int weight) => $$"""{"left_id":{{a}},"right_id":{{b}},"weight":{{weight}}}""";

        (await client.Post("/v1/pairs?on_conflict=left_id,right_id", Row(1))).Expect(201);
        (await client.Post("/v1/pairs?on_conflict=left_id,right_id", Row(2))).Expect(200);
        (await client.Patch("/v1/pairs", $"[{Row(3)}]")).Expect(200);

        var row = (await client.Get($"/v1/pairs/{a},{b}")).Expect(200);
        Assert.Equal(3, row.Json.GetProperty("weight").GetInt32());
    }

    [Fact]
    public async Task A_change_by_filter_onto_a_unique_value_changes_no_row()
    {
        var client = await lab.Lab();
        var shelf = await Shelf(client);
        foreach (var amount in new[] { 1, 2 }) await lab.Thing($"\"amount\":{amount},\"shelf_id\":{shelf}");

        var reply = await client.Patch($"/v1/things?shelf_id={shelf}", $$"""{"code":"ZZ{{lab.Unused()}}"}""");

        Assert.Equal("409 #/code unique", reply.Summary());
        Assert.Equal(2, (await client.Get($"/v1/things?shelf_id={shelf}&code.null=true")).Items.Count);
    }

    [Theory]
    [InlineData("on_conflict=note", "400 on_conflict conflict_target")]
    [InlineData("on_conflict=cod", "400 on_conflict unknown_field")]
    [InlineData("on_conflict=code&resolve=replace", "400 resolve conflict_target")]
    [InlineData("resolve=merge", "400 resolve conflict_target")]
    [InlineData("atomic=no", "400 atomic invalid_value")]
    [InlineData("onconflict=code", "400 onconflict unknown_parameter")]
    public async Task An_upsert_that_cannot_be_meant_is_refused(string query, string expected)
    {
        var client = await lab.Lab();

        Assert.Equal(expected, (await client.Post($"/v1/shelves?{query}", """{"code":"never"}""")).Summary());
    }

    [Fact]
    public async Task Rows_named_by_key_get_values_of_their_own()
    {
        var client = await lab.Lab();
        var (a, b) = ((await lab.Thing()).Split('/')[^1], (await lab.Thing("\"amount\":5")).Split('/')[^1]);

        var reply = (await client.Send(
            "PATCH", "/v1/things", $$$"""[{"id":{{{a}}},"amount":9},{"id":{{{b}}},"amount":{"$inc":-2}}]""",
            "application/json")).Expect(200);

        Assert.Equal("""{"affected":2}""", reply.Text);
        Assert.Equal([9, 3], (await client.Get($"/v1/things?id={a}&id={b}")).Items.Select(i =>
            i.GetProperty("amount").GetInt32()));
    }

    [Fact]
    public async Task One_wrong_row_of_a_bulk_patch_leaves_all_as_they_were()
    {
        var client = await lab.Lab();
        var a = (await lab.Thing()).Split('/')[^1];

        var missing = await client.Patch("/v1/things", $$"""[{"id":{{a}},"amount":9},{"id":99999999,"amount":1}]""");
        var wrong = await client.Patch("/v1/things",
            $$"""[{"id":{{a}},"amount":9},{"amount":1},{"id":1,"amount":-1}]""");
        var twice = await client.Patch("/v1/things", $$"""[{"id":{{a}},"amount":9},{"id":{{a}},"amount":8}]""");

        Assert.Equal("404 #/1 not_found", missing.Summary());
        Assert.Equal("422 #/1/id required, #/2/amount min", wrong.Summary());
        Assert.Equal("422 #/1 duplicate_row", twice.Summary());
        Assert.Equal(0, (await client.Get($"/v1/things/{a}")).Json.GetProperty("amount").GetInt32());
    }

    [Fact]
    public async Task A_filter_says_which_rows_change_and_which_go()
    {
        var client = await lab.Lab();
        var shelf = await Shelf(client);
        foreach (var amount in new[] { 1, 2, 3 }) await lab.Thing($"\"amount\":{amount},\"shelf_id\":{shelf}");

        var changed = (await client.Patch($"/v1/things?shelf_id={shelf}&amount.gte=2", """{"kind":"rare"}"""))
            .Expect(200);
        var gone = (await client.Delete($"/v1/things?shelf.id={shelf}&where=amount eq 1")).Expect(200);

        Assert.Equal("""{"affected":2}""", changed.Text);
        Assert.Equal("""{"affected":1}""", gone.Text);
        var left = (await client.Get($"/v1/things?shelf_id={shelf}&sort=amount")).Items;
        Assert.Equal(["2 rare", "3 rare"], left.Select(i => $"{i.GetProperty("amount")} {i.GetProperty("kind")}"));
    }

    [Fact]
    public async Task A_change_by_filter_can_show_the_rows()
    {
        var client = await lab.Lab();
        var shelf = await Shelf(client);
        foreach (var amount in new[] { 1, 2 }) await lab.Thing($"\"amount\":{amount},\"shelf_id\":{shelf}");

        var changed = (await client.Patch(
            $"/v1/things?shelf_id={shelf}&fields=amount", """{"amount":{"$inc":10}}""",
                ("Prefer", "return=representation"))).Expect(200);
        var gone = (await client.Delete(
            $"/v1/things?shelf_id={shelf}&fields=amount", ("Prefer", "return=representation"))).Expect(200);

        Assert.Equal("""[{"amount":11},{"amount":12}]""", changed.Text);
        Assert.Equal(changed.Text, gone.Text);
        Assert.Equal("return=representation", gone["Preference-Applied"]);
    }

    [Fact]
    public async Task Nobody_changes_all_rows_by_accident()
    {
        var client = await lab.Lab();

        Assert.Equal("400 filter_required", (await client.Patch("/v1/shelves", """{"note":"x"}""")).Summary());
        Assert.Equal("400 filter_required", (await client.Delete("/v1/shelves")).Summary());
        Assert.Equal("400 filter_required", (await client.Delete("/v1/shelves?max=3")).Summary());
        Assert.Equal("400 cod unknown_field", (await client.Delete("/v1/shelves?cod=1")).Summary());
        Assert.Equal("400 sort unknown_parameter", (await client.Delete("/v1/shelves?code=1&sort=id")).Summary());
    }

    [Fact]
    public async Task Max_guards_a_filter_and_nothing_changes_past_it()
    {
        var client = await lab.Lab();
        var shelf = await Shelf(client);
        foreach (var amount in Enumerable.Range(1, WriteLab.MatchingRowsMax + 1))
            await lab.Thing($"\"amount\":{amount},\"shelf_id\":{shelf}");

        var patch = await client.Patch($"/v1/things?shelf_id={shelf}", """{"amount":50}""");
        var delete = await client.Delete($"/v1/things?shelf_id={shelf}&max=2");
        Assert.Equal("409 max max_exceeded", patch.Summary());
        Assert.Equal("409 max max_exceeded", delete.Summary());
        Assert.Equal("1,2,3,4,5", await Amounts(client, shelf));

        (await client.Patch($"/v1/things?shelf_id={shelf}&amount.lte=4", """{"amount":{"$inc":10}}""")).Expect(200);
        Assert.Equal("5,11,12,13,14", await Amounts(client, shelf));
        Assert.Equal("""{"affected":5}""",
            (await client.Delete($"/v1/things?shelf_id={shelf}&max=5")).Expect(200).Text);
    }

    internal async Task<int> Shelf(ApiClient client) =>
        (await client.Post("/v1/shelves", $$"""{"code":"s{{lab.Unused()}}"}""")).Expect(201).Json
            .GetProperty("id").GetInt32();

    private static async Task<string> Amounts(ApiClient client, int shelf) => string.Join(
        ',', (await client.Get($"/v1/things?shelf_id={shelf}&sort=amount")).Items.Select(i => i.GetProperty("amount")));
}
