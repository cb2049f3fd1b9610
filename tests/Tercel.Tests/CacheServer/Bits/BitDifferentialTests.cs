using System.Globalization;
using Tercel.Primitives;
using Tercel.Tests.CacheServer.Differential;
using Xunit;

namespace Tercel.Tests.CacheServer.Bits;

public sealed class BitDifferentialTests
{
    private static readonly string[] Keys = ["a", "b", "c", "d"];

    private static readonly string[] Offsets =
        ["0", "1", "7", "8", "9", "63", "100", "-1", "x", "4294967296", "#0", "#1", "#7", "#-1", "#", "5000"];

    private static readonly string[] Indexes = ["0", "1", "-1", "-2", "3", "100", "-100", "x", "17"];

    private static readonly string[] Types =
        ["u1", "u8", "i8", "i5", "u63", "i64", "u32", "i33", "u64", "i65", "x8", "u0", "i", "u7"];

    private static readonly string[] Values = ["", "\0\0\0", "\xff\xff\xff\xff", "foobar", "\x00\xff\xf0", "5"];

    [Fact]
    public void Random_bit_commands_reply_as_Redis_does()
    {
        using var run = new DifferentialRun(Keys);
        run.Run(20_000, Next);
    }

    private static string[] Next(Prng random)
    {
        string Key() => random.Pick(Keys);
        return random.Below(14) switch
        {
            0 or 1 => ["SETBIT", Key(), random.Pick(Offsets), random.Pick<string>(["0", "1", "1", "2", "x"])],
            2 => ["GETBIT", Key(), random.Pick(Offsets)],
            3 or 4 => WithRange(random, "BITCOUNT", Key()),
            5 or 6 => WithRange(random, "BITPOS", Key(), random.Pick<string>(["0", "1", "0", "1", "2", "x"])),
            7 or 8 => BitOp(random),
            9 or 10 or 11 => BitField(random),
            12 => ["SET", Key(), random.Pick(Values)],
            _ => random.Below(4) == 0 ? ["DEL", Key()] : ["EXPIRE", Key(), "1000"],
        };
    }

    private static string[] WithRange(Prng random, params string[] start)
    {
        var words = new List<string>(start);
        for (var count = random.Below(3); count > 0; count--) words.Add(random.Pick(Indexes));
        if (random.Below(2) == 0) words.Add(random.Pick<string>(["BIT", "byte", "nonsense"]));
        return [.. words];
    }

    private static string[] BitOp(Prng random)
    {
        var words = new List<string>
        {
            "BITOP", random.Pick<string>(["AND", "or", "XOR", "NOT", "nonsense"]), random.Pick(Keys),
        };
        for (var count = random.Between(1, 4); count > 0; count--)
            words.Add(random.Below(6) == 0 ? "missing" : random.Pick(Keys));
        return [.. words];
    }

    private static string[] BitField(Prng random)
    {
        var words = new List<string> { random.Below(6) == 0 ? "BITFIELD_RO" : "BITFIELD", random.Pick(Keys) };
        for (var count = random.Below(5); count > 0; count--)
        {
            var type = random.Pick(Types);
            var offset = random.Pick(Offsets);
            switch (random.Below(8))
            {
                case 0: words.AddRange(["OVERFLOW", random.Pick<string>(["WRAP", "SAT", "fail", "nonsense"])]); break;
                case 1 or 2: words.AddRange(["GET", type, offset]); break;
                case 3 or 4: words.AddRange(["SET", type, offset, Number(random)]); break;
                case 5 or 6: words.AddRange(["INCRBY", type, offset, Number(random)]); break;
                default: words.Add(random.Pick<string>(["GET", "SET", "nonsense"])); break;
            }
        }

        return [.. words];
    }

    private static string Number(Prng random) => random.Below(5) switch
    {
        0 => random.Pick<string>(["9223372036854775807", "-9223372036854775808", "x", "255", "256", "-129"]),
        1 => ((long)random.Next()).ToString(CultureInfo.InvariantCulture),
        _ => random.Between(-300, 300).ToString(CultureInfo.InvariantCulture),
    };
}
