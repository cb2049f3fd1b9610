using System.Globalization;
using Tercel.Primitives;
using Tercel.TestSupport;
using Xunit;

namespace Tercel.Tests.CacheServer.SortedSets;

/// <summary>Commands on sorted sets beside a real redis-server.</summary>
public sealed class SortedSetTwinTests : IDisposable
{
    private static readonly string[] Limits =
        ["0", "1", "-1", "(2", "2.5", "-inf", "+inf", "(", "x", "[a", "1e3", "-3"];
    private static readonly string[] Names = ["-", "+", "[m1", "(m5", "[m3", "[", "(", "m", "[zzz", "(m20"];

    private readonly RedisTwin _twin = new();

    [Fact]
    public void Every_reply_and_error_of_members_is_the_one_Redis_gives()
    {
        string[] commands =
        [
            "SET s x", "ZADD z NX XX 1 a", "ZADD z NX GT 1 a", "ZADD z GT LT 1 a", "ZADD z INCR 1 a 2 b", "ZADD z 1",
            "ZADD z 1 a 2", "ZADD z x a", "ZADD z nan a", "ZADD z XX 1 a", "ZADD z XX INCR 1 a", "ZADD z 1 a x b",
            "EXISTS z", "ZADD z NX NX", "ZADD z NX XX x", "ZADD s 1 a", "ZADD s x a", "ZADD s XX 1 a",
            "ZADD z inf a", "ZINCRBY z -inf a", "ZADD z INCR -inf a", "ZADD z 1.5 a 2 b 3e2 c 0 d -0 d 1e22 f",
            "ZADD z CH 1.5 a 7 b", "ZADD z GT CH 1 b 8 c", "ZADD z LT CH 1 b 8 c", "ZADD z GT INCR 1 b",
            "ZADD z GT INCR -1 b", "ZADD z NX INCR 1 b", "ZADD z INCR 0 b", "ZADD z XX CH 3 new 4 b",
            "ZINCRBY z 2.5 b", "ZINCRBY z x b", "ZINCRBY s 1 b", "ZINCRBY new 1 b", "ZCARD z", "ZCARD nokey", "ZCARD s",
            "ZSCORE z b", "ZSCORE z nope", "ZSCORE nokey b", "ZSCORE s b", "ZMSCORE z a nope b", "ZMSCORE nokey a b",
            "ZMSCORE s a", "ZRANK z a", "ZREVRANK z a", "ZRANK z nope", "ZRANK nokey a", "ZRANK s a", "ZREM z nope",
            "ZREM z a nope b", "ZREM nokey a", "ZREM s a", "ZADD p 1 a 2 b 3 c 4 d 5 e 6 f", "ZPOPMIN p 1 2",
            "ZPOPMIN p -1", "ZPOPMIN p x", "ZPOPMIN nokey -1", "ZPOPMIN nokey", "ZPOPMIN nokey 2", "ZPOPMIN p 0",
            "ZPOPMIN p", "ZPOPMAX p 2", "ZPOPMIN s", "ZMPOP 0 p MIN", "ZMPOP 1 p", "ZMPOP 1 nokey MIN", "ZMPOP 1 p UP",
            "ZMPOP 2 nokey p MAX COUNT 2", "ZMPOP 2 nokey s MIN", "ZMPOP 1 p MIN COUNT 0", "BZPOPMIN p x",
            "BZPOPMIN p -1",
            "BZPOPMIN nokey p 1", "EXISTS p", "ZADD p 1 a 2 b 3 c", "BZPOPMAX p 1", "BZPOPMAX nokey s 1",
            "BZMPOP 0 1 p UP", "BZMPOP 1 1 p MIN COUNT 5", "MULTI", "BZPOPMIN nokey 0", "BZMPOP 0 1 nokey MIN", "EXEC",
            "ZRANDMEMBER z 1 FOO", "ZRANDMEMBER z 1 WITHSCORES x", "ZRANDMEMBER z x", "ZRANDMEMBER z 0",
            "ZRANDMEMBER z -9223372036854775808", "ZRANDMEMBER z -5000000000000000000 WITHSCORES", "ZRANDMEMBER nokey",
            "ZRANDMEMBER nokey 3", "ZRANDMEMBER s", "ZADD one 7 only", "ZRANDMEMBER one", "ZRANDMEMBER one 5",
            "ZRANDMEMBER one -3", "ZRANDMEMBER one 5 WITHSCORES", "ZRANDMEMBER one -2 WITHSCORES", "ZSCAN z x",
            "ZSCAN z 0 FOO", "ZSCAN nokey 0 FOO", "ZSCAN z 0 COUNT 0", "ZSCAN z 0 MATCH", "ZSCAN z 0", "ZSCAN s 0",
            "ZSCAN z 0 MATCH c*", "TYPE z", "OBJECT ENCODING z",
        ];
        foreach (var command in commands) _twin.Same(command);
        _twin.Same(["ZADD", "z", "1", new string('m', 65)]);
        _twin.Same("OBJECT ENCODING z");
    }

