using System.Globalization;
using Tercel.Primitives;
using Tercel.TestSupport;
using Xunit;

namespace Tercel.Tests.CacheServer.Sets;

/// <summary>Commands on sets beside a real redis-server.</summary>
public sealed class SetTwinTests : IDisposable
{
    private static readonly string[] Unordered = ["SMEMBERS", "SINTER", "SUNION", "SDIFF"];

    private readonly RedisTwin _twin = new();

    [Fact]
    public void Every_reply_and_error_is_the_one_Redis_gives()
    {
        string[] commands =
        [
            "SET text x", "SADD text a", "SADD s", "SADD s a b a", "SADD s b c", "SCARD s", "SCARD nokey", "SCARD text",
            "SISMEMBER s a", "SISMEMBER s z", "SISMEMBER nokey a", "SISMEMBER text a", "SMISMEMBER s a z b",
            "SMISMEMBER nokey a b", "SMISMEMBER text a", "SMISMEMBER s", "SREM s a z a", "SREM nokey a", "SREM text a",
            "SMEMBERS nokey", "SMEMBERS text", "SMOVE s t b", "SMOVE s t nope", "SMOVE nokey t b", "SMOVE s text c",
            "SMOVE text s c", "SMOVE nokey text c", "SMOVE s s c", "SMOVE s s nope", "SMOVE s t c", "EXISTS s",
            "SMEMBERS t 1", "SADD n 5 3 1 -7", "SMEMBERS n", "SADD n 100000 99999999999", "SMEMBERS n",
            "OBJECT ENCODING n", "SPOP nokey", "SPOP nokey 3", "SPOP text", "SPOP text 1", "SPOP t x", "SPOP t -1",
            "SPOP t 0", "SPOP t 1 2", "SRANDMEMBER nokey", "SRANDMEMBER nokey 3", "SRANDMEMBER nokey -3",
            "SRANDMEMBER text", "SRANDMEMBER t x", "SRANDMEMBER t 0", "SRANDMEMBER t 1 2",
            "SRANDMEMBER t -9223372036854775808", "SINTER", "SINTER nokey", "SINTER n nokey", "SINTER n text",
            "SINTER nokey text", "SUNION nokey", "SUNION text n", "SDIFF nokey n", "SDIFF n text", "SINTERCARD",
            "SINTERCARD 0 n", "SINTERCARD x n", "SINTERCARD 2 n", "SINTERCARD 1 n", "SINTERCARD 1 n LIMIT 2",
            "SINTERCARD 1 n LIMIT -1", "SINTERCARD 1 n LIMIT x", "SINTERCARD 1 n LIMIT", "SINTERCARD 1 n FOO 1",
            "SINTERCARD 1 n LIMIT 0", "SINTERCARD 2 n text", "SINTERCARD 2 nokey n", "SINTERSTORE d nokey n", "EXISTS d",
            "SUNIONSTORE d n t", "SCARD d", "SINTERSTORE d d n", "SMEMBERS d", "SDIFFSTORE d d n", "EXISTS d",
            "SUNIONSTORE text n", "TYPE text", "SDIFFSTORE n text text", "EXISTS n", "SSCAN nokey 0", "SSCAN t x",
            "SSCAN text 0", "SADD u 1 2 3", "SSCAN u 0", "SSCAN u 0 MATCH 2", "SSCAN u 0 COUNT 0",
            "SSCAN u 0 NOVALUES", "SREM u 1 2 3", "EXISTS u",
        ];
        foreach (var command in commands) _twin.Same(command);
        _twin.Same(["SINTERSTORE", "d"]);
    }

    [Fact]
    public void Random_commands_leave_the_same_sets()
    {
        var random = new Prng(Fuzz.Seed);
        foreach (var _ in Fuzz.Rounds(4_000))
        {
            var words = Command(random);
            var reply = words[0] == "SPOP" ? _twin.OnlyOurs(words) : _twin.Same(words, !Unordered.Contains(words[0]));
            if (words[0] != "SPOP" || reply == "(nil)") continue;
            var member = reply.Trim('"');
            Assert.Equal("1", _twin.OnlyTheirs("SREM", words[1], member));
        }

        for (var i = 0; i < 6; i++) _twin.Same(["SMEMBERS", "s" + i], ordered: false);
        _twin.Ours.Keyspace.CheckIntegrity();
    }

    public void Dispose() => _twin.Dispose();

    private static string[] Command(Prng random)
    {
        var (key, other) = (Key(random), Key(random));
        var range = key is "s0" or "s1" ? 20 : 700;
        return random.Below(16) switch
        {
            0 or 1 or 2 or 3 => ["SADD", key, Member(random, key, range), Member(random, key, range)],
            4 => ["SADD", key, .. Enumerable.Range(0, 100).Select(_ => Member(random, key, range))],
            5 or 6 => ["SREM", key, Member(random, key, range), Member(random, key, range)],
            7 => ["SISMEMBER", key, Member(random, key, range)],
            8 => ["SMOVE", key, other, Member(random, key, range)],
            9 => ["SPOP", key],
            10 => ["SCARD", key],
            11 => [random.Pick(Unordered[1..]), key, other, Key(random)],
            12 => [random.Pick(Unordered[1..]), key, other, "s1", "s2", "s3", "s4"],
            13 => [random.Pick<string>(["SINTERSTORE", "SUNIONSTORE", "SDIFFSTORE"]), key, other, Key(random)],
            14 => ["SINTERCARD", "2", key, other],
            _ => random.Chance(0.1) ? ["DEL", key] : ["SMEMBERS", key],
        };
    }

    private static string Key(Prng random) => "s" + random.Below(6);

    private static string Member(Prng random, string key, int range)
    {
        var number = random.Below(range).ToString(CultureInfo.InvariantCulture);
        return key is "s0" or "s2" || random.Chance(0.3) ? number : "member-" + number;
    }
}
