using Tercel.Cache.Server.Commands;
using Xunit;

namespace Tercel.Tests.CacheServer;

public sealed class ConfigTests : IDisposable
{
    private readonly CommandRunner _redis = new();

    [Fact]
    public void Get_answers_each_parameter_once_for_all_patterns() => Assert.Equal(
        "*4\r\n$15\r\nslowlog-max-len\r\n$3\r\n128\r\n$7\r\ntimeout\r\n$1\r\n0\r\n",
        _redis.Run("CONFIG GET slowlog-max-len SLOWLOG-MAX* timeout nothing"));

    [Fact]
    public void Set_changes_several_parameters_at_once()
    {
        Assert.Equal("+OK\r\n", _redis.Run("CONFIG SET timeout 7 maxmemory 64mb maxmemory-policy volatile-ttl"));
        Assert.Equal(7, _redis.Server.Live.IdleSeconds);
        Assert.Equal(64 << 20, _redis.Keyspace.MemoryBytesMax);
        Assert.Equal(Tercel.Cache.EvictionPolicy.Volatile, _redis.Keyspace.Eviction);
    }

    [Fact]
    public void Set_changes_nothing_when_one_value_is_wrong()
    {
        Assert.Equal(
            "-ERR CONFIG SET failed (possibly related to argument 'slowlog-max-len') - "
            + "argument couldn't be parsed into an integer\r\n",
            _redis.Run("CONFIG SET timeout 7 slowlog-max-len many"));
        Assert.Equal(0, _redis.Server.Live.IdleSeconds);
    }

    [Theory]
    [InlineData("nonsense 1", "ERR Unknown option or number of arguments for CONFIG SET - 'nonsense'")]
    [InlineData(
        "databases 3",
        "ERR CONFIG SET failed (possibly related to argument 'databases') - can't set immutable config")]
    [InlineData(
        "timeout 1 timeout 2",
        "ERR CONFIG SET failed (possibly related to argument 'timeout') - duplicate parameter")]
    [InlineData(
        "maxmemory lots",
        "ERR CONFIG SET failed (possibly related to argument 'maxmemory') - argument must be a memory value")]
    [InlineData(
        "latency-tracking maybe",
        "ERR CONFIG SET failed (possibly related to argument 'latency-tracking') - argument must be 'yes' or 'no'")]
    [InlineData(
        "slowlog-max-len -1",
        "ERR CONFIG SET failed (possibly related to argument 'slowlog-max-len') - "
        + "argument must be between 0 and 2147483647 inclusive")]
    [InlineData(
        "notify-keyspace-events q",
        "ERR CONFIG SET failed (possibly related to argument 'notify-keyspace-events') - "
        + "Invalid event class character. Use 'Ag$lshzxeKEtmdn'.")]
    [InlineData("timeout", "ERR wrong number of arguments for 'config|set' command")]
    public void Set_refuses_in_the_words_of_Redis(string change, string error) =>
        Assert.Equal($"-{error}\r\n", _redis.Run($"CONFIG SET {change}"));

    [Theory]
    [InlineData("KEA", KeyEvents.Keyspace | KeyEvents.Keyevent | KeyEvents.Generic | KeyEvents.String
        | KeyEvents.List | KeyEvents.Set | KeyEvents.Hash | KeyEvents.SortedSet | KeyEvents.Expired
        | KeyEvents.Evicted, "AKE")]
    [InlineData("Ex", KeyEvents.Keyevent | KeyEvents.Expired, "xE")]
    [InlineData("Kmn$", KeyEvents.Keyspace | KeyEvents.Missed | KeyEvents.New | KeyEvents.String, "$Kmn")]
    [InlineData("''", KeyEvents.None, "")]
    public void Notified_events_are_letters(string letters, object events, string told)
    {
        Assert.Equal("+OK\r\n", _redis.Run($"CONFIG SET notify-keyspace-events {letters}"));
        Assert.Equal((KeyEvents)events, _redis.Server.Live.NotifiedEvents);
        Assert.EndsWith($"${told.Length}\r\n{told}\r\n", _redis.Run("CONFIG GET notify-keyspace-events"));
    }

    [Fact]
    public void Output_limits_change_by_class()
    {
        Assert.Equal("+OK\r\n", _redis.Run("CONFIG SET client-output-buffer-limit 'pubsub 1mb 512kb 9'"));
        Assert.EndsWith(
            "normal 0 0 0 slave 268435456 67108864 60 pubsub 1048576 524288 9\r\n",
            _redis.Run("CONFIG GET client-output-buffer-limit"));
    }

    [Fact]
    public void What_only_Redis_needs_is_kept_and_told()
    {
        Assert.Equal("+OK\r\n", _redis.Run("CONFIG SET hash-max-listpack-entries 8"));
        Assert.EndsWith("$1\r\n8\r\n", _redis.Run("CONFIG GET hash-max-listpack-entries"));
    }

    [Fact]
    public void A_password_is_asked_of_the_next_client()
    {
        Assert.Equal("+OK\r\n", _redis.Run("CONFIG SET requirepass secret"));
        Assert.Equal("-NOAUTH Authentication required.\r\n", _redis.Run(_redis.Open(), "PING"));
        Assert.EndsWith("secret\r\n", _redis.Run("CONFIG GET requirepass"));
        Assert.Equal("+OK\r\n", _redis.Run("CONFIG SET requirepass ''"));
        Assert.Equal("+PONG\r\n", _redis.Run(_redis.Open(), "PING"));
    }

    [Fact]
    public void Rewrite_needs_a_file() =>
        Assert.Equal("-ERR The server is running without a config file\r\n", _redis.Run("CONFIG REWRITE"));

    public void Dispose() => _redis.Dispose();
}
