using System.Globalization;
using Xunit;

namespace Tercel.Tests.CacheServer.Tags;

public sealed class TagCommandTests : IDisposable
{
    private const string Nil = "$-1\r\n";

    private readonly CommandRunner _runner = new();

    [Fact]
    public void Invalidating_a_tag_drops_all_keys_that_carry_it_and_no_other()
    {
        _runner.Run("SET a 1 TAGS 2 red round");
        _runner.Run("SET b 2 EX 100 TAGS 1 red");
        _runner.Run("SET c 3 TAGS 1 round");
        _runner.Run("SET d 4");
        Assert.Equal(":1\r\n", _runner.Run("TAG.INVALIDATE red unknown"));
        Assert.Equal("*4\r\n$-1\r\n$-1\r\n$1\r\n3\r\n$1\r\n4\r\n", _runner.Run("MGET a b c d"));
        Assert.Equal(":0\r\n", _runner.Run("EXISTS a b"));
        Assert.Equal("*2\r\n$1\r\nc\r\n$1\r\nd\r\n", Sorted(_runner.Run("KEYS *")));
    }

    [Fact]
    public void A_value_stored_after_the_invalidation_stays()
    {
        _runner.Run("SET a 1 TAGS 1 red");
        _runner.Run("TAG.INVALIDATE red");
        _runner.Run("SET a 2 TAGS 1 red");
        Assert.Equal("$1\r\n2\r\n", _runner.Run("GET a"));
    }

    [Theory]
    [InlineData("APPEND k x")]
    [InlineData("INCR n")]
    [InlineData("INCRBYFLOAT n 0.5")]
    [InlineData("SETRANGE k 5 long-enough-to-move-the-value")]
    [InlineData("EXPIRE k 100")]
    [InlineData("PERSIST k")]
    [InlineData("SETBIT k 1000 1")]
    [InlineData("GETEX k EX 5")]
    public void Commands_that_change_a_value_in_place_keep_its_tags(string command)
    {
        _runner.Run("SET k v TAGS 1 red");
        _runner.Run("SET n 1 TAGS 1 red");
        _runner.Run(command);
        Assert.Equal("*1\r\n$3\r\nred\r\n", _runner.Run("TAG.LIST k"));
        Assert.Equal("*1\r\n$3\r\nred\r\n", _runner.Run("TAG.LIST n"));
        _runner.Run("TAG.INVALIDATE red");
        Assert.Equal(":0\r\n", _runner.Run("EXISTS k n"));
    }

    [Fact]
    public void Set_replaces_the_tags_and_renames_and_copies_take_them_along()
    {
        _runner.Run("SET a 1 TAGS 1 red");
        _runner.Run("COPY a copy");
        _runner.Run("RENAME a renamed");
        Assert.Equal("*1\r\n$3\r\nred\r\n", _runner.Run("TAG.LIST copy"));
        Assert.Equal("*1\r\n$3\r\nred\r\n", _runner.Run("TAG.LIST renamed"));
        _runner.Run("SET copy 2");
        Assert.Equal("*0\r\n", _runner.Run("TAG.LIST copy"));
    }

    [Theory]
    [InlineData("RPUSH k a b")]
    [InlineData("HSET k f v")]
    [InlineData("SADD k m")]
    [InlineData("SET k v EX 50")]
    public void Values_of_any_kind_get_tags(string command)
    {
        _runner.Run(command);
        Assert.Equal(":1\r\n", _runner.Run("TAG.ADD k red"));
        Assert.Equal(":1\r\n", _runner.Run("TAG.ADD k blue red"));
        Assert.Equal("*2\r\n$3\r\nred\r\n$4\r\nblue\r\n", _runner.Run("TAG.LIST k"));
        _runner.Run("TAG.INVALIDATE blue");
        Assert.Equal("+none\r\n", _runner.Run("TYPE k"));
        Assert.Equal(":0\r\n", _runner.Run("TAG.ADD k red"));
        Assert.Equal("*-1\r\n", _runner.Run("TAG.LIST k"));
    }

