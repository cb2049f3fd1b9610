using Xunit;

namespace Tercel.Tests.CacheServer.Lists;

/// <summary>What a real server does not show of the commands on lists: their journal, and that they allocate
/// nothing.</summary>
public sealed class ListCommandTests
{
    [Theory]
    [InlineData("LPUSH l x", "LPUSH l x")]
    [InlineData("LPOP l", "LPOP l")]
    [InlineData("BLPOP none l 0", "LPOP l")]
    [InlineData("BRPOP l 5", "RPOP l")]
    [InlineData("LMPOP 2 none l LEFT COUNT 10", "LPOP l 3")]
    [InlineData("BLMPOP 1 1 l RIGHT", "RPOP l 1")]
    [InlineData("BLMOVE l m LEFT RIGHT 1", "LMOVE l m LEFT RIGHT")]
    [InlineData("BRPOPLPUSH l m 1", "LMOVE l m RIGHT LEFT")]
    [InlineData("LMOVE l l LEFT RIGHT", "LMOVE l l LEFT RIGHT")]
    [InlineData("LTRIM l 1 1", "LTRIM l 1 1")]
    public void A_change_is_journaled_as_what_came_of_it(string command, string journaled)
    {
        using var runner = new CommandRunner();
        var journal = new RecordingJournal();
        runner.Run("RPUSH l a b c");
        runner.Server.Journal = journal;
        runner.Run(command);
        Assert.Equal(journaled, Assert.Single(journal.Commands));
    }

    [Theory]
    [InlineData("LRANGE l 0 -1")]
    [InlineData("LPOP none")]
    [InlineData("LPOP l 0")]
    [InlineData("LREM l 0 x")]
    [InlineData("LTRIM l 0 -1")]
    [InlineData("LINSERT l BEFORE x y")]
    [InlineData("LSET l 9 y")]
    [InlineData("LPUSHX none x")]
    [InlineData("LPUSH text x")]
    [InlineData("LMOVE l text LEFT LEFT")]
    public void What_changes_nothing_is_not_journaled(string command)
    {
        using var runner = new CommandRunner();
        var journal = new RecordingJournal();
        runner.Run("RPUSH l a b c");
        runner.Run("SET text x");
        runner.Server.Journal = journal;
        runner.Run(command);
        Assert.Empty(journal.Commands);
        Assert.Equal("*3\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n", runner.Run("LRANGE l 0 -1"));
    }

    [Theory]
    [InlineData("LPUSH l 1 two 3", "RPUSH l four", "LLEN l", "LRANGE l 0 -1", "LINDEX l 1", "LPOP l", "RPOP l 5")]
    [InlineData("RPUSH l a b c", "LSET l 1 x", "LINSERT l AFTER x 7", "LPOS l 7 COUNT 0", "LREM l 0 7", "LTRIM l 1 0")]
    [InlineData("RPUSH l a b", "LMOVE l m LEFT RIGHT", "RPOPLPUSH l m", "LMOVE m m LEFT RIGHT",
        "LMPOP 2 l m LEFT COUNT 9")]
    [InlineData("RPUSH l a b c", "BLPOP l 1", "BRPOP x l 1", "BLMOVE l m LEFT LEFT 1", "BLMPOP 1 1 m LEFT")]
    public void A_command_allocates_nothing_on_the_managed_heap(params string[] commands)
    {
        using var runner = new CommandRunner();
        using var prepared = new PreparedCommands(runner, commands);
        prepared.AllocatedBytes(200);
        Assert.Equal(0, prepared.AllocatedBytes(5_000));
    }
}