    [Fact]
    public void Every_reply_and_error_of_ranges_is_the_one_Redis_gives()
    {
        string[] commands =
        [
            "SET s x", "ZADD z 1 a 2 b 3 c 4 d 5 e 6 f 7 g", "ZADD n 0 a 0 b 0 c 0 d 0 e", "ZRANGE z 0 -1 LIMIT 0 1",
            "ZRANGE z 0 -1 LIMIT 0 -1", "ZRANGE z 0 -1 BYLEX WITHSCORES", "ZRANGE z a b", "ZRANGE z a b BYSCORE",
            "ZRANGE z a b BYLEX", "ZRANGE nokey a b", "ZRANGE nokey 0 1", "ZRANGE s 0 1", "ZRANGE z 0 1 BYSCORE BYLEX",
            "ZRANGE z 0 1 REV REV", "ZRANGE z 0 1 FOO", "ZRANGE z 0 -1 WITHSCORES", "ZRANGE z -3 -2 REV",
            "ZRANGE z 5 2", "ZRANGE z -100 100", "ZRANGE z (2 5 BYSCORE LIMIT 1 2",
            "ZRANGE z 5 (2 BYSCORE REV WITHSCORES",
            "ZRANGE n [b (d BYLEX", "ZRANGE n + - BYLEX REV LIMIT 1 2", "ZREVRANGE z 0 1 WITHSCORES",
            "ZREVRANGE z 0 1 REV",
            "ZRANGEBYSCORE z ( (5", "ZRANGEBYSCORE z -inf inf LIMIT -1 2", "ZRANGEBYSCORE z -inf inf LIMIT 0 x",
            "ZRANGEBYSCORE z -inf inf LIMIT 1", "ZRANGEBYSCORE z -inf inf LIMIT 2 -1", "ZRANGEBYSCORE z 5 1",
            "ZRANGEBYSCORE z 1 5 BYLEX", "ZREVRANGEBYSCORE z 5 1 WITHSCORES LIMIT 1 2", "ZREVRANGEBYSCORE z 1 5",
            "ZRANGEBYLEX n - [c", "ZRANGEBYLEX n - [c WITHSCORES", "ZRANGEBYLEX n c d", "ZREVRANGEBYLEX n [c -",
            "ZREVRANGEBYLEX n - [c", "ZCOUNT z 2 4", "ZCOUNT z (2 (4", "ZCOUNT z a b", "ZCOUNT nokey 1 2",
            "ZCOUNT s 1 2",
            "ZLEXCOUNT n - +", "ZLEXCOUNT n [b [d", "ZLEXCOUNT n b d", "ZLEXCOUNT nokey - +", "ZLEXCOUNT s - +",
            "ZRANGESTORE d z 0 1 WITHSCORES", "ZRANGESTORE d z 1 2", "ZRANGE d 0 -1 WITHSCORES", "ZRANGESTORE d z 9 10",
            "EXISTS d", "ZRANGESTORE d nokey 0 1", "ZRANGESTORE s z 2 4 BYSCORE LIMIT 1 1", "ZRANGE s 0 -1",
            "ZRANGESTORE z z -2 -1 REV", "ZRANGE z 0 -1", "ZREMRANGEBYRANK n x 1", "ZREMRANGEBYRANK n 0 0",
            "ZREMRANGEBYRANK nokey 0 0", "ZREMRANGEBYSCORE z x 1", "ZREMRANGEBYSCORE z 0 1", "ZREMRANGEBYLEX n [c (d",
            "ZREMRANGEBYLEX n x y", "ZRANGE n 0 -1", "ZREMRANGEBYLEX n - +", "EXISTS n", "ZREMRANGEBYSCORE z -inf inf",
            "EXISTS z",
        ];
        foreach (var command in commands) _twin.Same(command);
    }

