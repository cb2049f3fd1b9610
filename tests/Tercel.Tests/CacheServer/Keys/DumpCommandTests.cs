using Tercel.Tests.CacheServer.Differential;
using Xunit;

namespace Tercel.Tests.CacheServer.Keys;

public sealed class DumpCommandTests : IDisposable
{
    private readonly CommandRunner _runner = new();

    [Fact]
    public void A_payload_of_Redis_is_restored_here_and_one_of_ours_there()
    {
        using var redis = RedisOracle.Start();
        string[][] values =
        [
            ["SET", "k", "text"], ["SET", "k", "12345"], ["RPUSH", "k", "a", "b", "1"], ["SADD", "k", "1", "2"],
            ["HSET", "k", "f", "v", "g", "w"],
        ];
        foreach (var value in values)
        {
            redis.Run("FLUSHALL");
            redis.Run(value);
            var payload = Content(redis.Run("DUMP", "k"));
            Assert.Equal("+OK\r\n", _runner.Words("RESTORE", "k", "0", payload, "REPLACE"));
            var own = Content(_runner.Words("DUMP", "k"));
            Assert.Equal("+OK\r\n", redis.Run("RESTORE", "copy", "0", own));
            Assert.Equal(redis.Run("DUMP", "k"), redis.Run("DUMP", "copy"));
        }
    }

    [Theory]
    [InlineData("0 PAYLOAD", "-BUSYKEY Target key name already exists.\r\n")]
    [InlineData("0 PAYLOAD REPLACE", "+OK\r\n")]
    [InlineData("-1 PAYLOAD REPLACE", "-ERR Invalid TTL value, must be >= 0\r\n")]
    [InlineData("x PAYLOAD REPLACE", "-ERR value is not an integer or out of range\r\n")]
    [InlineData("0 nonsense REPLACE", "-ERR DUMP payload version or checksum are wrong\r\n")]
    [InlineData("0 PAYLOAD REPLACE FREQ 256", "-ERR Invalid FREQ value, must be >= 0 and <= 255\r\n")]
    [InlineData("0 PAYLOAD IDLETIME -1", "-ERR Invalid IDLETIME value, must be >= 0\r\n")]
    [InlineData("0 PAYLOAD IDLETIME 1 FREQ 1", "-ERR syntax error\r\n")]
    [InlineData("0 PAYLOAD nonsense", "-ERR syntax error\r\n")]
    public void A_restore_replies_as_Redis_does(string words, string reply)
    {
        using var redis = RedisOracle.Start();
        redis.Run("SET", "k", "v");
        _runner.Run("SET k v");
        string[] command =
            ["RESTORE", "k", .. words.Split(' ').Select(w => w == "PAYLOAD" ? Content(redis.Run("DUMP", "k")) : w)];
        Assert.Equal(reply, redis.Run(command));
        Assert.Equal(reply, _runner.Words(command));
    }

    [Fact]
    public void A_restored_value_has_the_time_to_live_given()
    {
        _runner.Run("SET k v");
        var payload = Content(_runner.Words("DUMP", "k"));
        _runner.Words("RESTORE", "relative", "5000", payload);
        _runner.Words("RESTORE", "absolute", "4100000000000", payload, "ABSTTL");
        Assert.Equal(":5000\r\n", _runner.Run("PTTL relative"));
        Assert.Equal(":4100000000000\r\n", _runner.Run("PEXPIRETIME absolute"));
        Assert.Equal("+OK\r\n", _runner.Words("RESTORE", "k", "1000", payload, "ABSTTL", "REPLACE"));
        Assert.Equal(":0\r\n", _runner.Run("EXISTS k"));
    }

    [Fact]
    public void A_missing_key_has_no_payload() => Assert.Equal("$-1\r\n", _runner.Run("DUMP missing"));

    public void Dispose() => _runner.Dispose();

    private static string Content(string bulk) => bulk[(bulk.IndexOf('\n', StringComparison.Ordinal) + 1)..^2];
}
