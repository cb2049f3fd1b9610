using System.Globalization;
using Xunit;

namespace Tercel.Tests.CacheServer.Keys;

/// <summary>What is journaled gives the same dataset at any later time: no relative times, no conditions.</summary>
public sealed class KeyFamilyJournalTests : IDisposable
{
    private readonly CommandRunner _runner = new();
    private readonly RecordingJournal _journal = new();

    public KeyFamilyJournalTests() => _runner.Server.Journal = _journal;

    [Theory]
    [InlineData("SET k v", "SET k v")]
    [InlineData("SET k v EX 10", "SET k v PXAT +10000")]
    [InlineData("SET k v PX 10 NX", "SET k v PXAT +10")]
    [InlineData("SET k v PXAT 4100000000000", "SET k v PXAT 4100000000000")]
    [InlineData("SET k v NX GET", "SET k v")]
    [InlineData("SET old v XX KEEPTTL", "SET old v KEEPTTL")]
    [InlineData("SETEX k 10 v", "SET k v PXAT +10000")]
    [InlineData("PSETEX k 10 v", "SET k v PXAT +10")]
    [InlineData("SETNX k v", "SET k v")]
    [InlineData("GETSET old v", "SET old v")]
    [InlineData("GETDEL old", "DEL old")]
    [InlineData("GETEX old EX 5", "PEXPIREAT old +5000")]
    [InlineData("GETEX old PXAT 1", "DEL old")]
    [InlineData("GETEX expiring PERSIST", "PERSIST expiring")]
    [InlineData("MSETNX k 1 l 2", "MSET k 1 l 2")]
    [InlineData("INCRBYFLOAT k 1.5", "SET k 1.5 KEEPTTL")]
    [InlineData("INCR k", "INCR k")]
    [InlineData("EXPIRE old 10 NX", "PEXPIREAT old +10000")]
    [InlineData("EXPIREAT old 1", "DEL old")]
    [InlineData("UNLINK old", "UNLINK old")]
    [InlineData("RENAMENX old new", "RENAMENX old new")]
    [InlineData("FLUSHDB ASYNC", "FLUSHDB ASYNC")]
    public void A_change_is_journaled_as_what_came_of_it(string command, string journaled)
    {
        _runner.Run("SET old 1");
        _runner.Run("SET expiring 1 EX 100");
        _journal.Commands.Clear();
        _runner.Run(command);
        Assert.Equal(Absolute(journaled), Assert.Single(_journal.Commands));
    }

    [Theory]
    [InlineData("GET old")]
    [InlineData("SET old v NX")]
    [InlineData("SET k v XX GET")]
    [InlineData("SETNX old v")]
    [InlineData("GETEX old")]
    [InlineData("GETEX old PERSIST")]
    [InlineData("DEL k")]
    [InlineData("EXPIRE k 5")]
    [InlineData("EXPIRE old 5 XX")]
    [InlineData("PERSIST old")]
    [InlineData("RENAME old old")]
    [InlineData("SETBIT old 7 1")]
    [InlineData("SETRANGE k 0 \"\"")]
    [InlineData("INCRBYFLOAT old x")]
    public void What_changes_nothing_is_not_journaled(string command)
    {
        _runner.Run("SET old 1");
        _journal.Commands.Clear();
        _runner.Run(command);
        Assert.Empty(_journal.Commands);
    }

    [Fact]
    public void A_rewritten_command_is_not_kept_without_a_journal()
    {
        _runner.Server.Journal = null;
        _runner.Run("SET k v EX 10");
        Assert.Equal(0, _runner.Dispatcher.Rewrite.Commands);
        Assert.False(_runner.Dispatcher.Rewrite.IsUsed);
    }

    public void Dispose() => _runner.Dispose();

    private static string Absolute(string journaled) => string.Join(' ', journaled.Split(' ').Select(word =>
        word[0] != '+' ? word
            : (CommandRunner.StartMs + long.Parse(word, CultureInfo.InvariantCulture))
                .ToString(CultureInfo.InvariantCulture)));
}
