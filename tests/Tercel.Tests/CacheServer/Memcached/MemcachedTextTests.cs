using Xunit;

namespace Tercel.Tests.CacheServer.Memcached;

public sealed class MemcachedTextTests : IDisposable
{
    private readonly MemcachedRunner _client = new();

    [Theory]
    [InlineData("get a\r\n", "END\r\n")]
    [InlineData("get\r\n", "ERROR\r\n")]
    [InlineData("\r\n", "ERROR\r\n")]
    [InlineData("GET a\r\n", "ERROR\r\n")]
    [InlineData("set a 1 0 3\r\nabc\r\nget a\r\n", "STORED\r\nVALUE a 1 3\r\nabc\r\nEND\r\n")]
    [InlineData("set a 1 0 3 noreply\r\nabc\r\nget a b a\r\n",
        "VALUE a 1 3\r\nabc\r\nVALUE a 1 3\r\nabc\r\nEND\r\n")]
    [InlineData("set a 0 0 0\r\n\r\nget a\r\n", "STORED\r\nVALUE a 0 0\r\n\r\nEND\r\n")]
    [InlineData("set a 1 0 x\r\n", "CLIENT_ERROR bad command line format\r\n")]
    [InlineData("set a 1 0 -1\r\n", "CLIENT_ERROR bad command line format\r\n")]
    [InlineData("set a 1 0 3\r\nabcdef\r\n", "CLIENT_ERROR bad data chunk\r\nERROR\r\n")]
    [InlineData("add a 0 0 1\r\n1\r\nadd a 0 0 1\r\n2\r\n", "STORED\r\nNOT_STORED\r\n")]
    [InlineData("replace a 0 0 1\r\n1\r\n", "NOT_STORED\r\n")]
    [InlineData("set a 7 0 1\r\nb\r\nappend a 1 1 1\r\nc\r\nprepend a 1 1 2\r\n_a\r\nget a\r\n",
        "STORED\r\nSTORED\r\nSTORED\r\nVALUE a 7 4\r\n_abc\r\nEND\r\n")]
    [InlineData("append a 0 0 1\r\n1\r\n", "NOT_STORED\r\n")]
    [InlineData("cas a 0 0 1 1\r\nx\r\n", "NOT_FOUND\r\n")]
    [InlineData("set a 0 0 1\r\nx\r\ncas a 0 0 1 0\r\ny\r\n", "STORED\r\nEXISTS\r\n")]
    [InlineData("set a 0 0 1\r\n1\r\ndelete a\r\ndelete a 0\r\n", "STORED\r\nDELETED\r\nNOT_FOUND\r\n")]
    [InlineData("delete a 5\r\n", "CLIENT_ERROR bad command line format.  Usage: delete <key> [noreply]\r\n")]
    [InlineData("set n 0 0 2\r\n10\r\nincr n 5\r\ndecr n 100\r\n", "STORED\r\n15\r\n0\r\n")]
    [InlineData("set n 0 0 20\r\n18446744073709551615\r\nincr n 2\r\n", "STORED\r\n1\r\n")]
    [InlineData("incr n 1\r\n", "NOT_FOUND\r\n")]
    [InlineData("incr n x\r\n", "CLIENT_ERROR invalid numeric delta argument\r\n")]
    [InlineData("set n 0 0 1\r\nx\r\nincr n 1\r\n",
        "STORED\r\nCLIENT_ERROR cannot increment or decrement non-numeric value\r\n")]
    [InlineData("touch a 0\r\ntouch a x\r\n", "NOT_FOUND\r\nCLIENT_ERROR invalid exptime argument\r\n")]
    [InlineData("set a 0 0 1\r\n1\r\nflush_all\r\nget a\r\n", "STORED\r\nOK\r\nEND\r\n")]
    [InlineData("verbosity 1\r\nversion\r\n", "OK\r\nVERSION 1.6.18\r\n")]
    [InlineData("flush_all 10\r\n", "SERVER_ERROR flush_all with a delay is not supported\r\n")]
    public void A_script_gets_these_replies(string script, string replies) =>
        Assert.Equal(replies, _client.Run(script));