    [Theory]
    [InlineData("SET k v TAGS", "-ERR syntax error\r\n")]
    [InlineData("SET k v TAGS 0", "-ERR syntax error\r\n")]
    [InlineData("SET k v TAGS 2 one", "-ERR syntax error\r\n")]
    [InlineData("SET k v TAGS x one", "-ERR syntax error\r\n")]
    [InlineData("SET k v TAGS 1 \"\"", "-ERR invalid tag name\r\n")]
    [InlineData("TAG.ADD k \"\\x00tag\"", "-ERR invalid tag name\r\n")]
    [InlineData("TAG.INVALIDATE \"\"", "-ERR invalid tag name\r\n")]
    public void Wrong_tags_are_refused_and_change_nothing(string command, string reply)
    {
        _runner.Run("SET k old");
        Assert.Equal(reply, _runner.Run(command));
        Assert.Equal("$3\r\nold\r\n", _runner.Run("GET k"));
    }

    [Fact]
    public void Sixteen_tags_of_255_bytes_fit_and_one_more_or_one_longer_does_not()
    {
        string[] tags = [.. Enumerable.Range(100, 16).Select(i => new string('t', 252) + i)];
        Assert.Equal("+OK\r\n", _runner.Words(["SET", "k", "v", "TAGS", "16", .. tags]));
        Assert.Equal("-ERR too many tags\r\n", _runner.Words(["SET", "k", "v", "TAGS", "17", .. tags, "x"]));
        Assert.Equal("-ERR too many tags\r\n", _runner.Words("TAG.ADD", "k", "one-more"));
        Assert.Equal("-ERR invalid tag name\r\n", _runner.Words("SET", "k", "v", "TAGS", "1", new string('t', 256)));
    }

    [Fact]
    public void The_statistics_count_tags_sets_and_invalidations()
    {
        _runner.Run("SET a 1 TAGS 2 x y");
        _runner.Run("SET b 1 TAGS 2 y x");
        _runner.Run("TAG.INVALIDATE x");
        Assert.StartsWith("*8\r\n$4\r\ntags\r\n:2\r\n$4\r\nsets\r\n:1\r\n", _runner.Run("TAG.STATS"));
        Assert.EndsWith("$13\r\ninvalidations\r\n:1\r\n", _runner.Run("TAG.STATS"));
    }

    [Fact]
    public void Changes_of_tags_are_journaled()
    {
        var journal = new RecordingJournal();
        _runner.Server.Journal = journal;
        _runner.Run("SET k v EX 10 NX TAGS 2 b a");
        _runner.Run("TAG.ADD k c");
        _runner.Run("TAG.ADD k c");
        _runner.Run("TAG.INVALIDATE unknown");
        _runner.Run("TAG.INVALIDATE a");
        Assert.Equal(
            [$"SET k v PXAT {CommandRunner.StartMs + 10_000} TAGS 2 b a", "TAG.ADD k c", "TAG.INVALIDATE a"],
            journal.Commands);
    }

    [Fact]
    public void A_set_with_tags_allocates_nothing_once_they_are_known()
    {
        using var prepared = new PreparedCommands(
            _runner, "SET k value EX 100 TAGS 2 red round", "GET k", "TAG.ADD k red", "TAG.LIST k", "TAG.INVALIDATE red");
        prepared.AllocatedBytes(200);
        Assert.Equal(0, prepared.AllocatedBytes(5_000));
    }

    public void Dispose() => _runner.Dispose();

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Sorted(string reply)
    {
        var words = reply.Split("\r\n");
        var keys = words.Where((_, i) => i > 0 && i % 2 == 0).Where(w => w.Length > 0).Order(StringComparer.Ordinal);
        return words[0] + "\r\n" + string.Concat(keys.Select(k => $"${k.Length}\r\n{k}\r\n"));
    }
}
