using System.Globalization;
using Xunit;

namespace Tercel.Tests.CacheServer.Hashes;

public sealed class FieldExpiryTests : IDisposable
{
    private readonly CommandRunner _runner = new();

    public FieldExpiryTests() => _runner.Run("HSET h a 1 b 2 c 3");

    [Fact]
    public void A_field_whose_time_is_up_is_gone_from_every_read()
    {
        Assert.Equal("*3\r\n:1\r\n:-2\r\n:1\r\n", _runner.Run("HPEXPIRE h 100 FIELDS 3 a nope b"));
        _runner.Advance(99);
        Assert.Equal("$1\r\n1\r\n", _runner.Run("HGET h a"));
        _runner.Advance(2);
        Assert.Equal("$-1\r\n", _runner.Run("HGET h a"));
        Assert.Equal("*2\r\n$-1\r\n$1\r\n3\r\n", _runner.Run("HMGET h a c"));
        Assert.Equal(":0\r\n", _runner.Run("HEXISTS h a"));
        Assert.Equal(":0\r\n", _runner.Run("HSTRLEN h a"));
        Assert.Equal("*2\r\n$1\r\n0\r\n*2\r\n$1\r\nc\r\n$1\r\n3\r\n", _runner.Run("HSCAN h 0"));
        Assert.Equal(":1\r\n", _runner.Run("HLEN h"));
        Assert.Equal("*2\r\n$1\r\nc\r\n$1\r\n3\r\n", _runner.Run("HGETALL h"));
        Assert.Equal("*1\r\n$1\r\nc\r\n", _runner.Run("HKEYS h"));
        Assert.Equal("*1\r\n$1\r\n3\r\n", _runner.Run("HVALS h"));
        Assert.Equal("$1\r\nc\r\n", _runner.Run("HRANDFIELD h"));
        Assert.Equal(":0\r\n", _runner.Run("HDEL h b"));
        Assert.Equal("*1\r\n:-2\r\n", _runner.Run("HTTL h FIELDS 1 a"));
    }

    [Theory]
    [InlineData("HLEN h")]
    [InlineData("HDEL h a b c")]
    [InlineData("HGETALL h")]
    [InlineData("EXISTS h")]
    [InlineData("TYPE h")]
    public void The_key_goes_with_its_last_field(string command)
    {
        _runner.Run("HEXPIRE h 1 FIELDS 3 a b c");
        _runner.Advance(1_001);
        _runner.Run(command);
        Assert.Equal(":0\r\n", _runner.Run("DBSIZE"));
        _runner.Keyspace.CheckIntegrity();
    }

    [Fact]
    public void A_large_hash_forgets_its_expired_fields()
    {
        for (var i = 0; i < 2_000; i++) _runner.Run($"HSET big f{i} v");
        for (var i = 0; i < 2_000; i += 2) _runner.Run($"HPEXPIRE big {1 + i} FIELDS 1 f{i}");
        for (var i = 0; i < 2_000; i += 100)
        {
            _runner.Advance(100);
            Assert.Equal($":{2_000 - 50 * (i / 100 + 1)}\r\n", _runner.Run("HLEN big"));
        }

        _runner.Keyspace.CheckIntegrity();
    }

    [Fact]
    public void The_background_removes_fields_and_keys_that_nobody_reads()
    {
        for (var i = 0; i < 500; i++) _runner.Run($"HSET h{i} a 1 b 2");
        for (var i = 0; i < 500; i++) _runner.Run($"HPEXPIRE h{i} 100 FIELDS {(i % 2 == 0 ? "2 a b" : "1 a")}");
        _runner.Advance(1_000);
        for (var ms = 0; ms < 50; ms++, _runner.Advance(1))
            for (var shard = 0; shard < _runner.Keyspace.ShardCount; shard++)
                _runner.Keyspace.Tick(shard, _runner.NowMs, 100);

        Assert.Equal(":251\r\n", _runner.Run("DBSIZE"));
        _runner.Keyspace.CheckIntegrity();
    }

    [Theory]
    [InlineData("NX", 1, 0)]
    [InlineData("XX", 0, 1)]
    [InlineData("GT", 0, 1)]
    [InlineData("LT", 1, 0)]
    public void Conditions_look_at_the_expiry_that_is_there(string condition, int without, int withEarlier)
    {
        _runner.Run("HEXPIRE h 10 FIELDS 1 b");
        Assert.Equal($"*2\r\n:{without}\r\n:{withEarlier}\r\n", _runner.Run($"HEXPIRE h 20 {condition} FIELDS 2 a b"));
    }

