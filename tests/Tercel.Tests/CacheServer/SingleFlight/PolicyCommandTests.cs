using Tercel.Cache.Server.Commands.SingleFlight;
using Xunit;

namespace Tercel.Tests.CacheServer.SingleFlight;

public sealed class PolicyCommandTests : IDisposable
{
    private readonly CommandRunner _runner = new();

    [Theory]
    [InlineData("page:* swr=300s lease=2s wait=50ms jitter=10%", "page:* swr=5m lease=2s wait=50ms jitter=10%")]
    [InlineData("page:* SWR=1m30s", "page:* swr=1m30s lease=2s wait=0s jitter=0%")]
    [InlineData("page:* wait=1s", "page:* swr=0s lease=2s wait=1s jitter=0%")]
    [InlineData("page:*", "page:* swr=0s lease=0s wait=0s jitter=0%")]
    [InlineData("* jitter=5", "* swr=0s lease=0s wait=0s jitter=5%")]
    public void A_policy_is_listed_as_it_would_be_set(string set, string listed)
    {
        Assert.Equal("+OK\r\n", _runner.Run($"POLICY SET {set}"));
        Assert.Equal($"*1\r\n${listed.Length}\r\n{listed}\r\n", _runner.Run("POLICY LIST"));
        Assert.Equal("+OK\r\n", _runner.Run($"POLICY SET {listed}"));
        Assert.Equal($"*1\r\n${listed.Length}\r\n{listed}\r\n", _runner.Run("POLICY LIST"));
    }

    [Theory]
    [InlineData("page: swr=1s")]
    [InlineData("pa*ge:* swr=1s")]
    [InlineData("page[ab]* swr=1s")]
    [InlineData("page:* swr=1x")]
    [InlineData("page:* swr")]
    [InlineData("page:* swr=31d")]
    [InlineData("page:* wait=61s")]
    [InlineData("page:* jitter=91%")]
    [InlineData("page:* jitter=-1%")]
    [InlineData("page:* color=red")]
    public void A_wrong_policy_is_refused(string words)
    {
        Assert.StartsWith("-ERR ", _runner.Run($"POLICY SET {words}"));
        Assert.Equal("*0\r\n", _runner.Run("POLICY LIST"));
        Assert.False(_runner.Server.Policies.IsUsed);
    }

    [Fact]
    public void Policies_are_read_and_removed_by_their_prefix()
    {
        _runner.Run("POLICY SET page:* swr=2s lease=3s wait=4ms jitter=5%");
        Assert.Equal(
            "*8\r\n$3\r\nswr\r\n:2000\r\n$5\r\nlease\r\n:3000\r\n$4\r\nwait\r\n:4\r\n$6\r\njitter\r\n:5\r\n",
            _runner.Run("POLICY GET page:*"));
        Assert.Equal("$-1\r\n", _runner.Run("POLICY GET other:*"));
        Assert.Equal(":0\r\n", _runner.Run("POLICY DEL other:*"));
        Assert.Equal(":1\r\n", _runner.Run("POLICY DEL page:*"));
        Assert.Equal("*0\r\n", _runner.Run("POLICY LIST"));
    }

    [Fact]
    public void The_longest_prefix_counts()
    {
        _runner.Run("POLICY SET * jitter=1");
        _runner.Run("POLICY SET a:* jitter=2");
        _runner.Run("POLICY SET a:b:* jitter=3");
        Assert.Equal(3, Jitter("a:b:c"));
        Assert.Equal(3, Jitter("a:b:"));
        Assert.Equal(2, Jitter("a:b"));
        Assert.Equal(1, Jitter("b"));
        Assert.Equal(1, Jitter(""));
    }

    [Fact]
    public void There_are_as_many_policies_as_the_limit_says()
    {
        for (var i = 0; i < FlightPolicies.CountMax; i++)
            Assert.Equal("+OK\r\n", _runner.Run($"POLICY SET p{i}:*"));
        Assert.Equal("-ERR too many policies\r\n", _runner.Run("POLICY SET more:*"));
        Assert.Equal("+OK\r\n", _runner.Run("POLICY SET p1:* swr=1s"));
    }

    [Fact]
    public void Hits_misses_and_bytes_are_counted_and_outlive_a_change_of_the_policy()
    {
        _runner.Run("POLICY SET page:*");
        _runner.Run("SET page:1 12345");
        _runner.Run("SET page:2 123 EX 10");
        _runner.Run("GET page:1");
        _runner.Run("GET page:3");
        _runner.Run("GET other");
        _runner.Run("POLICY SET page:* swr=5s");
        Assert.True(_runner.Server.Policies.TryMatch("page:1"u8, out var policy));
        Assert.Equal((1, 1, 8), (policy.Counts.Hits, policy.Counts.Misses, policy.Counts.BytesWritten));
    }

    [Fact]
    public void Counts_of_a_prefix_are_in_the_information()
    {
        _runner.Run("POLICY SET page:*");
        _runner.Run("SET page:1 12345");
        _runner.Run("GET page:1");
        Assert.Contains(
            "prefix_page:*:hits=1,misses=0,stale_hits=0,leases=0,waits=0,bytes_written=5\r\n",
            _runner.Run("INFO prefixes"));
    }

    [Fact]
    public void The_miss_ratio_is_told_for_other_amounts_of_memory()
    {
        Assert.Contains("maxmemory_x0.5:bytes=16777216,miss_ratio=0.0000\r\n", _runner.Run("INFO missratio"));
        Assert.StartsWith("*8\r\n*2\r\n:8388608\r\n$1\r\n0\r\n", _runner.Run("TERCEL.MRC"));
        Assert.Equal("*1\r\n*2\r\n:100\r\n$1\r\n0\r\n", _runner.Run("TERCEL.MRC 100"));
        Assert.Equal("-ERR value is not an integer or out of range\r\n", _runner.Run("TERCEL.MRC x"));
    }

    [Theory]
    [InlineData("page:* swr=300s lease=2s wait=50ms jitter=10%")]
    [InlineData("*")]
    [InlineData("\"with blanks *\" swr=1s")]
    public void A_policy_is_read_back_from_the_text_of_a_snapshot(string words)
    {
        _runner.Run("POLICY SET " + words);
        var policy = Assert.Single(_runner.Server.Policies.All);
        Assert.Equal(policy.Text(), FlightPolicy.TryParse(policy.Text())?.Text());
    }

    [Theory]
    [InlineData("")]
    [InlineData("swr=1s lease=1s wait=1s jitter=1%")]
    [InlineData("swr=1s lease=1s wait=1s color=1% page:*")]
    [InlineData("swr=1s lease=1s wait=1s jitter=1% page:")]
    public void A_damaged_policy_of_a_snapshot_is_refused(string text) => Assert.Null(FlightPolicy.TryParse(text));

    public void Dispose() => _runner.Dispose();

    private int Jitter(string key)
    {
        Assert.True(_runner.Server.Policies.TryMatch(System.Text.Encoding.ASCII.GetBytes(key), out var policy));
        return policy.JitterPercent;
    }
}
