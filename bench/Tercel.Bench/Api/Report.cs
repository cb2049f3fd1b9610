using System.Globalization;
using System.Text;

namespace Tercel.Bench.Api;

/// <summary>Medians of one workload on one server.</summary>
internal sealed record Medians(double PerSecond, double P50Ms, double P99Ms, double CpuPer100K, double Spread)
{
    public static Medians Of(IReadOnlyList<Sample> samples) => new(
        Median(samples, s => s.PerSecond), Median(samples, s => s.P50Ms), Median(samples, s => s.P99Ms),
        Median(samples, s => s.CpuPer100K),
        (samples.Max(s => s.PerSecond) - samples.Min(s => s.PerSecond)) / Median(samples, s => s.PerSecond));

    private static double Median(IReadOnlyList<Sample> samples, Func<Sample, double> value)
    {
        var sorted = samples.Select(value).Order().ToList();
        var middle = sorted.Count / 2;
        return sorted.Count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}

/// <summary>Writes the measured numbers as a markdown document.</summary>
internal static class Report
{
    public static string Write(
        BenchOptions options, IReadOnlyList<string> machine, IReadOnlyList<ServerKind> servers,
        IReadOnlyList<(Workload Workload, IReadOnlyDictionary<string, Medians> Medians)> results)
    {
        var text = new StringBuilder();
        text.AppendLine("# API server: side by side").AppendLine();
        text.Append(Invariant($"`./dev bench api`: wrk on loopback, {options.Connections} connections, 2 threads; "));
        text.Append(Invariant($"{options.Rounds} alternating rounds of {options.Seconds} s, medians. "));
        text.AppendLine("Every server works on its own copy of the sample shop's database (WAL, synchronous=FULL).");
        text.AppendLine("Answers were compared before measuring. CPU is user and system time of the server process.");
        text.AppendLine();
        foreach (var line in machine) text.AppendLine($"- {line}");
        text.AppendLine();
        foreach (var server in servers) text.AppendLine($"- **{server.Name}**: {server.What}");
        foreach (var (workload, medians) in results) Table(text, workload, medians);
        Losses(text, results);
        return text.ToString();
    }

    private static void Table(StringBuilder text, Workload workload, IReadOnlyDictionary<string, Medians> medians)
    {
        text.AppendLine().AppendLine($"## {workload.Name}: {workload.What}").AppendLine();
        text.Append("| server | requests/s | p50 ms | p99 ms | CPU s per 100k | spread ");
        text.AppendLine("| requests: Tercel / it | CPU: Tercel / it |");
        text.AppendLine("|---|---|---|---|---|---|---|---|");
        medians.TryGetValue(ServerKind.TercelName, out var ours);
        foreach (var (name, row) in medians)
        {
            var isPeer = ours is not null && name != ServerKind.TercelName;
            var requests = isPeer ? Invariant($"{ours!.PerSecond / row.PerSecond:0.00}") : "";
            var cpu = isPeer ? Invariant($"{ours!.CpuPer100K / row.CpuPer100K:0.00}") : "";
            text.Append(Invariant($"| {name} | {row.PerSecond:#,0} | {row.P50Ms:0.00} | {row.P99Ms:0.00} "));
            text.AppendLine(Invariant($"| {row.CpuPer100K:0.00} | {row.Spread:0%} | {requests} | {cpu} |"));
        }
    }

    private static void Losses(
        StringBuilder text, IReadOnlyList<(Workload Workload, IReadOnlyDictionary<string, Medians> Medians)> results)
    {
        text.AppendLine().AppendLine("## Where Tercel is behind").AppendLine();
        var before = text.Length;
        foreach (var (workload, medians) in results)
        {
            if (!medians.TryGetValue(ServerKind.TercelName, out var ours)) continue;
            foreach (var (name, peer) in medians)
            {
                if (ours.CpuPer100K > peer.CpuPer100K)
                    text.AppendLine(Invariant(
                        $"- {workload.Name}: {ours.CpuPer100K:0.00} CPU s per 100k, {name} {peer.CpuPer100K:0.00}"));
                if (ours.PerSecond < peer.PerSecond)
                    text.AppendLine(Invariant(
                        $"- {workload.Name}: {ours.PerSecond:#,0} requests/s, {name} {peer.PerSecond:#,0}"));
            }
        }

        if (text.Length == before) text.AppendLine("Nowhere in this run.");
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
