using Tercel.Cache.Server.Sessions;
using Xunit;

namespace Tercel.Tests.CacheServer;

public sealed class TransactionTests : IDisposable
{
    private const string Aborted = "*-1\r\n";
    private const string Discarded = "-EXECABORT Transaction discarded because of previous errors.\r\n";

    private readonly CommandRunner _runner = new();
    private readonly Session _other;

    public TransactionTests() => _other = _runner.Open();

    [Fact]
    public void Queued_commands_run_at_EXEC_and_reply_in_order()
    {
        Assert.Equal("+OK\r\n", _runner.Run("MULTI"));
        Assert.Equal("+QUEUED\r\n", _runner.Run("SET a 1"));
        Assert.Equal("+QUEUED\r\n", _runner.Run("INCR a"));
        Assert.Equal("$-1\r\n", _runner.Run(_other, "GET a"));
        Assert.Equal("*2\r\n+OK\r\n:2\r\n", _runner.Run("EXEC"));
        Assert.Equal("$1\r\n2\r\n", _runner.Run("GET a"));
    }

    [Fact]
    public void An_empty_transaction_replies_an_empty_array() => Assert.Equal("*0\r\n", Exec());

    [Theory]
    [InlineData("SET a")]
    [InlineData("NOSUCH a")]
    [InlineData("CLIENT NOSUCH")]
    public void A_command_that_cannot_be_queued_spoils_the_transaction(string wrong)
    {
        _runner.Run("MULTI");
        _runner.Run("SET a 1");
        Assert.StartsWith("-ERR", _runner.Run(wrong));
        Assert.Equal(Discarded, _runner.Run("EXEC"));
        Assert.Equal("$-1\r\n", _runner.Run("GET a"));
        Assert.Equal("-ERR EXEC without MULTI\r\n", _runner.Run("EXEC"));
    }

    [Fact]
    public void An_error_while_running_does_not_stop_the_others()
    {
        _runner.Run("SET a text");
        Assert.Equal(
            "*3\r\n-ERR value is not an integer or out of range\r\n+OK\r\n$1\r\nx\r\n",
            Exec("INCR a", "SET b x", "GET b"));
    }

    [Fact]
    public void Nesting_WATCH_inside_and_EXEC_or_DISCARD_outside_are_errors()
    {
        _runner.Run("MULTI");
        Assert.Equal("-ERR MULTI calls can not be nested\r\n", _runner.Run("MULTI"));
        Assert.Equal("-ERR WATCH inside MULTI is not allowed\r\n", _runner.Run("WATCH a"));
        Assert.Equal("*0\r\n", _runner.Run("EXEC"));
        Assert.Equal("-ERR DISCARD without MULTI\r\n", _runner.Run("DISCARD"));
    }

    [Fact]
    public void Discard_forgets_the_queue_and_the_watched_keys()
    {
        _runner.Run("WATCH a");
        _runner.Run("MULTI");
        _runner.Run("SET a 1");
        Assert.Equal("+OK\r\n", _runner.Run("DISCARD"));
        _runner.Run(_other, "SET a 2");
        Assert.Equal("*1\r\n$1\r\n2\r\n", Exec("GET a"));
        Assert.False(_runner.Server.Watches.IsUsed);
    }

    [Theory]
    [InlineData("SET a 2")]
    [InlineData("DEL a")]
    [InlineData("EXPIRE a 100")]
    [InlineData("FLUSHALL")]
    [InlineData("FLUSHDB")]
    [InlineData("RENAME a b")]
    public void A_change_of_a_watched_key_aborts(string change)
    {
        _runner.Run("SET a 1");
        _runner.Run("WATCH z a");
        _runner.Run(_other, change);
        Assert.Equal(Aborted, Exec("SET ran yes"));
        Assert.Equal("$-1\r\n", _runner.Run("GET ran"));
        Assert.Equal("*1\r\n+OK\r\n", Exec("SET ran yes"));
    }

