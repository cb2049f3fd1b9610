using System.Globalization;
using Tercel.Bench.Cache.Load;

namespace Tercel.Bench.Cache;

/// <summary>Server CPU per operation and throughput, server beside server in alternating rounds.</summary>
internal sealed class SpeedSuite(CacheBenchOptions options)
{
    private const int KeyCount = 1_000_000;
    private const int ValueBytes = 100;
    private const double Zipf = 0.99;

    private static readonly (string Name, Operation Operation, int Pipeline)[] Workloads =
    [
        ("get-1", Operation.Get, 1), ("set-1", Operation.Set, 1),
        ("get-16", Operation.Get, 16), ("set-16", Operation.Set, 16),
        ("get-64", Operation.Get, 64), ("set-64", Operation.Set, 64), ("mixed-16", Operation.Mixed, 16),
        ("hset-16", Operation.HSet, 16), ("hget-16", Operation.HGet, 16), ("pushpop-16", Operation.PushPop, 16),
        ("sadd-16", Operation.SAdd, 16), ("zadd-16", Operation.ZAdd, 16), ("incr-16", Operation.Incr, 16),
        ("mset-16", Operation.MSet, 16),
    ];

    private readonly KeyStream _keys = new(KeyCount, Zipf, seed: 1);

    public async Task<string> Run(IReadOnlyList<CacheServerKind> kinds)
    {
        var servers = new List<CacheServer>();
        try
        {
            foreach (var kind in kinds) servers.Add(await CacheServer.Start(kind, new StartOptions()));
            foreach (var server in servers)
                Prefill.Run(server.Port, server.Kind.Wire, Operation.Set, KeyCount + 10, _ => ValueBytes);
            var table = new SpeedTable(kinds);
            foreach (var (name, operation, pipeline) in Workloads)
            {
                if (options.Workloads.Count > 0 && !options.Workloads.Contains(name)) continue;
                var able = servers.Where(s => !s.Kind.IsMemcached || operation <= Operation.Mixed).ToList();
                table.Add(name, Measure(name, able, operation, pipeline));
            }

            return table.Text(options);
        }
        finally
        {
            foreach (var server in servers) await server.DisposeAsync();
        }
    }

    private Dictionary<string, SpeedRow> Measure(
        string name, IReadOnlyList<CacheServer> servers, Operation operation, int pipeline)
    {
        var samples = servers.ToDictionary(s => s.Name, _ => new List<SpeedRow>());
        foreach (var server in servers) Once(server, operation, pipeline, TimeSpan.FromSeconds(1));
        for (var round = 0; round < options.Rounds; round++)
        {
            foreach (var server in servers)
                samples[server.Name].Add(Once(server, operation, pipeline, TimeSpan.FromSeconds(options.Seconds)));
        }

        var rows = samples.ToDictionary(pair => pair.Key, pair => SpeedRow.Median(pair.Value));
        foreach (var (server, row) in rows)
        {
            var text = string.Create(CultureInfo.InvariantCulture,
                $"{name,-11} {server,-10} {row.PerSecond,11:#,0}/s  {row.CpuPerMillion,6:0.00} CPU s/M");
            Console.WriteLine(text);
        }

        return rows;
    }

    private SpeedRow Once(CacheServer server, Operation operation, int pipeline, TimeSpan duration)
    {
        using var load = new LoadGenerator(new LoadPlan
        {
            Port = server.Port, Wire = server.Kind.Wire, Operation = operation, Keys = _keys, Pipeline = pipeline,
            ValueBytes = ValueBytes, Duration = duration,
        });
        var before = server.CpuSeconds;
        var result = load.Run();
        var cpu = server.CpuSeconds - before;
        return new SpeedRow(result.PerSecond, cpu / result.Requests * 1e6, result.Latency.QuantileUs(0.99));
    }
}

/// <summary>One measurement, or the median of several.</summary>
internal sealed record SpeedRow(double PerSecond, double CpuPerMillion, double P99Us)
{
    public static SpeedRow Median(IReadOnlyList<SpeedRow> rows) =>
        new(Middle(rows.Select(r => r.PerSecond)), Middle(rows.Select(r => r.CpuPerMillion)),
            Middle(rows.Select(r => r.P99Us)));

    private static double Middle(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}
