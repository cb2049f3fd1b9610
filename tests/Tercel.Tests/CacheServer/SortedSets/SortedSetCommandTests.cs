using System.Globalization;
using Tercel.Cache.Server.Commands.SortedSets;
using Tercel.Primitives;
using Tercel.TestSupport;
using Xunit;

namespace Tercel.Tests.CacheServer.SortedSets;

/// <summary>What a real server does not show of the commands on sorted sets: RESP3 forms, their journal, chance, and
/// that they allocate nothing.</summary>
public sealed class SortedSetCommandTests
{
    [Theory]
    [InlineData("ZRANGE z 0 -1", "*2\r\n$1\r\na\r\n$1\r\nb\r\n")]
    [InlineData("ZRANGE z 0 -1 WITHSCORES", "*2\r\n*2\r\n$1\r\na\r\n,1\r\n*2\r\n$1\r\nb\r\n,2.5\r\n")]
    [InlineData("ZPOPMIN z", "*2\r\n$1\r\na\r\n,1\r\n")]
    [InlineData("ZPOPMAX z 1", "*1\r\n*2\r\n$1\r\nb\r\n,2.5\r\n")]
    [InlineData("ZMPOP 1 z MIN", "*2\r\n$1\r\nz\r\n*1\r\n*2\r\n$1\r\na\r\n,1\r\n")]
    [InlineData("BZPOPMIN z 0", "*3\r\n$1\r\nz\r\n$1\r\na\r\n,1\r\n")]
    [InlineData("ZSCORE z b", ",2.5\r\n")]
    [InlineData("ZMSCORE z b x", "*2\r\n,2.5\r\n_\r\n")]
    [InlineData("ZINCRBY z 1 a", ",2\r\n")]
    [InlineData("ZADD z INCR 1 a", ",2\r\n")]
    [InlineData("ZADD z NX INCR 1 a", "_\r\n")]
    [InlineData("ZUNION 1 z WITHSCORES", "*2\r\n*2\r\n$1\r\na\r\n,1\r\n*2\r\n$1\r\nb\r\n,2.5\r\n")]
    [InlineData("ZRANDMEMBER z 5 WITHSCORES", "*2\r\n*2\r\n$1\r\na\r\n,1\r\n*2\r\n$1\r\nb\r\n,2.5\r\n")]
    [InlineData("ZSCAN z 0", "*2\r\n$1\r\n0\r\n*4\r\n$1\r\na\r\n$1\r\n1\r\n$1\r\nb\r\n$3\r\n2.5\r\n")]
    [InlineData("ZRANK z b WITHSCORE", "*2\r\n:1\r\n,2.5\r\n")]
    [InlineData("ZREVRANK z b WITHSCORE", "*2\r\n:0\r\n,2.5\r\n")]
    [InlineData("ZRANK z x WITHSCORE", "_\r\n")]
    [InlineData("ZRANK z b WITH", "-ERR syntax error\r\n")]
    [InlineData("ZRANK z b WITHSCORE x", "-ERR wrong number of arguments for 'zrank' command\r\n")]
    [InlineData("ZMPOP 1 none MIN", "_\r\n")]
    public void In_RESP3_scores_are_doubles_and_pairs_are_nested_where_Redis_nests_them(string command, string reply)
    {
        using var runner = new CommandRunner();
        runner.Run("ZADD z 1 a 2.5 b");
        Assert.Equal(reply, runner.Run(runner.Open(isResp3: true), command));
    }

    [Theory]
    [InlineData("ZADD z GT CH 5 a", "ZADD z GT CH 5 a")]
    [InlineData("BZPOPMIN none z 0", "ZPOPMIN z")]
    [InlineData("BZPOPMAX z 0", "ZPOPMAX z")]
    [InlineData("ZMPOP 1 z MAX COUNT 9", "ZPOPMAX z 2")]
    [InlineData("BZMPOP 0 1 z MIN", "ZPOPMIN z 1")]
    [InlineData("ZUNIONSTORE d 1 z", "ZUNIONSTORE d 1 z")]
    [InlineData("ZINTERSTORE z 1 none", "ZINTERSTORE z 1 none")]
    public void A_change_is_journaled_as_what_came_of_it(string command, string journaled)
    {
        using var runner = new CommandRunner();
        var journal = new RecordingJournal();
        runner.Run("ZADD z 1 a 2.5 b");
        runner.Server.Journal = journal;
        runner.Run(command);
        Assert.Equal(journaled, Assert.Single(journal.Commands));
    }