    [Fact]
    public void A_time_already_past_removes_the_field()
    {
        Assert.Equal("*2\r\n:2\r\n:2\r\n", _runner.Run("HPEXPIREAT h 1 FIELDS 2 a b"));
        Assert.Equal(":1\r\n", _runner.Run("HLEN h"));
        Assert.Equal("*1\r\n:2\r\n", _runner.Run("HEXPIRE h 0 FIELDS 1 c"));
        Assert.Equal(":0\r\n", _runner.Run("EXISTS h"));
    }

    [Fact]
    public void Times_are_told_in_the_unit_asked_for_and_rounded_up()
    {
        _runner.Run("HPEXPIRE h 1500 FIELDS 1 a");
        Assert.Equal("*3\r\n:2\r\n:-1\r\n:-2\r\n", _runner.Run("HTTL h FIELDS 3 a b nope"));
        Assert.Equal("*1\r\n:1500\r\n", _runner.Run("HPTTL h FIELDS 1 a"));
        Assert.Equal($"*1\r\n:{_runner.NowMs + 1500}\r\n", _runner.Run("HPEXPIRETIME h FIELDS 1 a"));
        Assert.Equal($"*1\r\n:{(_runner.NowMs + 1500 + 999) / 1000}\r\n", _runner.Run("HEXPIRETIME h FIELDS 1 a"));
        Assert.Equal("*1\r\n:-2\r\n", _runner.Run("HTTL nokey FIELDS 1 a"));
    }

    [Fact]
    public void Persist_keeps_a_field_and_storing_it_anew_too()
    {
        _runner.Run("HEXPIRE h 1 FIELDS 3 a b c");
        Assert.Equal("*2\r\n:1\r\n:-2\r\n", _runner.Run("HPERSIST h FIELDS 2 a nope"));
        Assert.Equal("*1\r\n:-1\r\n", _runner.Run("HPERSIST h FIELDS 1 a"));
        Assert.Equal(":0\r\n", _runner.Run("HSET h b 5"));
        Assert.Equal(":8\r\n", _runner.Run("HINCRBY h c 5"));
        _runner.Advance(1_001);
        Assert.Equal("*3\r\n$1\r\n1\r\n$1\r\n5\r\n$-1\r\n", _runner.Run("HMGET h a b c"));
    }

    [Theory]
    [InlineData("HEXPIRE h x FIELDS 1 a", "-ERR value is not an integer or out of range\r\n")]
    [InlineData("HEXPIRE h -1 FIELDS 1 a", "-ERR invalid expire time, must be >= 0\r\n")]
    [InlineData("HEXPIRE h 99999999999999 FIELDS 1 a", "-ERR invalid expire time in 'hexpire' command\r\n")]
    [InlineData("HPEXPIREAT h 70368744177664 FIELDS 1 a", "-ERR invalid expire time in 'hpexpireat' command\r\n")]
    [InlineData("HEXPIRE h 1 GT LT FIELDS 1 a",
        "-ERR Mandatory argument FIELDS is missing or not at the right position\r\n")]
    [InlineData("HEXPIRE h 1 FIELDS 0 a", "-ERR Number of fields must be a positive integer\r\n")]
    [InlineData("HEXPIRE h 1 FIELDS 2 a", "-ERR The `numfields` parameter must match the number of arguments\r\n")]
    [InlineData("HTTL h FIELDS 1 a b", "-ERR The `numfields` parameter must match the number of arguments\r\n")]
    [InlineData("HTTL h a b c d", "-ERR Mandatory argument FIELDS is missing or not at the right position\r\n")]
    [InlineData("HEXPIRE text 1 FIELDS 1 a",
        "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n")]
    [InlineData("HEXPIRE nokey 1 FIELDS 2 a b", "*2\r\n:-2\r\n:-2\r\n")]
    [InlineData("HGETEX h EX 1 PX 1 FIELDS 1 a",
        "-ERR Only one of EX, PX, EXAT, PXAT or PERSIST arguments can be specified\r\n")]
    [InlineData("HGETEX h FOO FIELDS 1 a", "-ERR unknown argument: FOO\r\n")]
    [InlineData("HSETEX h FNX FXX FIELDS 1 a 1", "-ERR Only one of FXX or FNX arguments can be specified\r\n")]
    [InlineData("HSETEX h FIELDS 2 a 1 b", "-ERR wrong number of arguments for 'hsetex' command\r\n")]
    public void Wrong_words_get_the_words_of_Redis(string command, string reply)
    {
        _runner.Run("SET text x");
        Assert.Equal(reply, _runner.Run(command));
    }

    [Fact]
    public void Hgetdel_returns_what_it_removes()
    {
        Assert.Equal("*2\r\n$1\r\n1\r\n$-1\r\n", _runner.Run("HGETDEL h FIELDS 2 a nope"));
        Assert.Equal("*2\r\n$1\r\n2\r\n$1\r\n3\r\n", _runner.Run("HGETDEL h FIELDS 2 b c"));
        Assert.Equal(":0\r\n", _runner.Run("EXISTS h"));
    }

