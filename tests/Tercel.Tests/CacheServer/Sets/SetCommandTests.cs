using Xunit;

namespace Tercel.Tests.CacheServer.Sets;

public sealed class SetCommandTests : IDisposable
{
    private readonly CommandRunner _runner = new();

    [Theory]
    [InlineData(5)]
    [InlineData(500)]
    [InlineData(5_000)]
    public void Spop_with_a_count_takes_distinct_members_out(int members)
    {
        for (var i = 0; i < members; i++) _runner.Run($"SADD s m{i}");
        var journal = new RecordingJournal();
        _runner.Server.Journal = journal;
        var popped = Bulks(_runner.Run($"SPOP s {members - 1}"));
        Assert.Equal(members - 1, popped.Distinct().Count());
        Assert.Equal(":1\r\n", _runner.Run("SCARD s"));
        Assert.All(journal.Commands, c => Assert.StartsWith("SREM s m", c));
        Assert.Equal(popped, journal.Commands.SelectMany(c => c.Split(' ').Skip(2)));
        Assert.Single(Bulks(_runner.Run("SPOP s 10")));
        Assert.Equal("DEL s", journal.Commands[^1]);
        Assert.Equal(":0\r\n", _runner.Run("EXISTS s"));
        _runner.Keyspace.CheckIntegrity();
    }

    [Fact]
    public void Srandmember_picks_distinct_members_or_repeats()
    {
        _runner.Run("SADD s 1 2 3");
        Assert.Equal(2, Bulks(_runner.Run("SRANDMEMBER s 2")).Distinct().Count());
        Assert.Equal(3, Bulks(_runner.Run("SRANDMEMBER s 100")).Distinct().Count());
        Assert.Equal(100, Bulks(_runner.Run("SRANDMEMBER s -100")).Count);
        Assert.Equal("-ERR value is out of range\r\n", _runner.Run("SRANDMEMBER s -1000001"));
        Assert.Equal(":3\r\n", _runner.Run("SCARD s"));
    }

    [Fact]
    public void Hrandfield_picks_fields_with_their_values()
    {
        _runner.Run("HSET h a 1 b 2 c 3");
        Assert.Equal(6, Bulks(_runner.Run("HRANDFIELD h 5 WITHVALUES")).Count);
        Assert.Equal(20, Bulks(_runner.Run("HRANDFIELD h -10 WITHVALUES")).Count);
        Assert.Equal(2, Bulks(_runner.Run("HRANDFIELD h 2")).Distinct().Count());
        Assert.Equal("-ERR value is out of range\r\n", _runner.Run("HRANDFIELD h -1000001"));
    }

    [Theory]
    [InlineData("HGETALL h", "%1\r\n$1\r\nf\r\n$1\r\nv\r\n")]
    [InlineData("HGETALL nokey", "%0\r\n")]
    [InlineData("HGET h nope", "_\r\n")]
    [InlineData("HRANDFIELD h 1 WITHVALUES", "*1\r\n*2\r\n$1\r\nf\r\n$1\r\nv\r\n")]
    [InlineData("SMEMBERS s", "~1\r\n$1\r\n1\r\n")]
    [InlineData("SINTER s s", "~1\r\n$1\r\n1\r\n")]
    [InlineData("SUNION s a b c d e", "~1\r\n$1\r\n1\r\n")]
    [InlineData("SDIFF s s", "~0\r\n")]
    [InlineData("SPOP s 1", "~1\r\n$1\r\n1\r\n")]
    [InlineData("SRANDMEMBER s 1", "*1\r\n$1\r\n1\r\n")]
    public void Resp3_has_its_own_types(string command, string reply)
    {
        _runner.Run("HSET h f v");
        _runner.Run("SADD s 1");
        Assert.Equal(reply, _runner.Run(_runner.Open(isResp3: true), command));
    }

    [Theory]
    [InlineData("SINTERSTORE s s t")]
    [InlineData("SUNIONSTORE s s t")]
    [InlineData("SDIFFSTORE s t s")]
    [InlineData("SMOVE s t a")]
    public void A_destination_may_be_a_source(string command)
    {
        _runner.Run("SADD s a b c");
        _runner.Run("SADD t b c d");
        _runner.Run("EXPIRE s 100");
        _runner.Run(command);
        _runner.Keyspace.CheckIntegrity();
        if (!command.StartsWith("SMOVE", StringComparison.Ordinal)) Assert.Equal(":-1\r\n", _runner.Run("TTL s"));
    }

    [Theory]
    [InlineData("HSET h a 1 b 2", "HGET h a", "HMGET h a b", "HINCRBY h a 1", "HINCRBYFLOAT h b 0.5", "HDEL h a")]
    [InlineData("HSET h a 1", "HGETALL h", "HKEYS h", "HVALS h", "HSCAN h 0", "HRANDFIELD h 5 WITHVALUES", "HLEN h")]
    [InlineData("HSET h a 1 b 2", "HEXPIRE h 100 FIELDS 1 a", "HTTL h FIELDS 1 a", "HPERSIST h FIELDS 1 a", "DEL h")]
    [InlineData("HSETEX h EX 10 FIELDS 1 a 1", "HGETEX h PX 5000 FIELDS 1 a", "HGETDEL h FIELDS 1 a")]
    [InlineData("SADD s a b c", "SISMEMBER s a", "SMISMEMBER s a z", "SMEMBERS s", "SSCAN s 0", "SCARD s", "SPOP s")]
    [InlineData("SADD n 1 2 3", "SMEMBERS n", "SRANDMEMBER n 2", "SRANDMEMBER n -5", "SREM n 1", "SPOP n 1")]
    [InlineData("SADD s a b", "SADD t b c", "SINTER s t", "SUNION s t", "SDIFF s t", "SINTERCARD 2 s t", "SMOVE s t a")]
    [InlineData("SADD s a b", "SADD t b c", "SINTERSTORE d s t", "SUNIONSTORE d d t", "SDIFFSTORE d d s", "SUNION s t d e f")]
    [InlineData("HGET large f77", "HSET large f99 v", "HGETALL large", "SMEMBERS many", "SUNION many s", "SSCAN many 0")]
    public void A_command_allocates_nothing_on_the_managed_heap(params string[] commands)
    {
        for (var i = 0; i < 1_000; i++) _runner.Run($"HSET large f{i} v");
        for (var i = 0; i < 1_000; i++) _runner.Run($"SADD many m{i}");
        using var prepared = new PreparedCommands(_runner, commands);
        prepared.AllocatedBytes(rounds: 200);
        Assert.Equal(0, prepared.AllocatedBytes(rounds: 2_000));
    }

    [Fact]
    public void Scans_of_a_large_set_see_every_member_once_while_it_stays()
    {
        for (var i = 0; i < 3_000; i++) _runner.Run($"SADD s m{i}");
        var seen = new HashSet<string>();
        var cursor = "0";
        do
        {
            var bulks = Bulks(_runner.Run($"SSCAN s {cursor} COUNT 50"));
            cursor = bulks[0];
            foreach (var member in bulks.Skip(1)) Assert.True(seen.Add(member));
        }
        while (cursor != "0");
        Assert.Equal(3_000, seen.Count);
    }

    public void Dispose() => _runner.Dispose();

    private static List<string> Bulks(string reply)
    {
        var lines = reply.Split("\r\n");
        var bulks = new List<string>();
        for (var i = 0; i < lines.Length - 1; i++)
            if (lines[i].StartsWith('$')) bulks.Add(lines[++i]);
        return bulks;
    }
}
