using System.Globalization;
using Tercel.Primitives;
using Tercel.Tests.CacheServer.Differential;
using Xunit;

namespace Tercel.Tests.CacheServer.Keys;

public sealed class SortDifferentialTests
{
    private static readonly string[] Sources = ["list", "set", "zset", "numbers", "missing", "string"];

    private static readonly string[] Patterns =
        ["weight_*", "object_*->weight", "object_*->name", "nosort", "*", "string*", "missing_*", "object_*->", "#"];

    private static readonly string[] Elements = ["1", "2", "3", "10", "-5", "2.5", "apple", "pear", "", "x1"];

    [Fact]
    public void Random_sorts_reply_as_Redis_does()
    {
        using var run = new DifferentialRun("list", "zset", "numbers", "stored");
        run.Step("SET", "string", "text");
        run.Run(8_000, Next);
    }

    private static string[] Next(Prng random)
    {
        var element = random.Pick(Elements);
        switch (random.Below(14))
        {
            case 0: return ["RPUSH", "list", element, random.Pick(Elements)];
            case 1: return ["LPUSH", "numbers", Number(random), Number(random)];
            case 2: return ["SADD", "set", Number(random)];
            case 3: return ["ZADD", "zset", Number(random), element];
            case 4: return ["SET", "weight_" + element, Number(random)];
            case 5: return ["HSET", "object_" + element, "weight", Number(random), "name", random.Pick(Elements)];
            case 6: return ["DEL", random.Pick<string>(["list", "set", "zset", "numbers"]), "weight_" + element];
            case 7: return ["LRANGE", random.Pick<string>(["stored", "list"]), "0", "-1"];
            default: return Sort(random);
        }
    }

    private static string[] Sort(Prng random)
    {
        var words = new List<string> { random.Below(8) == 0 ? "SORT_RO" : "SORT", random.Pick(Sources) };
        if (random.Below(2) == 0) words.AddRange(["BY", random.Pick(Patterns)]);
        if (random.Below(3) == 0) words.AddRange(["LIMIT", Small(random), Small(random)]);
        for (var gets = random.Below(3); gets > 0; gets--) words.AddRange(["GET", random.Pick(Patterns)]);
        if (random.Below(2) == 0) words.Add(random.Pick<string>(["ASC", "desc"]));
        if (random.Below(2) == 0) words.Add("ALPHA");
        if (random.Below(3) == 0) words.AddRange(["STORE", random.Pick<string>(["stored", "list"])]);
        if (random.Below(20) == 0) words.Add(random.Pick<string>(["BY", "LIMIT", "nonsense"]));
        // The order of a set is its own: two servers need not agree.
        var isUnordered = words[1] == "set" && words.Contains("nosort");
        // Equal weights in text order may come in any order.
        var hasTies = words.Contains("BY") && words.Contains("ALPHA");
        return isUnordered || hasTies ? ["EXISTS", "list"] : [.. words];
    }

    private static string Number(Prng random) => random.Between(-50, 50).ToString(CultureInfo.InvariantCulture);

    private static string Small(Prng random) => random.Between(-2, 6).ToString(CultureInfo.InvariantCulture);
}
