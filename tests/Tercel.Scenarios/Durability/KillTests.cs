using System.Collections.Concurrent;
using Tercel.Primitives;
using Tercel.Scenarios.Harness;
using Tercel.Scenarios.Writes;
using Tercel.TestSupport;
using Xunit;

namespace Tercel.Scenarios.Durability;

/// <summary>Kill -9 under load: what was answered is there, and nothing is there by halves.</summary>
public sealed class KillTests
{
    private const int Rounds = 3;
    private const int Connections = 16;

    [Fact]
    public async Task A_write_that_was_answered_survives_a_kill()
    {
        using var folder = new TempFolder();
        var random = new Prng(Fuzz.Seed);
        var answered = new ConcurrentBag<string>();
        for (var round = 0; round < Rounds; round++)
        {
            await using var server = await WriteLab.StartLab(folder);
            using var over = new CancellationTokenSource();
            var writers = Enumerable.Range(0, Connections)
                .Select(who => Task.Run(() => Write(server.Client, $"r{round}w{who}", answered, over.Token)))
                .ToList();
            var before = answered.Count;
            await Wait.Until(() => answered.Count >= before + 20, () => server.Log);

            await Task.Delay(random.Between(50, 500));
            server.KillNow();
            await over.CancelAsync();
            await Task.WhenAll(writers);

            await Check(folder, answered);
        }
    }

    [Fact]
    public async Task After_a_kill_the_server_goes_on_where_it_was()
    {
        using var folder = new TempFolder();
        await using (var first = await WriteLab.StartLab(folder))
        {
            (await first.Client.Post("/v1/shelves", """{"code":"one"}""")).Expect(201);
            first.KillNow();
        }

        await using var second = await WriteLab.StartLab(folder);

        Assert.Single((await second.Client.Get("/v1/shelves?code=one")).Expect(200).Items);
        (await second.Client.Post("/v1/shelves", """{"code":"two"}""")).Expect(201);
    }

    [Fact]
    public async Task A_kill_during_the_first_start_leaves_nothing_by_halves()
    {
        using var folder = new TempFolder();
        folder.CopyFrom(RepositoryPaths.SampleShop);
        foreach (var ms in new[] { 400, 700, 1000 })
        {
            using var program = Program.Start(folder.Path, [], ["api", ".", "--listen", "127.0.0.1:0"]);
            await Task.Delay(ms);
            program.Kill();
        }

        await using var server = await TercelProcess.StartApi(folder, folder.Path);

        var counts = await DirectSql.Query(folder["shop.db"], """
            select (select count(*) from orders) as orders, (select count(*) from order_lines) as lines
            """);
        Assert.True(counts[0].GetProperty("orders").GetInt32() >= 2000, counts[0].ToString());
        Assert.True(counts[0].GetProperty("lines").GetInt32() >= 6000, counts[0].ToString());
    }

    // A shelf, a thing on it and a note about that, in one transaction each.
    private static async Task Write(
        ApiClient client, string name, ConcurrentBag<string> answered, CancellationToken over)
    {
        for (var i = 0; !over.IsCancellationRequested; i++)
        {
            var code = $"{name}n{i}";
            try
            {
                var reply = await client.Post("/v1/batch", $$$"""
                    {"ops":[
                      {"id":"s","method":"POST","path":"/shelves","body":{"code":"{{{code}}}"}},
                      {"id":"t","method":"POST","path":"/things","body":{"name":"{{{code}}}","shelf_id":"$s.id"}},
                      {"method":"POST","path":"/notes","body":{"thing_id":"$t.id","author":"x","text":"about {{{code}}}"}}
                    ]}
                    """);
                if (reply.Status == 200) answered.Add(code);
                else if (reply.Status != 503) reply.Expect(200);
            }
            catch (HttpRequestException)
            {
                return;   // The server is gone.
            }
        }
    }

    private static async Task Check(TempFolder folder, ConcurrentBag<string> answered)
    {
        // The writing connection recovers the log as the next start does; the index is compared with its table.
        var file = folder["lab.db"];
        await DirectSql.Execute(file, "insert into notes_fts (notes_fts, rank) values ('integrity-check', 1)");
        Assert.Equal("ok", (await DirectSql.Scalar(file, "pragma integrity_check")).GetString());
        Assert.Empty(await DirectSql.Query(file, "pragma foreign_key_check"));
        var codes = (await DirectSql.Query(file, "select code from shelves"))
            .Select(row => row.GetProperty("code").GetString()).ToHashSet();
        Assert.All(answered, code => Assert.Contains(code, codes));
        var halves = await DirectSql.Scalar(file, """
            select count(*) from shelves s
            where not exists (select 1 from things t join notes n on n.thing_id = t.id where t.shelf_id = s.id)
            """);
        Assert.Equal(0, halves.GetInt32());
    }
}
