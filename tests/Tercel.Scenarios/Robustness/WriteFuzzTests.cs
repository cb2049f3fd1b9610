using System.Collections.Concurrent;
using System.Globalization;
using Tercel.Primitives;
using Tercel.Scenarios.Harness;
using Tercel.Scenarios.Writes;
using Tercel.TestSupport;
using Xunit;

namespace Tercel.Scenarios.Robustness;

/// <summary>Random writes from many clients at once: none gives a 500, and what they leave keeps every rule.</summary>
public sealed class WriteFuzzTests
{
    private const int Clients = 6;
    private const int Rounds = 400;

    private static readonly HashSet<int> Expected =
        [200, 201, 204, 207, 400, 404, 405, 409, 412, 413, 415, 422, 428, 503];

    [Fact]
    public async Task No_write_breaks_the_server_or_a_rule()
    {
        using var folder = new TempFolder();
        await using var server = await WriteLab.StartLab(folder);
        for (var i = 1; i <= 3; i++)
        {
            (await server.Client.Post("/v1/shelves", $$"""{"code":"first{{i}}"}""")).Expect(201);
            (await server.Client.Post("/v1/things", """{"name":"first"}""")).Expect(201);
            (await server.Client.Post("/v1/locked", "{}")).Expect(201);
        }

        var statuses = new ConcurrentDictionary<int, int>();
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(
            who => Task.Run(() => Client(server.Client, new Prng(Fuzz.Seed + (ulong)who), statuses))));

        (await server.Client.Get("/readyz")).Expect(200);
        // Random requests that are all refused would prove little.
        var good = statuses.Where(s => s.Key < 300).Sum(s => s.Value);
        var all = statuses.Values.Sum();
        Assert.True(good * 8 > all, string.Join(", ", statuses.Select(s => $"{s.Key}: {s.Value}")));
        foreach (var resource in new[] { "things", "shelves", "notes", "pages", "pairs", "locked" })
            await ReadAll(server.Client, $"/v1/{resource}?limit=200");
        Assert.Equal(0, await server.Stop());
        await CheckRules(folder["lab.db"]);
    }

    private static async Task Client(ApiClient client, Prng random, ConcurrentDictionary<int, int> statuses)
    {
        var grammar = new WriteGrammar(random);
        foreach (var round in Fuzz.Rounds(Rounds))
        {
            var request = grammar.Next();
            var type = request.Body is null ? null : "application/json";
            try
            {
                var reply = await client.Send(request.Method, request.Path, request.Body, type, request.Headers);
                statuses.AddOrUpdate(reply.Status, 1, (_, count) => count + 1);
                Assert.Contains(reply.Status, Expected);
                if (reply.Status >= 400) Assert.NotEmpty(reply.Summary());
                else if (reply.Body.Length > 0) _ = reply.Json;
            }
            catch (Exception e)
            {
                Assert.Fail(string.Create(
                    CultureInfo.InvariantCulture, $"TERCEL_FUZZ_SEED={Fuzz.Seed}, round {round}:\n{request}\n{e}"));
            }
        }
    }

    private static async Task ReadAll(ApiClient client, string path)
    {
        for (string? next = path; next is not null;)
        {
            var page = (await client.Get(next)).Expect(200);
            next = page.Json.GetProperty("page").GetProperty("next").GetString();
        }
    }

    private static async Task CheckRules(string file)
    {
        Assert.Equal("ok", (await DirectSql.Scalar(file, "pragma integrity_check")).GetString());
        Assert.Empty(await DirectSql.Query(file, "pragma foreign_key_check"));
        await DirectSql.Execute(file, "insert into notes_fts (notes_fts, rank) values ('integrity-check', 1)");
        var broken = await DirectSql.Query(file, """
            select id from things
            where length(name) not between 2 and 20
               or amount not between 0 and 100
               or price < 0 or price >= 1000000 or round(price, 2) <> price
               or kind not in ('plain', 'fancy', 'rare')
               or (kind = 'fancy' and not price > 10)
               or code not glob '[A-Z][A-Z][0-9]*'
               or json_array_length(words) > 3
               or (data is not null and not json_valid(data))
               or typeof(amount) <> 'integer' or typeof(ok) <> 'integer' or lock < 1
            """);
        Assert.Empty(broken);
        var twice = await DirectSql.Query(
            file, "select thing_id, author from notes where gone_at is null group by 1, 2 having count(*) > 1");
        Assert.Empty(twice);
    }
}