    [Theory]
    [InlineData("ZADD z 1 a")]
    [InlineData("ZADD z NX 5 a")]
    [InlineData("ZADD none XX 5 a")]
    [InlineData("ZINCRBY z 0 a")]
    [InlineData("ZREM z x")]
    [InlineData("ZPOPMIN z 0")]
    [InlineData("ZREMRANGEBYSCORE z 8 9")]
    [InlineData("ZUNIONSTORE none 1 none")]
    [InlineData("ZADD text 1 a")]
    public void What_changes_nothing_is_not_journaled(string command)
    {
        using var runner = new CommandRunner();
        var journal = new RecordingJournal();
        runner.Run("ZADD z 1 a 2.5 b");
        runner.Run("SET text x");
        runner.Server.Journal = journal;
        runner.Run(command);
        Assert.Empty(journal.Commands);
    }

    [Fact]
    public void Random_members_are_distinct_and_each_comes_as_often()
    {
        using var runner = new CommandRunner();
        for (var i = 0; i < 300; i++) runner.Run($"ZADD z 0 m{i}");
        var seen = new Dictionary<string, int>();
        for (var round = 0; round < 600; round++)
        {
            var members = runner.Run("ZRANDMEMBER z 30").Split("\r\n").Where(word => word.StartsWith('m')).ToList();
            Assert.Equal(30, members.Distinct().Count());
            foreach (var member in members) seen[member] = seen.GetValueOrDefault(member) + 1;
        }

        // 60 on average with a standard deviation of 7.3: six of them to either side.
        Assert.Equal(300, seen.Count);
        Assert.All(seen.Values, count => Assert.InRange(count, 16, 104));
    }

    [Fact]
    public void Shuffled_ranks_hold_every_number_once()
    {
        var random = new Prng(Fuzz.Seed);
        foreach (var count in (int[])[1, 2, 3, 4, 5, 15, 16, 17, 1000, 65_537])
        {
            var ranks = new ShuffledRanks(count, random);
            var numbers = Enumerable.Range(0, count).Select(ranks.At).Order();
            Assert.Equal(Enumerable.Range(0, count), numbers);
        }
    }

    [Fact]
    public void A_scan_of_a_large_set_sees_every_member_while_others_come_and_go()
    {
        using var runner = new CommandRunner();
        for (var i = 0; i < 1_000; i++) runner.Run(string.Create(CultureInfo.InvariantCulture, $"ZADD z {i} m{i}"));
        var seen = new HashSet<string>();
        var cursor = "0";
        var extra = 0;
        do
        {
            var lines = runner.Run($"ZSCAN z {cursor} MATCH m* COUNT 20").Split("\r\n");
            cursor = lines[2];
            foreach (var line in lines.Where(line => line.StartsWith('m'))) seen.Add(line);
            for (var i = 0; i < 20; i++) runner.Run($"ZADD z 1 x{extra++}");
        }
        while (cursor != "0");
        Assert.Equal(1_000, seen.Count);
    }

    [Theory]
    [InlineData("ZADD z 1 a 2.5 b 3 c", "ZSCORE z a", "ZRANK z c", "ZRANGE z 0 -1 WITHSCORES",
        "ZINCRBY z 1 b", "ZREM z b")]
    [InlineData("ZADD z 1 a 2 b 3 c", "ZRANGEBYSCORE z 1 (3 LIMIT 0 1", "ZCOUNT z 1 2", "ZPOPMIN z", "ZPOPMAX z 2")]
    [InlineData("ZADD z 1 a 2 b", "ZUNIONSTORE d 2 z z WEIGHTS 1 2", "ZINTER 2 z d", "ZDIFF 2 z d",
        "ZRANGESTORE e z 0 -1")]
    [InlineData("ZADD z 1 a 2 b", "ZRANDMEMBER z 1", "ZSCAN z 0", "ZMPOP 1 z MIN COUNT 5", "ZADD z 1 a",
        "BZPOPMIN z 0")]
    public void A_command_allocates_nothing_on_the_managed_heap(params string[] commands)
    {
        using var runner = new CommandRunner();
        using var prepared = new PreparedCommands(runner, commands);
        prepared.AllocatedBytes(200);
        Assert.Equal(0, prepared.AllocatedBytes(5_000));
    }
}
