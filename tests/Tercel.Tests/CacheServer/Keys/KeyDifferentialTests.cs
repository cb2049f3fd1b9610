using Tercel.Primitives;
using Tercel.Tests.CacheServer.Differential;
using Xunit;

namespace Tercel.Tests.CacheServer.Keys;

public sealed class KeyDifferentialTests
{
    private static readonly string[] Keys = ["a", "b", "ab", "a*", "a[b]", "key:1", "key:2"];

    private static readonly string[] Patterns =
        ["*", "a*", "?", "key:[12]", "[^a]*", "a\\*", "a\\[b]", "*[", "", "key:[2-1]", "*b*", "a**", "[a"];

    private static readonly string[] Times =
        ["100", "500", "100000", "0", "-5", "x", "9223372036854775807", "-9223372036854775808", "4100000000"];

    private static readonly string[] Databases = ["0", "1", "2", "15", "16", "-1", "x", "99999999999"];

    [Fact]
    public void Random_key_commands_reply_as_Redis_does()
    {
        using var run = new DifferentialRun(Keys);
        run.Run(20_000, Next);
    }

    private static string[] Next(Prng random)
    {
        string Key() => random.Pick(Keys);
        return random.Below(20) switch
        {
            0 or 1 => ["SET", Key(), random.Pick<string>(["1", "value", ""])],
            2 => ["SET", Key(), "expiring", "EX", "1000"],
            3 => [random.Pick<string>(["DEL", "UNLINK"]), Key(), Key()],
            4 => [random.Pick<string>(["EXISTS", "TOUCH"]), Key(), Key(), Key()],
            5 => ["TYPE", Key()],
            6 or 7 => Expire(random),
            8 => ["PERSIST", Key()],
            9 => [random.Pick<string>(["TTL", "PTTL", "EXPIRETIME", "PEXPIRETIME"]), Key()],
            10 => [random.Pick<string>(["RENAME", "RENAMENX"]), Key(), Key()],
            11 or 12 => Copy(random),
            13 => ["MOVE", Key(), random.Pick(Databases)],
            14 => ["KEYS", random.Pick(Patterns)],
            15 => ["SCAN", "0", "MATCH", random.Pick(Patterns), "COUNT", "1000"],
            16 => Scan(random),
            17 => ["SELECT", random.Pick<string>(["0", "0", "1"])],
            18 => Database(random),
            _ => ["OBJECT", "ENCODING", Key()],
        };
    }

    private static string[] Expire(Prng random)
    {
        var words = new List<string>
        {
            random.Pick<string>(["EXPIRE", "PEXPIRE", "EXPIREAT", "PEXPIREAT"]), random.Pick(Keys), random.Pick(Times),
        };
        if (words[0] == "PEXPIREAT" && words[2].Length == 19) words[2] = "4100000000000";
        if (words[0] == "PEXPIRE" && words[2] == "100") words[2] = "100000";
        for (var count = random.Below(3); count > 0; count--)
            words.Add(random.Pick<string>(["NX", "xx", "GT", "lt", "nonsense"]));
        return [.. words];
    }

    private static string[] Copy(Prng random)
    {
        var words = new List<string> { "COPY", random.Pick(Keys), random.Pick(Keys) };
        if (random.Below(3) == 0) words.AddRange(["DB", random.Pick(Databases)]);
        if (random.Below(2) == 0) words.Add("REPLACE");
        if (random.Below(10) == 0) words.Add(random.Pick<string>(["DB", "nonsense"]));
        return [.. words];
    }

    private static string[] Scan(Prng random) => random.Below(5) switch
    {
        0 => ["SCAN", random.Pick<string>(["x", "-", "1.5"])],
        1 => ["SCAN", "0", "COUNT", random.Pick<string>(["0", "-1", "x"])],
        2 => ["SCAN", "0", "nonsense"],
        3 => ["SCAN", "0", "MATCH"],
        _ => ["SCAN", "0", "TYPE", random.Pick<string>(["string", "LIST", "nonsense"]), "COUNT", "1000"],
    };

    private static string[] Database(Prng random) => random.Below(12) switch
    {
        0 => ["FLUSHDB"],
        1 => ["FLUSHDB", random.Pick<string>(["ASYNC", "sync", "nonsense"])],
        2 => ["FLUSHALL", random.Pick<string>(["ASYNC", "sync", "nonsense"])],
        3 or 4 => ["SWAPDB", random.Pick(Databases), random.Pick(Databases)],
        _ => ["DBSIZE"],
    };
}
