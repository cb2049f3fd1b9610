using Tercel.Scenarios.Harness;
using Xunit;

namespace Tercel.Scenarios.Writes;

/// <summary>The Prefer header, dry runs above all.</summary>
public sealed class PreferTests(WriteLab lab)
{
    private static readonly (string, string) DryRun = ("Prefer", "tx=rollback");
    private static readonly (string, string) Minimal = ("Prefer", "return=minimal");

    [Fact]
    public async Task Minimal_answers_without_a_body()
    {
        var client = await lab.Lab();

        var made = (await client.Post("/v1/things", """{"name":"ab"}""", Minimal)).Expect(201);
        var path = made["Location"] ?? "";
        var changed = (await client.Patch(path, """{"amount":1}""", Minimal)).Expect(204);
        var replaced = (await client.Put(path, """{"name":"cd"}""", Minimal)).Expect(204);

        Assert.All([made, changed, replaced], reply => Assert.Empty(reply.Body));
        Assert.All([made, changed, replaced], reply => Assert.Equal("return=minimal", reply["Preference-Applied"]));
        Assert.Equal("cd", (await client.Get(path)).Expect(200).Json.GetProperty("name").GetString());
    }

    [Fact]
    public async Task A_dry_run_answers_as_if_and_changes_nothing()
    {
        await using var own = await Own();
        var client = own.Server.Client;
        var thing = (await client.Post("/v1/things", """{"name":"ab","words":["a"]}""")).Expect(201)["Location"] ?? "";
        var before = await own.Dump();

        var made = (await client.Post("/v1/shelves", """{"code":"dry"}""", DryRun)).Expect(201);
        Assert.Equal("dry", made.Json.GetProperty("code").GetString());
        Assert.Equal("tx=rollback", made["Preference-Applied"]);
        (await client.Post("/v1/shelves", """[{"code":"a"},{"code":"b"}]""", DryRun)).Expect(201);
        (await client.Post("/v1/shelves?atomic=false", """[{"code":"a"},{"code":"a"}]""", DryRun)).Expect(207);
        (await client.Post("/v1/shelves?on_conflict=code", """{"code":"x"}""", DryRun)).Expect(201);
        var changed = (await client.Patch(thing, """{"amount":9,"words":{"$add":["b"]}}""", DryRun)).Expect(200);
        Assert.Equal(9, changed.Json.GetProperty("amount").GetInt32());
        (await client.Put(thing, """{"name":"cd"}""", DryRun)).Expect(200);
        (await client.Put("/v1/pages/dry", """{"title":"x"}""", DryRun)).Expect(201);
        Assert.Equal("""{"affected":1}""",
            (await client.Patch("/v1/things?name=ab", """{"amount":3}""", DryRun)).Expect(200).Text);
        Assert.Equal("""{"affected":1}""", (await client.Delete("/v1/things?name=ab", DryRun)).Expect(200).Text);
        (await client.Delete(thing, DryRun)).Expect(204);
        (await client.Post(
            "/v1/batch", """{"ops":[{"method":"POST","path":"/shelves","body":{"code":"q"}}]}""", DryRun)).Expect(200);

        Assert.Equal(before, await own.Dump());
    }

    [Fact]
    public async Task A_dry_run_tells_the_mistakes_of_a_real_one()
    {
        var client = await lab.Lab();
        var code = $"r{lab.Unused()}";
        (await client.Post("/v1/shelves", $$"""{"code":"{{code}}"}""")).Expect(201);

        Assert.Equal("409 #/code unique",
            (await client.Post("/v1/shelves", $$"""{"code":"{{code}}"}""", DryRun)).Summary());
        Assert.Equal("422 #/shelf_id reference", (await client.Post(
            "/v1/things", """{"name":"ab","shelf_id":99999999}""", DryRun)).Summary());
    }

    [Fact]
    public async Task Lenient_leaves_out_what_cannot_be_written()
    {
        var client = await lab.Lab();

        var made = (await client.Post(
            "/v1/things", """{"name":"ab","nope":1,"made":"2020-01-01T00:00:00Z","twice":5}""",
            ("Prefer", "handling=lenient"))).Expect(201);

        Assert.Equal("handling=lenient", made["Preference-Applied"]);
        Assert.NotEqual("2020-01-01T00:00:00Z", made.Json.GetProperty("made").GetString());
        Assert.Equal("422 #/name min_length", (await client.Post(
            "/v1/things", """{"name":"a","nope":1}""", ("Prefer", "handling=lenient"))).Summary());
    }

    [Fact]
    public async Task Strict_refuses_a_preference_that_nobody_knows()
    {
        var client = await lab.Lab();

        var strict = await client.Post("/v1/things", """{"name":"ab"}""",
            ("Prefer", "handling=strict, return=minimum"));
        var usual = await client.Post("/v1/things", """{"name":"ab"}""", ("Prefer", "return=minimum"));

        Assert.Equal("400 Prefer preference", strict.Summary());
        Assert.Contains("return=minimal", strict.Text, StringComparison.Ordinal);
        usual.Expect(201);
    }

    private static async Task<OwnLab> Own()
    {
        var folder = new TempFolder();
        return new OwnLab(folder, await WriteLab.StartLab(folder));
    }

    private sealed record OwnLab(TempFolder Folder, TercelProcess Server) : IAsyncDisposable
    {
        public async Task<string> Dump() =>
            (await Program.RunAny(Installed.Require("sqlite3"), Folder.Path, "-readonly", Folder["lab.db"],
                ".dump")).Output;

        public async ValueTask DisposeAsync()
        {
            await Server.DisposeAsync();
            Folder.Dispose();
        }
    }
}