    [Fact]
    public void A_key_may_have_250_bytes_and_no_more()
    {
        Assert.Equal("STORED\r\n", _client.Run($"set {new string('k', 250)} 0 0 1\r\nx\r\n"));
        foreach (var command in new[] { "get {0}", "gat 0 {0}", "touch {0} 0", "delete {0}", "incr {0} 1", "mg {0}" })
        {
            Assert.Equal(
                "CLIENT_ERROR bad command line format\r\n",
                _client.Run(string.Format(null, command, new string('k', 251)) + "\r\n"));
        }
    }

    [Fact]
    public void An_item_over_the_limit_is_passed_over_and_ends_the_old_one()
    {
        _client.Redis.Run("CONFIG SET memcached-max-item-size 1024");
        Assert.Equal("STORED\r\n", _client.Run($"set a 0 0 1024\r\n{new string('x', 1024)}\r\n"));
        Assert.Equal(
            "SERVER_ERROR object too large for cache\r\nEND\r\n",
            _client.Run($"set a 0 0 1025\r\n{new string('x', 1025)}\r\nget a\r\n"));
        Assert.Equal(
            "STORED\r\nNOT_STORED\r\n",
            _client.Run($"set b 0 0 1000\r\n{new string('x', 1000)}\r\nappend b 0 0 25\r\n{new string('x', 25)}\r\n"));
    }

    [Fact]
    public void A_unique_number_stores_once()
    {
        _client.Run("set a 0 0 1\r\n1\r\n");
        var unique = _client.Run("gets a\r\n").Split("\r\n")[0].Split(' ')[4];
        Assert.Equal("STORED\r\n", _client.Run($"cas a 0 0 1 {unique}\r\n2\r\n"));
        Assert.Equal("EXISTS\r\n", _client.Run($"cas a 0 0 1 {unique}\r\n3\r\n"));
        var next = _client.Run("gets a\r\n").Split("\r\n")[0].Split(' ')[4];
        _client.Redis.Run("SET a by-redis");
        Assert.Equal("EXISTS\r\n", _client.Run($"cas a 0 0 1 {next}\r\n3\r\n"));
    }

    [Theory]
    [InlineData(60, 60_000)]
    [InlineData(60 * 60 * 24 * 30, 60L * 60 * 24 * 30 * 1000)]
    [InlineData(CommandRunner.StartMs / 1000 + 5, 5_000)]
    public void Times_up_to_30_days_are_relative_and_above_absolute(long seconds, long livesMs)
    {
        _client.Run($"set a 0 {seconds} 1\r\nx\r\n");
        _client.Redis.Advance(livesMs);
        Assert.StartsWith("VALUE", _client.Run("get a\r\n"), StringComparison.Ordinal);
        _client.Redis.Advance(1);
        Assert.Equal("END\r\n", _client.Run("get a\r\n"));
    }

    [Fact]
    public void A_negative_time_is_over_at_once()
    {
        Assert.Equal("STORED\r\nEND\r\n", _client.Run("set a 0 -1 1\r\nx\r\nget a\r\n"));
        Assert.Equal("STORED\r\nTOUCHED\r\nEND\r\n", _client.Run("set a 0 0 1\r\nx\r\ntouch a -1\r\nget a\r\n"));
        Assert.Equal(
            "STORED\r\nVALUE a 0 1\r\nx\r\nEND\r\nEND\r\n", _client.Run("set a 0 0 1\r\nx\r\ngat -1 a\r\nget a\r\n"));
    }

    [Fact]
    public void Both_protocols_see_the_same_strings()
    {
        _client.Run("set a 5 100 2\r\nhi\r\n");
        Assert.Equal("$2\r\nhi\r\n", _client.Redis.Run("GET a"));
        Assert.Equal(":100\r\n", _client.Redis.Run("TTL a"));
        _client.Redis.Run("SET b there");
        Assert.Equal("VALUE b 0 5\r\nthere\r\nEND\r\n", _client.Run("get b\r\n"));
        Assert.Equal("+OK\r\n", _client.Redis.Run("MC.SET c 9 0 flagged"));
        Assert.Equal("VALUE c 9 7\r\nflagged\r\nEND\r\n", _client.Run("get c\r\n"));
    }

