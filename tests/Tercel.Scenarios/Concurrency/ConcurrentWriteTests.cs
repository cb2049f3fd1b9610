using Tercel.Scenarios.Harness;
using Tercel.Scenarios.Writes;
using Xunit;

namespace Tercel.Scenarios.Concurrency;

/// <summary>Many clients write the same rows at once: nothing is lost, and races have one winner.</summary>
public sealed class ConcurrentWriteTests(WriteLab lab)
{
    private const int Clients = 64;

    [Fact]
    public async Task Increments_of_many_clients_add_up()
    {
        const int Each = 5;
        var client = await lab.Lab();
        var path = await Counter(client);

        await Together(Clients, async _ =>
        {
            for (var i = 0; i < Each; i++) (await client.Patch(path, """{"value":{"$inc":1}}""")).Expect(200);
        });

        var row = (await client.Get(path)).Json;
        Assert.Equal(Clients * Each, row.GetProperty("value").GetInt32());
        Assert.Equal(Clients * Each + 1, row.GetProperty("lock").GetInt32());
    }

    [Fact]
    public async Task Of_all_that_hold_the_same_tag_one_wins()
    {
        var client = await lab.Lab();
        var path = await Counter(client);
        for (var round = 0; round < 5; round++)
        {
            var tag = (await client.Get(path))["ETag"] ?? "";

            var replies = await Together(
                Clients / 2, who => client.Patch(path, $$"""{"value":{{who + 1000}}}""", ("If-Match", tag)));

            var winner = Assert.Single(replies, reply => reply.Status == 200);
            Assert.All(replies, reply => Assert.Contains(reply.Status, new[] { 200, 412 }));
            Assert.All(replies, reply => Assert.Equal(winner["ETag"], reply["ETag"]));
            Assert.Equal(winner.Text, (await client.Get(path)).Text);
        }
    }

    [Fact]
    public async Task Reading_and_writing_back_with_the_tag_loses_no_update()
    {
        const int Each = 4;
        var client = await lab.Lab();
        var path = await Counter(client);

        await Together(8, async _ =>
        {
            for (var done = 0; done < Each;)
            {
                var row = (await client.Get(path)).Expect(200);
                var next = row.Json.GetProperty("value").GetInt32() + 1;
                var reply = await client.Patch(path, $$"""{"value":{{next}}}""", ("If-Match", row["ETag"] ?? ""));
                if (reply.Status == 200) done++;
                else reply.Expect(412);
            }
        });

        Assert.Equal(8 * Each, (await client.Get(path)).Json.GetProperty("value").GetInt32());
    }

    [Fact]
    public async Task Of_all_that_want_a_unique_value_one_gets_it()
    {
        var client = await lab.Lab();
        for (var round = 0; round < 5; round++)
        {
            var code = $"race{lab.Unused()}";

            var replies = await Together(16, _ => client.Post("/v1/shelves", $$"""{"code":"{{code}}"}"""));

            Assert.Single(replies, reply => reply.Status == 201);
            Assert.Equal(15, replies.Count(reply => reply.Summary() == "409 #/code unique"));
        }
    }

    [Fact]
    public async Task Of_all_that_upsert_the_same_row_one_makes_it()
    {
        var client = await lab.Lab();
        var code = $"ups{lab.Unused()}";

        var replies = await Together(
            16, who => client.Post("/v1/shelves?on_conflict=code", $$"""{"code":"{{code}}","note":"{{who}}"}"""));

        Assert.Single(replies, reply => reply.Status == 201);
        Assert.Equal(15, replies.Count(reply => reply.Status == 200));
        Assert.Single(replies.Select(reply => reply.Json.GetProperty("id").GetInt32()).Distinct());
    }

    [Fact]
    public async Task Of_all_that_put_a_new_row_one_makes_it()
    {
        var client = await lab.Lab();
        var path = $"/v1/pages/put-{lab.Unused()}";

        var replies = await Together(
            16, who => client.Put(path, $$"""{"title":"{{who}}"}""", ("If-None-Match", "*")));

        Assert.Single(replies, reply => reply.Status == 201);
        Assert.Equal(15, replies.Count(reply => reply.Status == 412));
    }

    [Fact]
    public async Task Numbers_of_a_sequence_are_given_once()
    {
        var shop = await lab.Shop();
        var user = await CreateTests.User(shop);

        var replies = await Together(
            Clients, _ => shop.Post("/v1/orders?fields=number", $$"""{"customer_id":"{{user}}"}"""));

        Assert.Equal(Clients, replies.Select(r =>
            r.Expect(201).Json.GetProperty("number").GetString()).Distinct().Count());
    }

    [Fact]
    public async Task A_reader_never_sees_half_of_a_transaction()
    {
        var client = await lab.Lab();
        var (a, b) = (await Counter(client), await Counter(client));
        var ids = $"id={Id(a)}&id={Id(b)}";
        using var over = new CancellationTokenSource();
        var reader = Task.Run(async () =>
        {
            var reads = 0;
            for (; !over.IsCancellationRequested; reads++)
            {
                var rows = (await client.Get($"/v1/counters?{ids}")).Expect(200).Items;
                Assert.Equal(0, rows.Sum(row => row.GetProperty("value").GetInt32()));
            }

            return reads;
        });

        try
        {
            await Together(8, async who =>
            {
                for (var i = 0; i < 10; i++)
                {
                    var amount = ((who * 7) + i) % 5;
                    (await client.Post("/v1/batch", $$$$"""
                        {"ops":[
                          {"method":"PATCH","path":"{{{{a[3..]}}}}","body":{"value":{"$inc":{{{{amount}}}}}}},
                          {"method":"PATCH","path":"{{{{b[3..]}}}}","body":{"value":{"$inc":{{{{-amount}}}}}}}
                        ]}
                        """)).Expect(200);
                }
            });
        }
        finally
        {
            await over.CancelAsync();
        }

        Assert.True(await reader > 0);
    }

    [Fact]
    public async Task Deleting_a_row_while_others_refer_to_it_leaves_no_reference_to_nothing()
    {
        var client = await lab.Lab();
        for (var round = 0; round < 5; round++)
        {
            var thing = await lab.Thing();
            await Together(8, async who =>
            {
                var reply = who == 0
                    ? await client.Delete(thing)
                    : await client.Post(
                        "/v1/notes", $$"""{"thing_id":{{Id(thing)}},"author":"a{{who}}","text":"t"}""");
                Assert.Contains(reply.Summary(), new[] { "201", "204", "422 #/thing_id reference" });
            });
            (await client.Get(thing)).Expect(404);
        }

        var orphans = await DirectSql.Scalar(
            lab.Database, "select count(*) from notes where thing_id not in (select id from things)");
        Assert.Equal(0, orphans.GetInt32());
    }

    private static async Task<string> Counter(ApiClient client) =>
        (await client.Post("/v1/counters", "{}")).Expect(201)["Location"] ?? "";

    private static string Id(string path) => path.Split('/')[^1];

    private static Task Together(int count, Func<int, Task> work) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(who => Task.Run(() => work(who))));

    private static Task<Reply[]> Together(int count, Func<int, Task<Reply>> work) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(who => Task.Run(() => work(who))));
}