    [Theory]
    [InlineData("SET b 2")]
    [InlineData("GET a")]
    [InlineData("DEL missing")]
    public void What_does_not_change_a_watched_key_does_not_abort(string command)
    {
        _runner.Run("SET a 1");
        _runner.Run("WATCH a");
        _runner.Run(_other, command);
        Assert.Equal("*1\r\n+OK\r\n", Exec("SET ran yes"));
    }

    [Fact]
    public void A_flush_does_not_touch_a_watched_key_that_was_not_there()
    {
        _runner.Run("WATCH a");
        _runner.Run(_other, "FLUSHALL");
        Assert.Equal("*0\r\n", Exec());
    }

    [Fact]
    public void A_key_of_that_name_in_another_database_is_another_key()
    {
        _runner.Run("WATCH a");
        _runner.Run(_other, "SELECT 1");
        _runner.Run(_other, "SET a 1");
        Assert.Equal("*0\r\n", Exec());
    }

    [Fact]
    public void Unwatch_forgets_and_so_does_EXEC()
    {
        _runner.Run("WATCH a");
        _runner.Run("UNWATCH");
        _runner.Run(_other, "SET a 1");
        Assert.Equal("*0\r\n", Exec());
        _runner.Run("WATCH a");
        Exec();
        _runner.Run(_other, "SET a 2");
        Assert.Equal("*0\r\n", Exec());
    }

    [Fact]
    public void The_expiry_of_a_watched_key_aborts()
    {
        _runner.Run("SET a 1 PX 50");
        _runner.Run("WATCH a");
        _runner.Advance(100);
        Assert.Equal(Aborted, Exec());
    }

    [Fact]
    public void A_key_that_had_expired_before_WATCH_does_not_abort()
    {
        _runner.Run("SET a 1 PX 50");
        _runner.Advance(100);
        _runner.Run("WATCH a");
        Assert.Equal("*0\r\n", Exec());
    }

    [Fact]
    public void RESP3_gets_a_null_for_an_aborted_transaction()
    {
        var session = _runner.Open(isResp3: true);
        _runner.Run(session, "WATCH a");
        _runner.Run("SET a 1");
        _runner.Run(session, "MULTI");
        Assert.Equal("_\r\n", _runner.Run(session, "EXEC"));
    }

    [Fact]
    public void SELECT_in_a_transaction_holds_for_what_follows()
    {
        Assert.Equal("*3\r\n+OK\r\n+OK\r\n+OK\r\n", Exec("SET a 0", "SELECT 1", "SET a 1"));
        Assert.Equal("$1\r\n1\r\n", _runner.Run("GET a"));
        _runner.Run("SELECT 0");
        Assert.Equal("$1\r\n0\r\n", _runner.Run("GET a"));
    }

    [Fact]
    public void Commands_over_the_whole_keyspace_run_inside_too() =>
        Assert.Equal("*4\r\n+OK\r\n:1\r\n+OK\r\n:0\r\n", Exec("SET a 0", "DBSIZE", "FLUSHALL", "DBSIZE"));

    [Fact]
    public void What_a_transaction_changed_is_journaled_in_one_piece()
    {
        var journal = new RecordingJournal();
        _runner.Server.Journal = journal;
        Exec("SET a 1", "GET a", "SELECT 2", "SET b 2");
        var text = Assert.Single(journal.Texts);
        Assert.Equal("MULTI|SET a 1|SELECT 2|SET b 2|SELECT 0|EXEC", text);
    }

    [Fact]
    public void A_transaction_that_changed_nothing_or_one_thing_needs_no_MULTI_in_the_journal()
    {
        var journal = new RecordingJournal();
        _runner.Server.Journal = journal;
        Exec("GET a");
        Exec("SET a 1");
        Assert.Equal("SET a 1", Assert.Single(journal.Texts));
    }

    public void Dispose() => _runner.Dispose();

    private string Exec(params string[] commands)
    {
        _runner.Run("MULTI");
        foreach (var command in commands) _runner.Run(command);
        return _runner.Run("EXEC");
    }
}
