using System.Globalization;
using Tercel.Primitives;
using Tercel.Tests.CacheServer.Differential;
using Xunit;

namespace Tercel.Tests.CacheServer.Strings;

public sealed class StringDifferentialTests
{
    private static readonly string[] Keys = ["a", "b", "c", "d", "list"];

    private static readonly string[] Values =
    [
        "", "0", "1", "-1", "10", "007", "+5", " 5", "9223372036854775807", "-9223372036854775808", "0.1",
        "-2.5", "nan", "inf", "hello", "hello world", "\0\xff\x80", "aaaaabbbbbccccc", "abcabcabc",
    ];

    private static readonly string[] Numbers =
    [
        "0", "1", "-1", "2", "5", "-3", "100", "-100", "x", "", "9223372036854775807", "-9223372036854775808",
        "9223372036854775808", "1.5", "536870912", "4294967296",
    ];

    private static readonly string[] Times = ["100", "5000", "100000", "0", "-1", "x", "9223372036854775807", "1.5"];

    // Small ones: of large ones with a fraction, Redis prints the error of its 64-bit mantissa too.
    private static readonly string[] Floats = ["0.1", "0.2", "-1.5", "3.0e0", "1e-3", "x", "inf", "nan", "+2", "5", ""];

    [Fact]
    public void Random_string_commands_reply_as_Redis_does()
    {
        using var run = new DifferentialRun(Keys);
        run.Step("SET", "list", "not a list yet");
        run.Run(20_000, Next);
    }

    private static string[] Next(Prng random)
    {
        string Key() => random.Pick(Keys);
        string Value() => random.Pick(Values);
        string Number() => random.Pick(Numbers);
        return random.Below(25) switch
        {
            0 => ["GET", Key()],
            1 => ["SET", Key(), Value()],
            2 or 3 => SetWithOptions(random),
            4 => ["SETNX", Key(), Value()],
            5 => ["SETEX", Key(), random.Pick(Times), Value()],
            6 => ["PSETEX", Key(), random.Pick(Times) + "000", Value()],
            7 => ["GETSET", Key(), Value()],
            8 => GetExWithOptions(random),
            9 => ["GETDEL", Key()],
            10 => ["MGET", Key(), Key(), "missing", Key()],
            11 => ["MSET", Key(), Value(), Key(), Value()],
            12 => ["MSETNX", Key(), Value(), Key(), Value()],
            13 => ["APPEND", Key(), Value()],
            14 => ["STRLEN", Key()],
            15 => ["SETRANGE", Key(), random.Below(3) == 0 ? Number() : Small(random), Value()],
            16 or 17 => ["GETRANGE", Key(), Number(), Number()],
            18 => ["SUBSTR", Key(), Number(), Number()],
            19 => [random.Pick<string>(["INCR", "DECR"]), Key()],
            20 => [random.Pick<string>(["INCRBY", "DECRBY"]), Key(), Number()],
            21 => [random.Pick<string>(["SET", "INCRBYFLOAT", "INCRBYFLOAT"]), "float", random.Pick(Floats)],
            22 or 23 => Lcs(random),
            _ => [random.Pick<string>(["DEL", "MSET", "GET", "GETRANGE"]), Key()],
        };
    }

    private static string Small(Prng random) => random.Below(30).ToString(CultureInfo.InvariantCulture);

    private static string[] SetWithOptions(Prng random)
    {
        var words = new List<string> { "SET", random.Pick(Keys), random.Pick(Values) };
        for (var count = random.Between(1, 3); count > 0; count--)
        {
            switch (random.Below(8))
            {
                case 0: words.Add("NX"); break;
                case 1: words.Add("xx"); break;
                case 2 or 3: words.Add("GET"); break;
                case 4: words.Add("KEEPTTL"); break;
                case 5: words.Add("nonsense"); break;
                default: AddExpiry(random, words); break;
            }
        }

        return [.. words];
    }

    private static string[] GetExWithOptions(Prng random)
    {
        var words = new List<string> { "GETEX", random.Pick(Keys) };
        if (random.Below(4) == 0) words.Add("PERSIST");
        if (random.Below(2) == 0) AddExpiry(random, words);
        return [.. words];
    }

    private static void AddExpiry(Prng random, List<string> words)
    {
        var unit = random.Pick<string>(["EX", "PX", "EXAT", "PXAT"]);
        words.Add(unit);
        if (random.Below(10) == 0) return;
        var time = random.Pick(Times);
        if (unit == "EXAT" && time.Length == 6) time = "4100000000";
        if (unit == "PXAT" && time.Length >= 6) time = "4100000000000";
        if (unit == "PX" && time.Length is > 1 and < 7) time += "000";
        words.Add(time);
    }

    private static string[] Lcs(Prng random)
    {
        var words = new List<string> { "LCS", random.Pick(Keys), random.Pick(Keys) };
        foreach (var word in (string[])["LEN", "IDX", "WITHMATCHLEN", "MINMATCHLEN"])
        {
            if (random.Below(3) != 0) continue;
            words.Add(word);
            if (word == "MINMATCHLEN") words.Add(random.Pick<string>(["0", "2", "-1", "x"]));
        }

        return [.. words];
    }
}
