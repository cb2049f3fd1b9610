using System.Globalization;
using Tercel.Primitives;
using Tercel.TestSupport;
using Xunit;

namespace Tercel.Tests.CacheServer.Hashes;

/// <summary>Commands on hashes beside a real redis-server.</summary>
public sealed class HashTwinTests : IDisposable
{
    private static readonly string[] Unordered = ["HGETALL", "HKEYS", "HVALS"];

    private readonly RedisTwin _twin = new();

    [Fact]
    public void Every_reply_and_error_is_the_one_Redis_gives()
    {
        string[] commands =
        [
            "SET text x", "HSET text a 1", "HGET text a", "HSET h", "HSET h a", "HSET h a 1 b", "HSET h a 1 b 2",
            "HSET h a 3 c 4", "HGET h a", "HGET h nope", "HGET nokey a", "HGET h", "HMGET h a nope b", "HMGET nokey a b",
            "HMGET text a", "HMSET h d 5 e 6", "HMSET h d", "HSETNX h a 9", "HSETNX h z 9", "HSETNX text z 9", "HLEN h",
            "HLEN nokey", "HLEN text", "HSTRLEN h a", "HSTRLEN nokey a", "HSTRLEN h nope", "HEXISTS h a",
            "HEXISTS h nope", "HEXISTS nokey a", "HGETALL nokey", "HKEYS nokey", "HVALS nokey", "HGETALL text",
            "HKEYS text", "HVALS text", "HDEL h a nope a", "HDEL nokey a", "HDEL text a", "HINCRBY h a 5",
            "HINCRBY h a -7", "HINCRBY h a x", "HINCRBY h a 9223372036854775807", "HINCRBY h a 9223372036854775807",
            "HSET h word abc", "HINCRBY h word 1", "HINCRBY text a 1", "HINCRBY h a 1.5", "HINCRBY h spaced 1 2",
            "HINCRBYFLOAT h f 10.5", "HINCRBYFLOAT h f 0.125", "HINCRBYFLOAT h f -5", "HINCRBYFLOAT h f 5.0e3",
            "HINCRBYFLOAT h word 1", "HINCRBYFLOAT h f x", "HINCRBYFLOAT h f inf", "HINCRBYFLOAT h f nan",
            "HINCRBYFLOAT text f 1", "HINCRBYFLOAT h big 1e15", "HRANDFIELD nokey", "HRANDFIELD nokey 5",
            "HRANDFIELD text", "HRANDFIELD h x", "HRANDFIELD h 1 WITHVALUE", "HRANDFIELD h 1 WITHVALUES 3",
            "HRANDFIELD h 0", "HRANDFIELD h 0 WITHVALUES", "HRANDFIELD h 9223372036854775807 WITHVALUES",
            "HRANDFIELD h -9223372036854775808", "HRANDFIELD nokey 5 WITHVALUES", "HSCAN nokey 0", "HSCAN h x",
            "HSCAN h 0 MATCH", "HSCAN h 0 COUNT", "HSCAN h 0 COUNT 0", "HSCAN h 0 COUNT x", "HSCAN h 0 SORT",
            "HSCAN text 0", "HSCAN nokey 0 COUNT x", "HSCAN h 0 MATCH nothing*", "HSCAN h 0 MATCH d", "TYPE h", "DEL h",
            "HDEL h a", "EXISTS h", "HSET one f v", "HDEL one f", "EXISTS one", "OBJECT ENCODING one",
        ];
        foreach (var command in commands) _twin.Same(command);
    }

    [Fact]
    public void Random_commands_leave_the_same_hashes()
    {
        var random = new Prng(Fuzz.Seed);
        foreach (var _ in Fuzz.Rounds(4_000))
        {
            var words = Command(random);
            _twin.Same(words, ordered: !Unordered.Contains(words[0]));
        }

        for (var i = 0; i < 4; i++) _twin.Same(["HGETALL", "h" + i], ordered: false);
        _twin.Ours.Keyspace.CheckIntegrity();
    }

    public void Dispose() => _twin.Dispose();

    private static string[] Command(Prng random)
    {
        var key = "h" + random.Below(4);
        var field = "f" + random.Below(key == "h0" ? 8 : 300);
        return random.Below(14) switch
        {
            0 => ["HSET", key, field, Value(random), "f" + random.Below(300), Value(random)],
            1 or 2 or 3 => ["HSET", key, field, Value(random)],
            4 => ["HDEL", key, field, "f" + random.Below(300)],
            5 => ["HGET", key, field],
            6 => ["HMGET", key, field, "f" + random.Below(300), "nope"],
            7 => ["HINCRBY", key, field, random.Between(-50, 50).ToString(CultureInfo.InvariantCulture)],
            8 => ["HINCRBYFLOAT", key, field, (random.Between(-500, 500) / 8m).ToString(CultureInfo.InvariantCulture)],
            9 => ["HSETNX", key, field, Value(random)],
            10 => ["HLEN", key],
            11 => [random.Pick(Unordered), key],
            12 => ["HSTRLEN", key, field],
            _ => random.Chance(0.05) ? ["DEL", key] : ["HEXISTS", key, field],
        };
    }

    private static string Value(Prng random) => random.Below(4) switch
    {
        0 => new string('v', random.Below(random.Chance(0.05) ? 9_000 : 80)),
        1 => random.Between(-1_000, 1_000).ToString(CultureInfo.InvariantCulture),
        2 => (random.Between(-1_000, 1_000) / 8m).ToString(CultureInfo.InvariantCulture),
        _ => "word" + random.Below(10),
    };
}
