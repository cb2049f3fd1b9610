using Tercel.Scenarios.Harness;
using Xunit;

namespace Tercel.Scenarios.Writes;

/// <summary>PUT and DELETE of one row.</summary>
public sealed class PutAndDeleteTests(WriteLab lab)
{
    [Fact]
    public async Task A_put_creates_where_clients_choose_the_key_and_then_replaces()
    {
        var client = await lab.Lab();
        var path = $"/v1/pages/p{lab.Unused()}";

        var made = (await client.Put(path, """{"title":"A","size":5}""")).Expect(201);
        var replaced = (await client.Put(path, """{"title":"B"}""")).Expect(200);

        Assert.Equal(path, made["Location"]);
        Assert.Equal((5, 1), (made.Json.GetProperty("size").GetInt32(), replaced.Json.GetProperty("size").GetInt32()));
        Assert.Equal(2, replaced.Json.GetProperty("lock").GetInt32());
        Assert.Equal(replaced.Text, (await client.Get(path)).Text);
        Assert.Equal(replaced["ETag"], (await client.Get(path))["ETag"]);
    }

    [Fact]
    public async Task A_put_cannot_make_a_row_whose_key_the_database_numbers()
    {
        var client = await lab.Lab();

        Assert.Equal("404 not_found", (await client.Put("/v1/things/99999999", """{"name":"ab"}""")).Summary());
    }

    [Fact]
    public async Task A_put_empties_what_it_leaves_out_and_keeps_what_the_server_sets()
    {
        var client = await lab.Lab();
        var path = await lab.Thing("\"price\":5,\"amount\":9,\"data\":{\"a\":1}");
        var before = (await client.Get(path)).Json;

        var after = (await client.Put(path, """{"name":"new"}""")).Expect(200).Json;

        Assert.Equal("null", after.GetProperty("price").GetRawText());
        Assert.Equal("null", after.GetProperty("data").GetRawText());
        Assert.Equal("0", after.GetProperty("amount").GetRawText());
        Assert.Equal(before.GetProperty("made").GetString(), after.GetProperty("made").GetString());
    }

    [Fact]
    public async Task A_put_asks_for_all_required_fields_and_for_the_key_of_the_url()
    {
        var client = await lab.Lab();
        var path = $"/v1/pages/p{lab.Unused()}";

        Assert.Equal("422 #/title required", (await client.Put(path, "{}")).Summary());
        Assert.Equal(422, (await client.Put(path, """{"name":"other","title":"x"}""")).Status);
        (await client.Put(path, $$"""{"name":"{{path.Split('/')[^1]}}","title":"x"}""")).Expect(201);
    }

    [Fact]
    public async Task The_whole_document_that_GET_gave_can_be_put_back()
    {
        var client = await lab.Lab();
        var path = $"/v1/pages/p{lab.Unused()}";
        (await client.Put(path, """{"title":"A"}""")).Expect(201);
        var read = (await client.Get(path)).Expect(200);

        var same = (await client.Put(path, read.Text, ("If-Match", read["ETag"] ?? ""))).Expect(200);

        Assert.Equal("A", same.Json.GetProperty("title").GetString());
    }

    [Fact]
    public async Task A_deleted_row_is_gone()
    {
        var client = await lab.Lab();
        var path = await lab.Thing();

        var gone = (await client.Delete(path)).Expect(204);

        Assert.Empty(gone.Body);
        (await client.Get(path)).Expect(404);
        Assert.Equal("404 not_found", (await client.Delete(path)).Summary());
    }

    [Fact]
    public async Task A_delete_can_answer_with_the_row_as_it_was()
    {
        var client = await lab.Lab();
        var path = await lab.Thing();
        var before = await client.Get(path);

        var gone = (await client.Delete(path, ("Prefer", "return=representation"))).Expect(200);

        Assert.Equal(before.Text, gone.Text);
        (await client.Get(path)).Expect(404);
    }

    [Fact]
    public async Task A_soft_deleted_row_stays_in_the_database_and_is_seen_no_more()
    {
        var client = await lab.Lab();
        var thing = await lab.Thing();
        var body = $$"""{"thing_id":{{thing.Split('/')[^1]}},"author":"ann","text":"t"}""";
        var note = (await client.Post("/v1/notes", body)).Expect(201);
        var path = note["Location"] ?? "";

        (await client.Delete(path)).Expect(204);

        (await client.Get(path)).Expect(404);
        (await client.Patch(path, """{"text":"u"}""")).Expect(404);
        (await client.Delete(path)).Expect(404);
        Assert.Empty((await client.Get($"{thing}/notes")).Expect(200).Items);
        Assert.Equal("[]", (await client.Get($"{thing}?embed=notes")).Json.GetProperty("notes").GetRawText());
        Assert.Empty((await client.Get($"/v1/things?notes.any.author=ann&id={thing.Split('/')[^1]}"))
            .Expect(200).Items);
        var id = note.Json.GetProperty("id");
        var stored = await DirectSql.Scalar(lab.Database, $"select gone_at from notes where id = {id}");
        Assert.Matches("^20[0-9-]+T[0-9:.]+Z$", stored.GetString());
        (await client.Post("/v1/notes", body)).Expect(201);   // the unique pair is free again
    }

    [Fact]
    public async Task A_reference_is_emptied_or_followed_as_the_model_says()
    {
        var client = await lab.Lab();
        var shelf = (await client.Post("/v1/shelves", $$"""{"code":"d{{lab.Unused()}}"}""")).Expect(201);
        var thing = await lab.Thing($"\"shelf_id\":{shelf.Json.GetProperty("id")}");
        var note = (await client.Post(
            "/v1/notes", $$"""{"thing_id":{{thing.Split('/')[^1]}},"author":"b","text":"t"}""")).Expect(201);

        (await client.Delete(shelf["Location"] ?? "")).Expect(204);
        Assert.Equal("null", (await client.Get(thing)).Expect(200).Json.GetProperty("shelf_id").GetRawText());

        (await client.Delete(thing)).Expect(204);
        (await client.Get(note["Location"] ?? "")).Expect(404);
    }

    [Fact]
    public async Task A_row_that_others_refer_to_stays_and_they_are_counted()
    {
        var shop = await lab.Shop();

        var reply = await shop.Delete("/v1/categories/1");

        var error = reply.ExpectError(409, "referenced");
        Assert.Equal("/problems/conflict", reply.Kind());
        Assert.True(error.TryGetProperty("params", out _), reply.Text);
        (await shop.Get("/v1/categories/1")).Expect(200);
    }
}
