using Tercel.Primitives;
using Tercel.Scenarios.Existing;
using Tercel.Scenarios.Harness;
using Tercel.TestSupport;
using Xunit;

namespace Tercel.Scenarios.Robustness;

/// <summary>Random queries that follow the grammar never break a server: an answer, or a problem that names the
/// mistake.</summary>
public sealed class RandomQueryTests(
    ReadShopFixture shop, ChinookFixture chinook, TypesFixture types, OddDatabaseTests.OddDatabase odd)
    : IClassFixture<OddDatabaseTests.OddDatabase>
{
    private const int Rounds = 1200;

    [Fact]
    public async Task Over_the_shop() => await Run(await shop.Client());

    [Fact]
    public async Task Over_chinook() => await Run(await chinook.Client());

    [Fact]
    public async Task Over_all_types() => await Run(await types.Client());

    [Fact]
    public async Task Over_an_odd_database() => await Run(odd.Client);

    private static async Task Run(ApiClient client)
    {
        var api = await DescribedApi.Read(client);
        var random = new Prng(Fuzz.Seed);
        var queries = new RandomQuery(api, random);
        var answered = 0;
        foreach (var round in Fuzz.Rounds(Rounds))
        {
            var path = queries.Next();
            var reply = await Send(client, path, round);
            if (reply.Status == 200) answered++;
            Assert.True(reply.Status is 200 or 400 or 405 or 504, $"{Where(round)} {path}: {reply.Status}\n{reply.Text}");
            if (reply.Status == 200) continue;
            Assert.StartsWith("application/problem+json", reply["Content-Type"], StringComparison.Ordinal);
            if (reply.Status == 400) Assert.NotEqual(0, reply.Json.GetProperty("errors").GetArrayLength());
        }

        Assert.True(answered > Rounds / 3, $"only {answered} queries were answered");
        (await client.Get("/readyz")).Expect(200);
    }

    private static async Task<Reply> Send(ApiClient client, string path, int round)
    {
        try
        {
            return await client.Get(path);
        }
        catch (Exception e)
        {
            Assert.Fail($"{Where(round)} {path}\n{e}");
            throw;
        }
    }

    private static string Where(int round) => $"TERCEL_FUZZ_SEED={Fuzz.Seed}, round {round}:";
}
