using Tercel.Scenarios.Harness;
using Tercel.Scenarios.Writes;
using Xunit;

namespace Tercel.Scenarios.Concurrency;

/// <summary>The database has another writer: a second server, or a program that holds its lock.</summary>
public sealed class TwoProcessTests
{
    [Fact]
    public async Task Two_servers_on_one_database_lose_no_update()
    {
        const int Clients = 8;
        const int Each = 5;
        using var folder = new TempFolder();
        await using var first = await WriteLab.StartLab(folder);
        await using var second = await TercelProcess.StartApi(folder, folder.Path);
        var path = (await first.Client.Post("/v1/counters", "{}")).Expect(201)["Location"] ?? "";

        await Task.WhenAll(Enumerable.Range(0, Clients).Select(who => Task.Run(async () =>
        {
            var client = who % 2 == 0 ? first.Client : second.Client;
            for (var done = 0; done < Each;)
            {
                var reply = await client.Patch(path, """{"value":{"$inc":1}}""");
                if (reply.Status == 200) done++;
                else reply.Expect(503);
            }
        })));

        Assert.Equal(Clients * Each, (await second.Client.Get(path)).Json.GetProperty("value").GetInt32());
        Assert.Equal(
            (await first.Client.Get(path)).Text, (await second.Client.Get(path)).Text);
    }

    [Fact]
    public async Task A_tag_of_one_server_is_stale_once_the_other_wrote()
    {
        using var folder = new TempFolder();
        await using var first = await WriteLab.StartLab(folder);
        await using var second = await TercelProcess.StartApi(folder, folder.Path);
        var made = (await first.Client.Post("/v1/counters", "{}")).Expect(201);
        var path = made["Location"] ?? "";

        (await second.Client.Patch(path, """{"value":1}""", ("If-Match", made["ETag"] ?? ""))).Expect(200);

        var stale = await first.Client.Patch(path, """{"value":2}""", ("If-Match", made["ETag"] ?? ""));
        Assert.Equal("412 If-Match stale", stale.Summary());
    }

    [Fact]
    public async Task Readers_go_on_and_writers_wait_while_another_program_holds_the_lock()
    {
        using var folder = new TempFolder();
        await using var server = await WriteLab.StartLab(folder);
        var path = (await server.Client.Post("/v1/counters", "{}")).Expect(201)["Location"] ?? "";
        var holder = Program.RunAny(
            Installed.Require("sqlite3"), folder.Path, "lab.db",
            "begin immediate; insert into counters(value, lock) values (1, 1);", ".shell touch locked; sleep 1.5",
                "commit;");
        await Wait.Until(() => File.Exists(folder["locked"]), () => server.Log);

        var write = server.Client.Patch(path, """{"value":5}""");
        (await server.Client.Get(path)).Expect(200);
        Assert.False(write.IsCompleted);

        Assert.Equal(0, (await holder).ExitCode);
        var reply = await write;
        Assert.Contains(reply.Status, new[] { 200, 503 });
        if (reply.Status == 503) Assert.NotNull(reply["Retry-After"]);
    }
}