    [Fact]
    public void What_is_no_string_is_missed_and_only_set_replaces_it()
    {
        _client.Redis.Run("RPUSH l 1");
        Assert.Equal(
            "END\r\nEN\r\nNOT_STORED\r\nNOT_STORED\r\nNOT_FOUND\r\nNOT_FOUND\r\nNOT_FOUND\r\nNF\r\nEN\r\n",
            _client.Run("get l\r\nmg l v N30\r\nadd l 0 0 1\r\nx\r\nappend l 0 0 1\r\nx\r\nincr l 1\r\ntouch l 5\r\n"
                + "delete l\r\nma l N0\r\nme l\r\n"));
        Assert.Equal("+list\r\n", _client.Redis.Run("TYPE l"));
        Assert.Equal("STORED\r\n", _client.Run("set l 0 0 1\r\nx\r\n"));
        Assert.Equal("+string\r\n", _client.Redis.Run("TYPE l"));
    }

    [Fact]
    public void With_a_password_the_first_set_logs_in()
    {
        _client.Redis.Run("CONFIG SET requirepass secret");
        var stranger = _client.Open();
        Assert.Equal("CLIENT_ERROR unauthenticated\r\n", _client.Run(stranger, "get a\r\n"));
        Assert.Equal("CLIENT_ERROR authentication failure\r\n", _client.Run(stranger, "set x 0 0 5\r\nwrong\r\n"));
        Assert.Equal("STORED\r\nEND\r\n", _client.Run(stranger, "set x 0 0 14\r\ndefault secret\r\nget x\r\n"));
    }

    [Fact]
    public void Rights_hold_for_memcached_clients_too()
    {
        _client.Redis.Run("CONFIG SET requirepass secret");
        _client.Redis.Run("ACL SETUSER bob on >pw +@read ~a*");
        var bob = _client.Open();
        Assert.Equal("STORED\r\n", _client.Run(bob, "set x 0 0 6\r\nbob pw\r\n"));
        Assert.Equal(
            "END\r\nCLIENT_ERROR access denied\r\nCLIENT_ERROR access denied\r\n",
            _client.Run(bob, "get a\r\nget b\r\nset a 0 0 1\r\nx\r\n"));
    }

    [Fact]
    public void A_full_cache_that_may_not_evict_refuses()
    {
        _client.Redis.Run("CONFIG SET maxmemory 1mb");
        var value = new string('x', 100_000);
        var replies = Enumerable.Range(0, 40).Select(i => _client.Run($"set k{i} 0 0 {value.Length}\r\n{value}\r\n"));
        Assert.Contains("SERVER_ERROR out of memory storing object\r\n", replies);
    }

    [Theory]
    [InlineData("stats\r\n", "STAT curr_items 0\r\n")]
    [InlineData("stats settings\r\n", "STAT item_size_max 1048576\r\n")]
    [InlineData("stats items\r\n", "STAT items:1:number 0\r\n")]
    [InlineData("stats slabs\r\n", "STAT active_slabs 1\r\n")]
    public void Statistics_are_lines_that_tools_read(string command, string line)
    {
        var reply = _client.Run(command);
        Assert.Contains(line, reply, StringComparison.Ordinal);
        Assert.EndsWith("END\r\n", reply, StringComparison.Ordinal);
    }

    [Fact]
    public void A_change_is_journaled_in_words_that_redis_clients_know()
    {
        var journal = new RecordingJournal();
        _client.Redis.Server.Journal = journal;
        _client.Run("set a 0 0 1\r\n1\r\nset b 7 0 1\r\n2\r\nset c 0 100 1\r\n3\r\nincr a 1\r\nappend b 0 0 1\r\nx\r\n"
            + "touch c 0\r\ndelete a\r\nget b\r\nflush_all\r\n");
        var until = CommandRunner.StartMs + 100_000;
        Assert.Equal(
            [
                "SET a 1", "MC.SET b 7 0 2", $"SET c 3 PXAT {until}", "SET a 2", "APPEND b x", "PERSIST c", "DEL a",
                "FLUSHDB",
            ],
            journal.Commands);
    }

    public void Dispose() => _client.Dispose();
}
