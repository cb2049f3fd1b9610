using Tercel.Scenarios.Harness;
using Xunit;

namespace Tercel.Scenarios.Writes;

/// <summary>PATCH of one row: merge patch, operators, and what the server keeps in step.</summary>
public sealed class PatchTests(WriteLab lab)
{
    private const string Data = "\"data\":{\"color\":\"red\",\"size\":{\"eu\":42,\"us\":9},\"list\":[1,2]}";

    [Fact]
    public async Task What_the_body_does_not_name_stays_and_null_empties()
    {
        var client = await lab.Lab();
        var path = await lab.Thing("\"price\":5,\"mail\":\"a@example.org\"");

        var reply = (await client.Patch(path, """{"mail":null}""")).Expect(200);

        Assert.Equal("null", reply.Json.GetProperty("mail").GetRawText());
        Assert.Equal("5.00", reply.Json.GetProperty("price").GetRawText());
        Assert.Equal(reply.Text, (await client.Get(path)).Text);
        Assert.Equal(reply["ETag"], (await client.Get(path))["ETag"]);
    }

    [Theory]
    [InlineData("""{"data":{"color":"blue"}}""", """{"color":"blue","size":{"eu":42,"us":9},"list":[1,2]}""")]
    [InlineData("""{"data":{"size":{"us":null,"uk":8}}}""", """{"color":"red","size":{"eu":42,"uk":8},"list":[1,2]}""")]
    [InlineData("""{"data":{"list":[3]}}""", """{"color":"red","size":{"eu":42,"us":9},"list":[3]}""")]
    [InlineData("""{"data":{"size":7}}""", """{"color":"red","size":7,"list":[1,2]}""")]
    [InlineData("""{"data":{"color":{"a":{"b":null,"c":1}}}}""",
        """{"color":{"a":{"c":1}},"size":{"eu":42,"us":9},"list":[1,2]}""")]
    [InlineData("""{"data":null}""", "null")]
    [InlineData("""{"data":[1]}""", "[1]")]
    [InlineData("""{"data":{}}""", """{"color":"red","size":{"eu":42,"us":9},"list":[1,2]}""")]
    public async Task A_merge_patch_goes_deep_into_json(string patch, string expected)
    {
        var client = await lab.Lab();
        var path = await lab.Thing(Data);

        var reply = (await client.Patch(path, patch)).Expect(200);

        Assert.Equal(expected, reply.Json.GetProperty("data").GetRawText());
    }

    [Fact]
    public async Task Json_is_a_merge_patch_too()
    {
        var client = await lab.Lab();
        var path = await lab.Thing(Data);

        var reply = (await client.Send("PATCH", path, """{"data":{"size":null}}""", "application/json")).Expect(200);

        Assert.Equal("""{"color":"red","list":[1,2]}""", reply.Json.GetProperty("data").GetRawText());
    }

    [Fact]
    public async Task Numbers_can_be_added_to()
    {
        var client = await lab.Lab();
        var path = await lab.Thing("\"amount\":10,\"price\":0.30,\"big\":\"9223372036854775806\"");

        var reply = (await client.Patch(
            path, """{"amount":{"$inc":-3},"price":{"$inc":-0.1},"ratio":{"$inc":0.5},"big":{"$inc":1}}"""))
                .Expect(200);

        Assert.Equal("7", reply.Json.GetProperty("amount").GetRawText());
        Assert.Equal("0.20", reply.Json.GetProperty("price").GetRawText());
        Assert.Equal("0.5", reply.Json.GetProperty("ratio").GetRawText());
        Assert.Equal("9223372036854775807", reply.Json.GetProperty("big").GetString());
    }