    [Fact]
    public void Hgetex_returns_values_and_changes_their_expiry()
    {
        Assert.Equal("*2\r\n$1\r\n1\r\n$-1\r\n", _runner.Run("HGETEX h PX 700 FIELDS 2 a nope"));
        Assert.Equal("*2\r\n:700\r\n:-1\r\n", _runner.Run("HPTTL h FIELDS 2 a b"));
        Assert.Equal("*1\r\n$1\r\n1\r\n", _runner.Run("HGETEX h FIELDS 1 a"));
        Assert.Equal("*1\r\n:700\r\n", _runner.Run("HPTTL h FIELDS 1 a"));
        _runner.Run("HGETEX h PERSIST FIELDS 1 a");
        Assert.Equal("*1\r\n:-1\r\n", _runner.Run("HPTTL h FIELDS 1 a"));
        Assert.Equal("*3\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n", _runner.Run("HGETEX h PXAT 5 FIELDS 3 a b c"));
        Assert.Equal(":0\r\n", _runner.Run("EXISTS h"));
    }

    [Fact]
    public void Hsetex_stores_under_its_conditions()
    {
        Assert.Equal(":0\r\n", _runner.Run("HSETEX h FNX FIELDS 2 x 1 a 2"));
        Assert.Equal(":0\r\n", _runner.Run("HSETEX h FXX FIELDS 2 x 1 a 2"));
        Assert.Equal(":1\r\n", _runner.Run("HSETEX h FXX PX 50 FIELDS 2 a 8 b 9"));
        Assert.Equal("*3\r\n:50\r\n:50\r\n:-1\r\n", _runner.Run("HPTTL h FIELDS 3 a b c"));
        Assert.Equal(":1\r\n", _runner.Run("HSETEX h KEEPTTL FIELDS 1 a 10"));
        Assert.Equal("*1\r\n:50\r\n", _runner.Run("HPTTL h FIELDS 1 a"));
        Assert.Equal(":1\r\n", _runner.Run("HSETEX h FIELDS 1 a 11"));
        Assert.Equal("*1\r\n:-1\r\n", _runner.Run("HPTTL h FIELDS 1 a"));
        Assert.Equal(":1\r\n", _runner.Run("HSETEX fresh PXAT 1 FIELDS 1 a 1"));
        Assert.Equal(":0\r\n", _runner.Run("EXISTS fresh"));
    }

    [Theory]
    [InlineData("HEXPIRE h 10 FIELDS 2 a b", "HPEXPIREAT h +10000 FIELDS 2 a b")]
    [InlineData("HEXPIRE h 10 NX FIELDS 2 timed a", "HPEXPIREAT h +10000 FIELDS 1 a")]
    [InlineData("HPEXPIREAT h 1 FIELDS 1 a", "HDEL h a")]
    [InlineData("HGETDEL h FIELDS 1 a", "HDEL h a")]
    [InlineData("HGETEX h EX 1 FIELDS 1 a", "HPEXPIREAT h +1000 FIELDS 1 a")]
    [InlineData("HGETEX h PERSIST FIELDS 1 timed", "HPERSIST h FIELDS 1 timed")]
    [InlineData("HSETEX h PX 5 FIELDS 1 a 1", "HSET h a 1; HPEXPIREAT h +5 FIELDS 1 a")]
    [InlineData("HINCRBYFLOAT h a 0.5", "HSET h a 1.5")]
    [InlineData("HINCRBYFLOAT h timed 0.5", "HSET h timed 4.5; HPEXPIREAT h +90000 FIELDS 1 timed")]
    [InlineData("HSET h a 5", "HSET h a 5")]
    [InlineData("HEXPIRE h 10 XX FIELDS 1 a", "")]
    [InlineData("HGETEX h FIELDS 1 a", "")]
    [InlineData("HDEL h nope", "")]
    public void Changes_are_journaled_without_relative_times(string command, string journaled)
    {
        _runner.Run("HSET h timed 4");
        _runner.Run("HEXPIRE h 90 FIELDS 1 timed");
        var journal = new RecordingJournal();
        _runner.Server.Journal = journal;
        _runner.Run(command);
        var absolute = journaled.Split(' ').Select(word => word.Length == 0 || word[0] != '+' ? word
            : (_runner.NowMs + long.Parse(word, CultureInfo.InvariantCulture)).ToString(CultureInfo.InvariantCulture));
        Assert.Equal(string.Join(' ', absolute), string.Join("; ", journal.Commands));
    }

    public void Dispose() => _runner.Dispose();
}
