using System.Globalization;

namespace Tercel.Bench.Api;

/// <summary>What to measure and for how long.</summary>
internal sealed record BenchOptions
{
    public int Rounds { get; init; } = 5;

    public int Seconds { get; init; } = 5;

    public int WarmUpSeconds { get; init; } = 3;

    public int Connections { get; init; } = 64;

    /// <summary>Servers to run, by name; empty means all.</summary>
    public IReadOnlyList<string> Servers { get; init; } = [];

    /// <summary>Workloads to run, by name; empty means all.</summary>
    public IReadOnlyList<string> Workloads { get; init; } = [];

    /// <summary>A database made earlier; null lets Tercel make the sample shop's.</summary>
    public string? Database { get; init; }

    /// <summary>Where the report goes; null means bench/results/DATE/api.md, or artifacts/ for a quick run.</summary>
    public string? Output { get; init; }

    public bool IsQuick { get; init; }

    private const string Known =
        "--quick --rounds N --seconds N --servers a,b --workloads a,b --database FILE --out FILE";

    public static BenchOptions Parse(string[] arguments)
    {
        var options = new BenchOptions();
        for (var i = 0; i < arguments.Length; i++)
        {
            string Value() =>
                ++i < arguments.Length ? arguments[i] : throw new BenchException($"{arguments[i - 1]} needs a value");
            int Number() => int.Parse(Value(), NumberStyles.None, CultureInfo.InvariantCulture);
            options = arguments[i] switch
            {
                "--quick" => options with { IsQuick = true, Rounds = 3, Seconds = 2, WarmUpSeconds = 2 },
                "--rounds" => options with { Rounds = Number() },
                "--seconds" => options with { Seconds = Number() },
                "--servers" => options with { Servers = Value().Split(',') },
                "--workloads" => options with { Workloads = Value().Split(',') },
                "--database" => options with { Database = Path.GetFullPath(Value()) },
                "--out" => options with { Output = Path.GetFullPath(Value()) },
                var other => throw new BenchException($"unknown option {other}; known: {Known}"),
            };
        }

        return options;
    }
}