    [Theory]
    [InlineData("""{"amount":{"$inc":-11}}""", "422 #/amount min")]
    [InlineData("""{"amount":{"$inc":91}}""", "422 #/amount max")]
    [InlineData("""{"amount":{"$inc":"1"}}""", "422 #/amount/$inc type")]
    [InlineData("""{"amount":{"$inc":0.5}}""", "422 #/amount/$inc type")]
    [InlineData("""{"amount":{"$dec":1}}""", "422 #/amount unknown_operator")]
    [InlineData("""{"amount":{}}""", "422 #/amount type")]
    [InlineData("""{"name":{"$inc":1}}""", "422 #/name type")]
    [InlineData("""{"price":{"$inc":0.001}}""", "422 #/price/$inc scale")]
    [InlineData("""{"big":{"$inc":1}}""", "422 #/big range")]
    public async Task An_operator_keeps_the_fields_limits(string patch, string expected)
    {
        var client = await lab.Lab();
        var path = await lab.Thing("\"amount\":10,\"price\":1,\"big\":\"9223372036854775807\"");
        var before = await client.Get(path);

        Assert.Equal(expected, (await client.Patch(path, patch)).Summary());
        Assert.Equal(before.Text, (await client.Get(path)).Text);
    }

    [Fact]
    public async Task Lists_can_gain_and_lose_elements()
    {
        var client = await lab.Lab();
        var path = await lab.Thing("\"words\":[\"a\",\"b\"]");

        var added = (await client.Patch(path, """{"words":{"$add":["b","c"]}}""")).Expect(200);
        Assert.Equal("""["a","b","c"]""", added.Json.GetProperty("words").GetRawText());
        Assert.Equal("422 #/words too_many_items",
            (await client.Patch(path, """{"words":{"$add":["d"]}}""")).Summary());
        var removed = (await client.Patch(path, """{"words":{"$remove":["a","x"]}}""")).Expect(200);
        Assert.Equal("""["b","c"]""", removed.Json.GetProperty("words").GetRawText());
    }

    [Fact]
    public async Task The_version_rises_and_the_time_of_change_follows()
    {
        var client = await lab.Lab();
        var path = await lab.Thing();
        var made = (await client.Get(path)).Json;
        await Task.Delay(20);

        var changed = (await client.Patch(path, """{"amount":1}""")).Expect(200).Json;

        Assert.Equal((1, 2), (made.GetProperty("lock").GetInt32(), changed.GetProperty("lock").GetInt32()));
        Assert.Equal(made.GetProperty("made").GetString(), changed.GetProperty("made").GetString());
        Assert.True(changed.GetProperty("changed").GetDateTimeOffset() > made
            .GetProperty("changed").GetDateTimeOffset());
    }

    [Fact]
    public async Task A_version_in_the_body_is_a_precondition()
    {
        var client = await lab.Lab();
        var path = await lab.Thing();

        (await client.Patch(path, """{"amount":1,"lock":1}""")).Expect(200);
        var stale = await client.Patch(path, """{"amount":2,"lock":1}""");

        Assert.Equal("412 #/lock stale", stale.Summary());
        Assert.Equal((await client.Get(path))["ETag"], stale["ETag"]);
    }

    [Fact]
    public async Task A_row_that_is_not_there_cannot_be_patched()
    {
        var client = await lab.Lab();

        Assert.Equal("404 not_found", (await client.Patch("/v1/things/99999999", "{}")).Summary());
        Assert.Equal(404, (await client.Patch("/v1/things/abc", "{}")).Status);
    }

    [Fact]
    public async Task The_key_of_a_row_cannot_be_patched()
    {
        var client = await lab.Lab();
        var path = await lab.Thing();

        Assert.Equal("422 #/id read_only", (await client.Patch(path, """{"id":7}""")).Summary());
    }

    [Fact]
    public async Task A_search_finds_what_a_patch_wrote_and_not_what_was_there()
    {
        var client = await lab.Lab();
        var thing = (await lab.Thing()).Split('/')[^1];
        var note = (await client.Post(
            "/v1/notes", $$"""{"thing_id":{{thing}},"author":"x","text":"zebra{{thing}}"}"""))
                .Expect(201)["Location"] ?? "";

        (await client.Patch(note, $$"""{"text":"okapi{{thing}}"}""")).Expect(200);

        Assert.Empty((await client.Get($"/v1/notes?q=zebra{thing}")).Expect(200).Items);
        Assert.Single((await client.Get($"/v1/notes?q=okapi{thing}")).Expect(200).Items);
        (await client.Delete(note)).Expect(204);
        Assert.Empty((await client.Get($"/v1/notes?q=okapi{thing}")).Expect(200).Items);
    }
}