    [Fact]
    public void Every_reply_and_error_of_algebra_is_the_one_Redis_gives()
    {
        string[] commands =
        [
            "SET s x", "ZADD a 1 x 2 y 3 z", "ZADD b 10 y 20 z 30 w", "SADD set x z q", "ZUNION 0 a", "ZUNION x a",
            "ZUNION 2 a", "ZUNION 1 a WEIGHTS", "ZUNION 1 a WEIGHTS x", "ZUNION 1 a AGGREGATE FOO", "ZUNION 1 a FOO",
            "ZUNION 2 a b", "ZUNION 2 a b WITHSCORES", "ZUNION 3 a b set WITHSCORES WEIGHTS 2 -1 0.5",
            "ZUNION 3 a b nokey WITHSCORES AGGREGATE MIN", "ZUNION 2 a b AGGREGATE max WITHSCORES", "ZUNION 2 a s",
            "ZUNION 2 a a WITHSCORES", "ZINTER 2 a b WITHSCORES", "ZINTER 2 a set WITHSCORES", "ZINTER 2 a nokey",
            "ZINTER 2 nokey s", "ZINTER 3 a b set AGGREGATE MIN WITHSCORES", "ZDIFF 1 a WEIGHTS 1", "ZDIFF 2 a b",
            "ZDIFF 2 a set WITHSCORES", "ZDIFF 2 set a WITHSCORES", "ZDIFF 2 nokey a", "ZDIFF 2 a nokey",
            "ZINTERCARD 2 a b", "ZINTERCARD 2 a b LIMIT 1", "ZINTERCARD 2 a b LIMIT 0", "ZINTERCARD 1 a LIMIT -1",
            "ZINTERCARD 1 a LIMIT x", "ZINTERCARD 0 a", "ZINTERCARD 1 a LIMIT", "ZINTERCARD 1 a WEIGHTS 1",
            "ZINTERSTORE d 1 a WITHSCORES", "ZUNIONSTORE d 0 a", "ZUNIONSTORE d 2 a b WEIGHTS 1 2",
            "ZRANGE d 0 -1 WITHSCORES",
            "ZINTERSTORE d 2 d a", "ZRANGE d 0 -1 WITHSCORES", "ZDIFFSTORE d 2 d a", "EXISTS d", "ZDIFFSTORE d 1 nokey",
            "ZUNIONSTORE s 1 a", "TYPE s", "ZUNIONSTORE a 1 nokey", "EXISTS a", "ZADD i inf x", "ZADD j -inf x",
            "ZUNION 2 i j WITHSCORES", "ZUNION 1 i WEIGHTS 0 WITHSCORES",
        ];
        foreach (var command in commands) _twin.Same(command);
    }

    [Fact]
    public void Random_commands_leave_the_same_sorted_sets()
    {
        var random = new Prng(Fuzz.Seed);
        _twin.Same("SADD plain m1 m2 m3 q");
        foreach (var _ in Fuzz.Rounds(10_000)) _twin.Same(Command(random));
        for (var i = 0; i < 5; i++) _twin.Same($"ZRANGE z{i} 0 -1 WITHSCORES");
        _twin.Ours.Keyspace.CheckIntegrity();
    }

    public void Dispose() => _twin.Dispose();

