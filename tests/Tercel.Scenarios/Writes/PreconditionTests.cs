using Tercel.Scenarios.Harness;
using Xunit;

namespace Tercel.Scenarios.Writes;

/// <summary>If-Match, If-None-Match, and resources that ask for them.</summary>
public sealed class PreconditionTests(WriteLab lab)
{
    [Theory]
    [InlineData("PATCH", """{"amount":1}""")]
    [InlineData("PUT", """{"name":"put"}""")]
    [InlineData("DELETE", null)]
    public async Task A_write_with_an_old_tag_is_refused_with_the_current_one(string method, string? body)
    {
        var client = await lab.Lab();
        var path = await lab.Thing();
        var old = (await client.Get(path))["ETag"] ?? "";
        var current = (await client.Patch(path, """{"amount":7}""")).Expect(200)["ETag"] ?? "";

        var stale = await client.Send(method, path, body, body is null ? null : "application/json", ("If-Match", old));
        var fresh = await client.Send(
            method, path, body, body is null ? null : "application/json", ("If-Match", $"\"nonsense\", {current}"));

        Assert.Equal("412 If-Match stale", stale.Summary());
        Assert.Equal(("/problems/stale", current), (stale.Kind(), stale["ETag"]));
        Assert.Equal(method == "DELETE" ? 204 : 200, fresh.Status);
    }

    [Fact]
    public async Task Every_change_gives_another_tag()
    {
        var client = await lab.Lab();
        var path = await lab.Thing();
        var tags = new List<string?> { (await client.Get(path))["ETag"] };
        foreach (var amount in new[] { 1, 2, 1 })
            tags.Add((await client.Patch(path, $$"""{"amount":{{amount}}}""")).Expect(200)["ETag"]);

        Assert.Equal(4, tags.Distinct().Count());
    }

    [Fact]
    public async Task A_row_without_a_version_has_a_tag_too()
    {
        var client = await lab.Lab();
        var path = (await client.Post("/v1/shelves", $$"""{"code":"t{{lab.Unused()}}"}"""))
            .Expect(201)["Location"] ?? "";
        var tag = (await client.Get(path))["ETag"] ?? "";

        var changed = (await client.Patch(path, """{"note":"x"}""", ("If-Match", tag))).Expect(200);

        Assert.NotEqual(tag, changed["ETag"]);
        Assert.Equal("412 If-Match stale", (await client.Patch(path, """{"note":"y"}""", ("If-Match", tag))).Summary());
        Assert.Equal("412 If-Match stale",
            (await client.Patch(path, "{}", ("If-Match", $"W/{changed["ETag"]}"))).Summary());
    }

    [Fact]
    public async Task If_match_any_asks_only_that_the_row_exists()
    {
        var client = await lab.Lab();

        (await client.Patch(await lab.Thing(), """{"amount":1}""", ("If-Match", "*"))).Expect(200);
        Assert.Equal(404, (await client.Patch("/v1/things/99999999", "{}", ("If-Match", "*"))).Status);
        var put = await client.Put($"/v1/pages/q{lab.Unused()}", """{"title":"x"}""", ("If-Match", "*"));
        Assert.Equal("412 If-Match stale", put.Summary());
    }

    [Fact]
    public async Task If_none_match_any_asks_that_the_row_is_new()
    {
        var client = await lab.Lab();
        var path = $"/v1/pages/n{lab.Unused()}";

        (await client.Put(path, """{"title":"x"}""", ("If-None-Match", "*"))).Expect(201);
        var again = await client.Put(path, """{"title":"y"}""", ("If-None-Match", "*"));

        Assert.Equal("412 If-None-Match stale", again.Summary());
        Assert.Equal((await client.Get(path))["ETag"], again["ETag"]);
        Assert.Equal("x", (await client.Get(path)).Json.GetProperty("title").GetString());
    }

    [Fact]
    public async Task A_resource_can_ask_for_if_match()
    {
        var client = await lab.Lab();
        var path = (await client.Post("/v1/locked", """{"value":1}""")).Expect(201)["Location"] ?? "";
        var tag = (await client.Get(path))["ETag"] ?? "";

        var patch = await client.Patch(path, """{"value":2}""");
        Assert.Equal("428 If-Match precondition_required", patch.Summary());
        Assert.Equal("/problems/precondition-required", patch.Kind());
        Assert.Equal("428 If-Match precondition_required", (await client.Put(path, """{"value":2}""")).Summary());
        Assert.Equal("428 If-Match precondition_required", (await client.Delete(path)).Summary());
        (await client.Patch(path, """{"value":2}""", ("If-Match", tag))).Expect(200);
        (await client.Patch(path, """{"value":3,"lock":2}""")).Expect(200);
        (await client.Delete(path, ("If-Match", "*"))).Expect(204);
    }

    [Fact]
    public async Task A_tag_means_one_row_and_is_refused_for_many()
    {
        var client = await lab.Lab();

        Assert.Equal("400 If-Match header",
            (await client.Delete("/v1/things?amount=77", ("If-Match", "\"x\""))).Summary());
        Assert.Equal("400 If-Match header", (await client.Patch("/v1/things", "[]", ("If-Match", "\"x\""))).Summary());
    }

    [Theory]
    [InlineData("If-Match", "nonsense")]
    [InlineData("If-Match", "\"open")]
    [InlineData("If-Match", "")]
    [InlineData("If-None-Match", "**")]
    public async Task A_tag_that_is_none_never_lets_a_write_through_unseen(string header, string value)
    {
        var client = await lab.Lab();
        var path = await lab.Thing();

        var reply = await client.Patch(path, """{"amount":1}""", (header, value));

        if (header == "If-Match" && value.Length > 0) Assert.Contains(reply.Status, new[] { 400, 412 });
        else Assert.True(reply.Status < 500, reply.Text);
    }
}
