using System.Globalization;
using Tercel.Primitives;
using Tercel.TestSupport;
using Xunit;

namespace Tercel.Tests.CacheServer.Lists;

/// <summary>Commands on lists beside a real redis-server.</summary>
public sealed class ListTwinTests : IDisposable
{
    private static readonly string[] Numbers = ["0", "1", "-1", "2", "-2", "5", "-5", "100", "-100", "x", "1.5", ""];

    private readonly RedisTwin _twin = new();

    [Fact]
    public void Every_reply_and_error_is_the_one_Redis_gives()
    {
        string[] commands =
        [
            "SET s x", "LPUSH s a", "LPUSHX s a", "LPUSHX nokey a", "RPUSHX nokey a", "RPUSH l a b c 1 2 3 -7 007",
            "LPUSHX l z", "LRANGE l 0 -1", "LLEN l", "LLEN s", "LLEN nokey", "LPOP l x", "LPOP l -1", "LPOP l 1 2",
            "LPOP nokey -1", "LPOP nokey 1", "LPOP nokey", "LPOP s", "LPOP s 1", "LPOP l 0", "LPOP l 2", "RPOP l 100",
            "EXISTS l", "RPUSH l a b c a b c a", "LPOS l a", "LPOS l a RANK 2", "LPOS l a RANK -1", "LPOS l a RANK 0",
            "LPOS l a RANK x", "LPOS l a RANK", "LPOS l a COUNT 0", "LPOS l a COUNT 2 RANK -2", "LPOS l a COUNT -1",
            "LPOS l a MAXLEN 2", "LPOS l b COUNT 0 MAXLEN 3", "LPOS l a MAXLEN -1", "LPOS l a FOO 1", "LPOS nokey a",
            "LPOS nokey a COUNT 1", "LPOS s a", "LPOS l q", "LPOS l q COUNT 0", "LINDEX l 0", "LINDEX l -1",
            "LINDEX l 7", "LINDEX l x", "LINDEX nokey x", "LINDEX s 0", "LSET l 0 z", "LSET l -1 z", "LSET l 7 z",
            "LSET l x z", "LSET nokey x z", "LSET s 0 z", "LINSERT l BEFORE b x", "LINSERT l AFTER b y",
            "LINSERT l AFTER nope y", "LINSERT l MIDDLE b y", "LINSERT nokey BEFORE a b", "LINSERT s BEFORE a b",
            "LRANGE l x 1", "LRANGE l 0 x", "LRANGE nokey x 1", "LRANGE nokey 0 1", "LRANGE s 0 1", "LRANGE l 5 2",
            "LRANGE l -100 100", "LRANGE l -3 -2", "LRANGE l 100 200", "LREM l x b", "LREM l 1 b", "LREM l -1 c",
            "LREM l 0 z", "LREM nokey 0 z", "LREM s 0 z", "LTRIM l x 1", "LTRIM nokey 0 1", "LTRIM s 0 1",
            "LTRIM l 1 -2",
            "LRANGE l 0 -1", "LTRIM l 5 1", "EXISTS l", "RPUSH l a b c", "LMOVE l m LEFT MIDDLE",
            "LMOVE l m LEFT RIGHT",
            "LMOVE l l LEFT RIGHT", "LMOVE l l RIGHT RIGHT", "LMOVE s m LEFT LEFT", "LMOVE l s LEFT LEFT",
            "LMOVE nokey s LEFT LEFT", "RPOPLPUSH l m", "RPOPLPUSH l m", "EXISTS l", "RPOPLPUSH nokey m",
            "LRANGE m 0 -1", "LMPOP 0 m LEFT", "LMPOP x m LEFT", "LMPOP 1 m", "LMPOP 2 m LEFT", "LMPOP 1 m UP",
            "LMPOP 1 m LEFT COUNT 0", "LMPOP 1 m LEFT COUNT x", "LMPOP 1 m LEFT COUNT",
            "LMPOP 1 m LEFT COUNT 1 COUNT 2",
            "LMPOP 1 m LEFT FOO 1", "LMPOP 2 nokey m RIGHT COUNT 2", "LMPOP 2 nokey nokey LEFT", "LMPOP 2 nokey s LEFT",
            "RPUSH l a b c d e f", "BLPOP l x", "BLPOP l -1", "BLPOP nokey l 1", "BRPOP l 0", "BLPOP nokey s 1",
            "BLMPOP 0 0 l LEFT", "BLMPOP -1 1 l LEFT", "BLMPOP x 1 l LEFT", "BLMPOP 1 2 nokey l LEFT COUNT 2",
            "BLMOVE l m LEFT UP 1", "BLMOVE l m LEFT RIGHT x", "BLMOVE l m LEFT RIGHT 1", "BRPOPLPUSH l m 1",
            "BRPOPLPUSH s m 1", "EXISTS l", "LRANGE m 0 -1", "OBJECT ENCODING m", "TYPE m", "MULTI", "BLPOP nokey 0",
            "BLMOVE nokey m LEFT LEFT 0", "BRPOPLPUSH nokey m 0", "BLMPOP 0 1 nokey LEFT", "BRPOP m 0", "EXEC",
        ];
        foreach (var command in commands) _twin.Same(command);
    }

