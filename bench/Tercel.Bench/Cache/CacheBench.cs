using System.Globalization;
using System.Text;

namespace Tercel.Bench.Cache;

/// <summary>Runs the suites over the servers that can be had, and writes the report.</summary>
internal static class CacheBench
{
    public static async Task<int> Run(CacheBenchOptions options)
    {
        var root = Machine.FindRoot();
        var kinds = new List<CacheServerKind>();
        foreach (var kind in CacheServerKind.All(root))
        {
            if (options.Servers.Count > 0 && !options.Servers.Contains(kind.Name)) continue;
            if (await kind.Prepare()) kinds.Add(kind);
            else Console.WriteLine($"{kind.Name} is left out: it is not installed");
        }

        var text = new StringBuilder("# Cache server: side by side\n\n");
        text.AppendLine("`./dev bench cache`. Servers and load generator share the cores;");
        text.AppendLine("CPU is user and system time of the server's process.").AppendLine();
        foreach (var line in await Machine.Describe()) text.AppendLine($"- {line}");
        text.AppendLine();
        foreach (var kind in kinds) text.AppendLine($"- **{kind.Name}**: {kind.What}");
        text.AppendLine();
        foreach (var (name, suite) in Suites(options))
        {
            if (!options.Wants(name)) continue;
            text.Append(await suite(kinds));
            await Save(text.ToString(), root, options);
        }

        return 0;
    }

    private static IEnumerable<(string Name, Func<IReadOnlyList<CacheServerKind>, Task<string>> Run)> Suites(
        CacheBenchOptions options)
    {
        yield return ("speed", new SpeedSuite(options).Run);
        yield return ("memory", new MemorySuite(options).Run);
        yield return ("hitratio", new HitRatioSuite(options).Run);
        yield return ("latency", new LatencySuite(options).Run);
        yield return ("expiry", new ExpirySuite(options).Run);
        yield return ("restart", new RestartSuite(options).Run);
        yield return ("idle", IdleSuite.Run);
    }

    private static async Task Save(string report, string root, CacheBenchOptions options)
    {
        var date = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var path = options.Output ?? (options.IsQuick
            ? Path.Combine(root, "artifacts", "bench", "cache.md")
            : Path.Combine(root, "bench", "results", date, "cache.md"));
        Directory.CreateDirectory(Path.GetDirectoryName(path) ?? root);
        await File.WriteAllTextAsync(path, report);
        Console.WriteLine($"report: {path}");
    }
}
