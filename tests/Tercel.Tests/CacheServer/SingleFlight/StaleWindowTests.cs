using Tercel.Cache.Server.Sessions;
using Xunit;

namespace Tercel.Tests.CacheServer.SingleFlight;

/// <summary>One client after the other, on one thread; waiting is tested through the real server.</summary>
public sealed class StaleWindowTests : IDisposable
{
    private const string Nil = "$-1\r\n";
    private const string Old = "$3\r\nold\r\n";

    private readonly CommandRunner _runner = new();
    private readonly Session _first;
    private readonly Session _second;

    public StaleWindowTests()
    {
        _runner.Run("POLICY SET page:* swr=300s lease=2s jitter=0%");
        _first = _runner.Open();
        _second = _runner.Open();
    }

    [Theory]
    [InlineData("SET page:1 old EX 60")]
    [InlineData("SET page:1 old PX 60000 NX")]
    [InlineData("SETEX page:1 60 old")]
    [InlineData("PSETEX page:1 60000 old")]
    public void A_stale_value_goes_to_all_but_the_first_who_gets_nil(string store)
    {
        _runner.Run(store);
        _runner.Advance(60_000);
        Assert.Equal(Old, _runner.Run(_first, "GET page:1"));
        _runner.Advance(1);
        Assert.Equal(Nil, _runner.Run(_first, "GET page:1"));
        Assert.Equal(Old, _runner.Run(_second, "GET page:1"));
        Assert.Equal(Old, _runner.Run(_first, "GET page:1"));
        _runner.Run(_first, "SET page:1 new EX 60");
        Assert.Equal("$3\r\nnew\r\n", _runner.Run(_second, "GET page:1"));
    }

    [Fact]
    public void A_value_is_gone_when_its_stale_window_is_over()
    {
        _runner.Run("SET page:1 old EX 60");
        _runner.Advance(360_000);
        Assert.Equal(":1\r\n", _runner.Run("EXISTS page:1"));
        _runner.Advance(1);
        Assert.Equal(":0\r\n", _runner.Run("EXISTS page:1"));
    }

    [Fact]
    public void A_lease_ends_by_time_and_the_next_client_refills()
    {
        _runner.Run("SET page:1 old EX 60");
        _runner.Advance(61_000);
        Assert.Equal(Nil, _runner.Run(_first, "GET page:1"));
        _runner.Advance(1_999);
        Assert.Equal(Old, _runner.Run(_second, "GET page:1"));
        _runner.Advance(1);
        Assert.Equal(Nil, _runner.Run(_second, "GET page:1"));
    }

    [Fact]
    public void A_lease_ends_with_its_holder()
    {
        _runner.Run("SET page:1 old EX 60");
        _runner.Advance(61_000);
        Assert.Equal(Nil, _runner.Run(_first, "GET page:1"));
        Assert.True(_first.HasLeases);
        _runner.Server.Leases.EndOf(_first.Id);
        Assert.Equal(Nil, _runner.Run(_second, "GET page:1"));
        Assert.Equal(1, _runner.Server.Leases.Count);
    }

    [Theory]
    [InlineData("DEL page:1", Nil)]
    [InlineData("APPEND page:1 x", Nil)]
    [InlineData("FLUSHALL", Nil)]
    public void A_lease_ends_with_any_change_of_its_key(string command, string reply)
    {
        _runner.Run("SET page:1 old EX 60");
        _runner.Advance(61_000);
        _runner.Run(_first, "GET page:1");
        _runner.Run(_second, command);
        Assert.Equal(0, _runner.Server.Leases.Count);
        Assert.Equal(reply, _runner.Run(_second, "GET page:1"));
    }

    [Fact]
    public void Times_to_live_tell_when_a_value_becomes_stale()
    {
        _runner.Run("SET page:1 old EX 60");
        Assert.Equal(":60\r\n", _runner.Run("TTL page:1"));
        _runner.Advance(70_000);
        Assert.Equal(":0\r\n", _runner.Run("PTTL page:1"));
        _runner.Run("EXPIRE page:1 10");
        Assert.Equal(":10000\r\n", _runner.Run("PTTL page:1"));
        _runner.Advance(309_000);
        Assert.Equal(":1\r\n", _runner.Run("EXISTS page:1"));
        _runner.Run("GETEX page:1 PX 500");
        Assert.Equal(":500\r\n", _runner.Run("PTTL page:1"));
    }