    [Fact]
    public void Random_commands_leave_the_same_lists()
    {
        var random = new Prng(Fuzz.Seed);
        foreach (var _ in Fuzz.Rounds(10_000)) _twin.Same(Command(random));
        for (var i = 0; i < 4; i++) _twin.Same($"LRANGE l{i} 0 -1");
        _twin.Ours.Keyspace.CheckIntegrity();
    }

    public void Dispose() => _twin.Dispose();

    private static string[] Command(Prng random)
    {
        string Key() => "l" + random.Below(4);
        string Number() => random.Pick(Numbers);
        string End() => random.Pick<string>(["LEFT", "right", "LEFT", "RIGHT", "UP"]);
        return random.Below(22) switch
        {
            0 or 1 or 2 => [random.Pick<string>(["LPUSH", "RPUSH"]), Key(), Element(random), Element(random)],
            3 => ["RPUSH", Key(), .. Enumerable.Range(0, 60).Select(_ => Element(random))],
            4 => [random.Pick<string>(["LPUSHX", "RPUSHX"]), Key(), Element(random)],
            5 => [random.Pick<string>(["LPOP", "RPOP"]), Key()],
            6 => [random.Pick<string>(["LPOP", "RPOP"]), Key(), Number()],
            7 => ["LLEN", Key()],
            8 => ["LRANGE", Key(), Number(), Number()],
            9 => ["LINDEX", Key(), Number()],
            10 => ["LSET", Key(), Number(), Element(random)],
            11 or 12 =>
                ["LINSERT", Key(), random.Pick<string>(["BEFORE", "after"]), Element(random), Element(random)],
            13 => ["LREM", Key(), random.Between(-3, 3).ToString(CultureInfo.InvariantCulture), Element(random)],
            14 => ["LTRIM", Key(), random.Below(4).ToString(CultureInfo.InvariantCulture), "-1"],
            15 => ["LPOS", Key(), Element(random), "RANK", Number(), "COUNT", Number()],
            16 => ["LPOS", Key(), Element(random), "MAXLEN", Number()],
            17 => ["LMOVE", Key(), Key(), End(), End()],
            18 => ["RPOPLPUSH", Key(), Key()],
            19 => ["LMPOP", "2", Key(), Key(), End(), "COUNT", Number()],
            20 => random.Chance(0.05) ? ["DEL", Key()] : ["LTRIM", Key(), Number(), Number()],
            _ => ["LRANGE", Key(), "0", "-1"],
        };
    }

    private static string Element(Prng random) => random.Below(8) switch
    {
        0 => random.Between(-70_000, 70_000).ToString(CultureInfo.InvariantCulture),
        1 => new string('x', random.Between(0, 200)),
        2 => random.Chance(0.1) ? new string('y', random.Between(1_000, 5_000)) : "",
        _ => "e" + random.Below(20).ToString(CultureInfo.InvariantCulture),
    };
}