    private static string[] Command(Prng random)
    {
        string Limit() => random.Pick(Limits);
        string Rank() => Text(random.Between(-20, 20));
        var key = Key(random);
        return random.Below(24) switch
        {
            0 or 1 or 2 => Adding(random, key),
            3 => ["ZADD", key, .. Enumerable.Range(0, 40)
                .SelectMany(_ => (string[])[Score(random, key), Member(random)])],
            4 => ["ZINCRBY", key, Score(random, key), Member(random)],
            5 or 6 => ["ZREM", key, Member(random), Member(random)],
            7 => ["ZMSCORE", key, Member(random), Member(random)],
            8 => [random.Pick<string>(["ZRANK", "ZREVRANK"]), key, Member(random)],
            9 => ["ZCOUNT", key, Limit(), Limit()],
            10 => ["ZLEXCOUNT", "z0", random.Pick(Names), random.Pick(Names)],
            11 => ["ZRANGE", key, Rank(), Rank(), "WITHSCORES"],
            12 => ["ZRANGE", key, Limit(), Limit(), "BYSCORE", "LIMIT", Text(random.Between(-1, 5)),
                Text(random.Between(-1, 9))],
            13 => ["ZREVRANGEBYSCORE", key, Limit(), Limit(), "WITHSCORES"],
            14 => ["ZRANGE", "z0", random.Pick(Names), random.Pick(Names), "BYLEX", "REV", "LIMIT", "1", "5"],
            15 => ["ZRANGESTORE", "z" + Text(random.Between(1, 4)), key, Rank(), "-1", "REV"],
            16 => ["ZREMRANGEBYRANK", key, Rank(), Text(random.Between(-3, 5))],
            17 => ["ZREMRANGEBYSCORE", key, Text(random.Between(-9, 9)), Text(random.Between(-9, 9))],
            18 => ["ZREMRANGEBYLEX", "z0", "[m10", "(m20"],
            19 => [random.Pick<string>(["ZPOPMIN", "ZPOPMAX"]), key, Text(random.Below(4))],
            20 => ["ZMPOP", "2", key, Key(random), random.Pick<string>(["MIN", "MAX"]), "COUNT",
                Text(random.Between(0, 3))],
            21 => Algebra(random, "ZUNION", "ZINTER", "ZDIFF"),
            22 => Algebra(random, "ZUNIONSTORE", "ZINTERSTORE", "ZDIFFSTORE"),
            _ => random.Chance(0.1) ? ["DEL", key] : ["ZINTERCARD", "2", key, Key(random)],
        };
    }

    private static string[] Adding(Prng random, string key)
    {
        var words = new List<string> { "ZADD", key };
        foreach (var word in (string[])["NX", "XX", "GT", "LT", "CH", "INCR"])
            if (random.Chance(0.15)) words.Add(word);
        words.AddRange([Score(random, key), Member(random)]);
        return [.. words];
    }

    private static string[] Algebra(Prng random, params string[] names)
    {
        var name = random.Pick(names);
        var words = new List<string> { name };
        // z0 keeps equal scores, for ranges by name.
        if (name.EndsWith("STORE", StringComparison.Ordinal)) words.Add("z" + Text(random.Between(3, 4)));
        words.AddRange(["2", Key(random), random.Chance(0.2) ? "plain" : Key(random)]);
        if (random.Chance(0.4)) words.AddRange(["WEIGHTS", "2", "0.5"]);
        if (random.Chance(0.4)) words.AddRange(["AGGREGATE", random.Pick<string>(["SUM", "min", "MAX"])]);
        if (random.Chance(0.5)) words.Add("WITHSCORES");
        return [.. words];
    }

    private static string Key(Prng random) => "z" + Text(random.Below(5));

    private static string Member(Prng random) => "m" + Text(random.Below(random.Chance(0.5) ? 30 : 400));

    private static string Score(Prng random, string key) =>
        key == "z0" ? "0" : (random.Between(-20, 20) / 2.0).ToString(CultureInfo.InvariantCulture);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