    [Fact]
    public void Jitter_shortens_times_to_live_by_no_more_than_it_says()
    {
        _runner.Run("POLICY SET jitter:* jitter=10%");
        var times = Enumerable.Range(0, 200).Select(i =>
        {
            _runner.Run($"SET jitter:{i} v EX 1000");
            return long.Parse(_runner.Run($"PTTL jitter:{i}").AsSpan(1).TrimEnd(),
                System.Globalization.CultureInfo.InvariantCulture);
        }).ToList();
        Assert.All(times, ms => Assert.InRange(ms, 900_000, 1_000_000));
        Assert.True(times.Distinct().Count() > 100);
    }

    [Fact]
    public void Mget_gives_the_lease_of_stale_keys_too()
    {
        _runner.Run("SET page:1 old EX 60");
        _runner.Advance(61_000);
        Assert.Equal("*2\r\n$-1\r\n$-1\r\n", _runner.Run(_first, "MGET page:1 page:2"));
        Assert.Equal("*2\r\n$3\r\nold\r\n$-1\r\n", _runner.Run(_second, "MGET page:1 page:2"));
    }

    [Fact]
    public void Inside_a_transaction_the_old_value_is_read_and_no_lease_is_given()
    {
        _runner.Run("SET page:1 old EX 60");
        _runner.Advance(61_000);
        _runner.Run(_first, "MULTI");
        _runner.Run(_first, "GET page:1");
        Assert.Equal("*1\r\n" + Old, _runner.Run(_first, "EXEC"));
        Assert.Equal(0, _runner.Server.Leases.Count);
    }

    [Fact]
    public void A_window_can_be_given_with_the_value()
    {
        _runner.Run("SET other old EX 60 SWR 10");
        _runner.Advance(61_000);
        Assert.Equal(Nil, _runner.Run(_first, "GET other"));
        Assert.Equal(Old, _runner.Run(_second, "GET other"));
        _runner.Advance(10_000);
        Assert.Equal(":0\r\n", _runner.Run("EXISTS other"));
    }

    [Fact]
    public void A_window_of_zero_overrides_the_policy()
    {
        _runner.Run("SET page:1 old EX 60 SWR 0");
        _runner.Advance(60_001);
        Assert.Equal(":0\r\n", _runner.Run("EXISTS page:1"));
    }

    [Theory]
    [InlineData("SET k v SWR 10", "-ERR SWR needs a time to live\r\n")]
    [InlineData("SET k v EX 10 SWR -1", "-ERR SWR is out of range\r\n")]
    [InlineData("SET k v EX 10 SWR 2592001", "-ERR SWR is out of range\r\n")]
    [InlineData("SET k v EX 10 SWR x", "-ERR value is not an integer or out of range\r\n")]
    [InlineData("SET k v EX 10 SWR", "-ERR syntax error\r\n")]
    [InlineData("SET k v LEASE", "-ERR syntax error\r\n")]
    [InlineData("SET k v LEASE x", "-ERR value is not an integer or out of range\r\n")]
    [InlineData("GETL k TIME 0", "-ERR the lease's time is out of range\r\n")]
    [InlineData("GETL k TIME", "-ERR syntax error\r\n")]
    [InlineData("GETL k NOW 5", "-ERR syntax error\r\n")]
    public void Wrong_windows_and_leases_are_refused(string command, string reply)
    {
        Assert.Equal(reply, _runner.Run(command));
        Assert.Equal(":0\r\n", _runner.Run("EXISTS k"));
    }

    [Fact]
    public void Windows_are_journaled_as_they_came_out()
    {
        var journal = new RecordingJournal();
        _runner.Server.Journal = journal;
        _runner.Run("SETEX page:1 60 v");
        _runner.Run("SET other v EX 60 SWR 5 TAGS 1 t");
        _runner.Run("EXPIRE other 30");
        _runner.Run("POLICY DEL page:*");
        Assert.Equal(
            [
                $"SET page:1 v PXAT {CommandRunner.StartMs + 60_000} PSWR 300000",
                $"SET other v PXAT {CommandRunner.StartMs + 60_000} TAGS 1 t PSWR 5000",
                $"PEXPIREAT other {CommandRunner.StartMs + 30_000}", "POLICY DEL page:*",
            ],
            journal.Commands);
    }

    public void Dispose() => _runner.Dispose();
}
