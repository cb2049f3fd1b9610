using System.Globalization;

namespace Tercel.Bench.Cache;

/// <summary>What to measure of the cache and for how long.</summary>
internal sealed record CacheBenchOptions
{
    public int Rounds { get; init; } = 5;

    public double Seconds { get; init; } = 2;

    /// <summary>Servers to run, by name; empty means all.</summary>
    public IReadOnlyList<string> Servers { get; init; } = [];

    /// <summary>Suites to run: speed, memory, hitratio, latency, expiry, restart, idle; empty means all.</summary>
    public IReadOnlyList<string> Suites { get; init; } = [];

    /// <summary>Workloads of the speed suite, such as get-16; empty means all.</summary>
    public IReadOnlyList<string> Workloads { get; init; } = [];

    public int Items { get; init; } = 5_000_000;

    /// <summary>Folder with the traces for hit ratios.</summary>
    public string? Traces { get; init; }

    /// <summary>Where the report goes; null means bench/results/DATE/cache.md, or artifacts/ for a quick run.</summary>
    public string? Output { get; init; }

    public bool IsQuick { get; init; }

    private const string Known =
        "--quick --rounds N --seconds N --items N --servers a,b --suites a,b --workloads a,b --traces DIR --out FILE";

    public bool Wants(string suite) => Suites.Count == 0 || Suites.Contains(suite);

    public static CacheBenchOptions Parse(string[] arguments)
    {
        var options = new CacheBenchOptions();
        for (var i = 0; i < arguments.Length; i++)
        {
            string Value() =>
                ++i < arguments.Length ? arguments[i] : throw new BenchException($"{arguments[i - 1]} needs a value");
            options = arguments[i] switch
            {
                "--quick" => options with { IsQuick = true, Rounds = 3, Seconds = 1, Items = 1_000_000 },
                "--rounds" => options with { Rounds = int.Parse(Value(), CultureInfo.InvariantCulture) },
                "--seconds" => options with { Seconds = double.Parse(Value(), CultureInfo.InvariantCulture) },
                "--items" => options with { Items = int.Parse(Value(), CultureInfo.InvariantCulture) },
                "--servers" => options with { Servers = Value().Split(',') },
                "--suites" => options with { Suites = Value().Split(',') },
                "--workloads" => options with { Workloads = Value().Split(',') },
                "--traces" => options with { Traces = Path.GetFullPath(Value()) },
                "--out" => options with { Output = Path.GetFullPath(Value()) },
                var other => throw new BenchException($"unknown option {other}; known: {Known}"),
            };
        }

        return options;
    }
}
