using System.Globalization;
using System.Text.Json;

namespace Tercel.Bench.Api;

/// <summary>Builds the servers, checks that they answer alike, measures them in turn, writes the report.</summary>
internal static class ApiBench
{
    private const int CustomersMax = 16;

    public static async Task<int> Run(BenchOptions options)
    {
        var root = Machine.FindRoot();
        foreach (var tool in new[] { "wrk", "sqlite3" })
        {
            if (!Shell.Exists(tool)) throw new BenchException($"{tool} is missing; on Debian: apt-get install {tool}");
        }

        var kinds = await Build(ServerKind.All(root), options);
        var work = Path.Combine(root, "artifacts", "bench");
        if (Directory.Exists(work)) Directory.Delete(work, recursive: true);
        Directory.CreateDirectory(work);
        var database = options.Database ?? await Databases.MakeShop(root, work);
        var servers = new List<Server>();
        try
        {
            foreach (var kind in kinds) servers.Add(await Databases.StartOnCopy(kind, root, work, database));
            var workloads = Workload.All(await Databases.Customers(database, CustomersMax))
                .Where(workload => options.Workloads.Count == 0 || options.Workloads.Contains(workload.Name)).ToList();
            foreach (var workload in workloads) await Verify(workload, servers);
            var results = new List<(Workload, IReadOnlyDictionary<string, Medians>)>();
            foreach (var workload in workloads)
                results.Add((workload, await Measure(workload, servers, options, work)));
            var report = Report.Write(options, await Describe(servers), kinds, results);
            await Save(report, root, options);
            return 0;
        }
        finally
        {
            foreach (var server in servers) await server.DisposeAsync();
        }
    }

    private static async Task<IReadOnlyList<ServerKind>> Build(IReadOnlyList<ServerKind> kinds, BenchOptions options)
    {
        var ready = new List<ServerKind>();
        foreach (var kind in kinds.Where(kind => options.Servers.Count == 0 || options.Servers.Contains(kind.Name)))
        {
            if (!Shell.Exists(kind.Needs))
            {
                Say($"{kind.Name}: left out, {kind.Needs} is not installed");
                continue;
            }

            Say($"{kind.Name}: building");
            await kind.Build();
            ready.Add(kind);
        }

        return ready;
    }

    private static async Task Verify(Workload workload, IReadOnlyList<Server> servers)
    {
        if (workload.IsInsert) return;
        for (var i = 0; i < workload.PeerPaths.Count; i++)
        {
            string? expected = null;
            foreach (var server in servers)
            {
                var path = server.IsTercel ? workload.TercelPaths[i] : workload.PeerPaths[i];
                var essence = Essence(workload, server, path, await server.Get(path));
                expected ??= essence;
                if (essence != expected)
                    throw new BenchException($"{server.Name}: {path} gave\n{essence}\nexpected\n{expected}");
            }
        }
    }

    private static string Essence(Workload workload, Server server, string path, JsonElement json)
    {
        try
        {
            return workload.Essence(json);
        }
        catch (KeyNotFoundException)
        {
            throw new BenchException($"{server.Name}: a property is missing in the answer to {path}:\n{json}");
        }
    }

    /// <summary>A B C D A B C D ...: what drifts on the machine meets every server alike.</summary>
    private static async Task<IReadOnlyDictionary<string, Medians>> Measure(
        Workload workload, IReadOnlyList<Server> servers, BenchOptions options, string work)
    {
        foreach (var server in servers)
            await Wrk.Run(server, workload, options.Connections, options.WarmUpSeconds, work);
        var samples = servers.ToDictionary(server => server.Name, _ => new List<Sample>());
        for (var round = 0; round < options.Rounds; round++)
        {
            foreach (var server in servers)
                samples[server.Name].Add(await Wrk.Run(server, workload, options.Connections, options.Seconds, work));
        }

        var medians = samples.ToDictionary(pair => pair.Key, pair => Medians.Of(pair.Value));
        foreach (var (name, row) in medians)
        {
            var rate = FormattableString.Invariant($"{row.PerSecond,9:#,0}/s  p99 {row.P99Ms,6:0.00} ms");
            var cpu = FormattableString.Invariant($"{row.CpuPer100K,6:0.00} CPU s/100k");
            Say($"{workload.Name,-7} {name,-8} {rate}  {cpu}");
        }

        return medians;
    }

    private static async Task Save(string report, string root, BenchOptions options)
    {
        var date = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var path = options.Output ?? (options.IsQuick
            ? Path.Combine(root, "artifacts", "bench", "api.md")
            : Path.Combine(root, "bench", "results", date, "api.md"));
        Directory.CreateDirectory(Path.GetDirectoryName(path) ?? root);
        await File.WriteAllTextAsync(path, report);
        Say($"report: {Path.GetRelativePath(root, path)}");
    }

    private static void Say(string line) => Console.WriteLine(line);

    private static async Task<IReadOnlyList<string>> Describe(IReadOnlyList<Server> servers)
    {
        var lines = await Machine.Describe();
        foreach (var server in servers.Where(server => !server.IsTercel))
            lines.Add($"{server.Name}: SQLite {(await server.Get("/version")).GetProperty("sqlite")}");
        return lines;
    }
}
