using Tercel.Cache.Server.Commands.SingleFlight;
using Tercel.Cache.Server.Sessions;
using Xunit;

namespace Tercel.Tests.CacheServer.SingleFlight;

public sealed class LeaseTests : IDisposable
{
    private const string Nil = "$-1\r\n";
    private const string Ok = "+OK\r\n";

    private readonly CommandRunner _runner = new();
    private readonly Session _other;

    public LeaseTests() => _other = _runner.Open();

    [Fact]
    public void The_first_who_asks_for_a_missing_key_gets_the_lease_and_stores_with_it()
    {
        var token = Token(_runner.Run("GETL k"));
        Assert.Equal("*6\r\n$5\r\nvalue\r\n$-1\r\n$5\r\nstale\r\n:0\r\n$5\r\nlease\r\n$-1\r\n", _runner.Run(_other, "GETL k"));
        Assert.Equal(Ok, _runner.Run($"SET k v EX 10 LEASE {token}"));
        Assert.Equal("*6\r\n$5\r\nvalue\r\n$1\r\nv\r\n$5\r\nstale\r\n:0\r\n$5\r\nlease\r\n$-1\r\n", _runner.Run("GETL k"));
        Assert.Equal(Nil, _runner.Run($"SET k again LEASE {token}"));
    }

    [Fact]
    public void A_stale_value_comes_with_the_lease_for_the_first()
    {
        _runner.Run("SET k v EX 10 SWR 60");
        _runner.Advance(11_000);
        var reply = _runner.Run("GETL k");
        Assert.StartsWith("*6\r\n$5\r\nvalue\r\n$1\r\nv\r\n$5\r\nstale\r\n:1\r\n$5\r\nlease\r\n$", reply);
        Assert.NotEqual("-1", Token(reply));
        Assert.EndsWith("lease\r\n$-1\r\n", _runner.Run(_other, "GETL k"));
    }

    [Theory]
    [InlineData("SET k theirs")]
    [InlineData("DEL k")]
    [InlineData("INCR k")]
    public void A_store_is_refused_when_the_key_was_changed_meanwhile(string change)
    {
        _runner.Run("SET k 1 EX 10 SWR 60");
        _runner.Advance(11_000);
        var token = Token(_runner.Run("GETL k"));
        _runner.Run(_other, change);
        Assert.Equal(Nil, _runner.Run($"SET k mine EX 10 LEASE {token}"));
    }

    [Fact]
    public void A_store_is_refused_when_the_time_was_over_or_the_token_is_another()
    {
        var token = Token(_runner.Run("GETL k TIME 100"));
        Assert.Equal(Nil, _runner.Run("SET k mine LEASE 1"));
        _runner.Advance(100);
        Assert.Equal(Nil, _runner.Run($"SET k mine LEASE {token}"));
    }

    [Fact]
    public void A_store_is_refused_when_one_of_its_tags_was_invalidated_meanwhile()
    {
        _runner.Run("SET other v TAGS 1 red");
        var token = Token(_runner.Run("GETL k"));
        _runner.Run(_other, "SET other v TAGS 1 blue");
        Assert.Equal(Ok, _runner.Run($"SET k mine TAGS 1 red LEASE {token}"));
        _runner.Run("DEL k");
        token = Token(_runner.Run("GETL k"));
        _runner.Run(_other, "TAG.INVALIDATE red");
        Assert.Equal(Nil, _runner.Run($"SET k mine TAGS 2 blue red LEASE {token}"));
        Assert.Equal(Ok, _runner.Run($"SET k mine TAGS 1 blue LEASE {token}"));
    }

    [Fact]
    public void A_shard_gives_out_a_bounded_number_of_leases()
    {
        for (var i = 0; i < Leases.CountPerShardMax * CommandRunner.SmallKeyspace.ShardCount * 2; i++)
            _runner.Run($"GETL key:{i}");
        Assert.InRange(
            _runner.Server.Leases.Count, 1, Leases.CountPerShardMax * CommandRunner.SmallKeyspace.ShardCount);
        _runner.Server.Leases.EndOf(_runner.Main.Id);
        Assert.Equal(0, _runner.Server.Leases.Count);
    }

    [Fact]
    public void Another_kind_of_value_is_an_error()
    {
        _runner.Run("RPUSH k a");
        Assert.StartsWith("-WRONGTYPE", _runner.Run("GETL k"));
    }

    [Fact]
    public void A_miss_under_a_policy_allocates_nothing()
    {
        _runner.Run("POLICY SET page:* swr=60s wait=0");
        using var prepared = new PreparedCommands(
            _runner, "DEL page:1", "GET page:1", "SET page:1 v EX 10", "GET page:1", "GETL page:1");
        prepared.AllocatedBytes(200);
        Assert.Equal(0, prepared.AllocatedBytes(5_000));
    }

    public void Dispose() => _runner.Dispose();

    private static string Token(string reply) => reply.Split("\r\n")[^2];
}
