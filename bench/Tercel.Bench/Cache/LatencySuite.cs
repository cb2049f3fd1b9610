using System.Globalization;
using System.Text;
using Tercel.Bench.Cache.Load;

namespace Tercel.Bench.Cache;

/// <summary>Latency of an open loop at half of what redis-server can do at most.</summary>
internal sealed class LatencySuite(CacheBenchOptions options)
{
    private const int KeyCount = 1_000_000;

    public async Task<string> Run(IReadOnlyList<CacheServerKind> kinds)
    {
        var text = new StringBuilder("## Latency at a fixed rate\n\n");
        var keys = new KeyStream(KeyCount, 0.99, seed: 2);
        var servers = new List<CacheServer>();
        try
        {
            foreach (var kind in kinds) servers.Add(await CacheServer.Start(kind, new StartOptions()));
            foreach (var server in servers)
                Prefill.Run(server.Port, server.Kind.Wire, Operation.Set, KeyCount, _ => 100);
            var measured = servers.FirstOrDefault(s => s.Name == "redis") ?? servers[0];
            var rate = Math.Floor(Load(measured, keys, 0, 3).PerSecond / 2 / 1000) * 1000;
            text.AppendLine(string.Create(CultureInfo.InvariantCulture,
                $"Nine GETs to one SET, 50 connections, {rate:#,0} requests/s, sent whether or not answers came,"));
            text.AppendLine(
                $"half of what {measured.Name} reached in a closed loop. Latency counts from the due time.");
            text.AppendLine("Medians of the rounds, microseconds.\n");
            text.AppendLine("| server | p50 | p99 | p99.9 | CPU s per million |\n|---|---|---|---|---|");
            foreach (var (name, row) in Measure(servers, keys, rate)) text.AppendLine($"| {name} | {row} |");
        }
        finally
        {
            foreach (var server in servers) await server.DisposeAsync();
        }

        return text.AppendLine().ToString();
    }

    private IEnumerable<(string Name, string Row)> Measure(List<CacheServer> servers, KeyStream keys, double rate)
    {
        var samples = servers.ToDictionary(s => s.Name, _ => new List<double[]>());
        for (var round = 0; round < options.Rounds; round++)
        {
            foreach (var server in servers)
            {
                var before = server.CpuSeconds;
                var result = Load(server, keys, rate, Math.Max(options.Seconds, 2));
                var cpu = (server.CpuSeconds - before) / result.Requests * 1e6;
                double Quantile(double part) => result.Latency.QuantileUs(part);
                samples[server.Name].Add([Quantile(0.5), Quantile(0.99), Quantile(0.999), cpu]);
            }
        }

        foreach (var (name, rows) in samples)
        {
            var cells = Enumerable.Range(0, 4).Select(i =>
                rows.Select(r => r[i]).Order().ElementAt(rows.Count / 2)).ToList();
            var row = string.Create(CultureInfo.InvariantCulture,
                $"{cells[0]:#,0} | {cells[1]:#,0} | {cells[2]:#,0} | {cells[3]:0.00}");
            Console.WriteLine($"latency {name}: {row}");
            yield return (name, row);
        }
    }

    private static LoadResult Load(CacheServer server, KeyStream keys, double rate, double seconds)
    {
        using var load = new LoadGenerator(new LoadPlan
        {
            Port = server.Port, Wire = server.Kind.Wire, Operation = Operation.Mixed, Keys = keys, Rate = rate,
            Duration = TimeSpan.FromSeconds(seconds),
        });
        return load.Run();
    }
}
