using System.Globalization;
using System.Text;

namespace Tercel.Bench.Cache;

/// <summary>The speed suite's part of the report.</summary>
internal sealed class SpeedTable(IReadOnlyList<CacheServerKind> kinds)
{
    private readonly List<(string Workload, IReadOnlyDictionary<string, SpeedRow> Rows)> _rows = [];

    public void Add(string workload, IReadOnlyDictionary<string, SpeedRow> rows) => _rows.Add((workload, rows));

    public string Text(CacheBenchOptions options)
    {
        var text = new StringBuilder();
        text.AppendLine("## Speed").AppendLine();
        text.AppendLine(Invariant(
            $"100-byte values, 1 million keys (Zipf 0.99), 50 connections, {options.Rounds} alternating rounds of"));
        text.AppendLine(Invariant($"{options.Seconds} s, medians. The number after a name is the pipeline's depth."));
        text.AppendLine();
        Table(text, "Server CPU seconds per million operations (in brackets: Tercel / it)", CpuCell);
        Table(text, "Operations per second, the load generator sharing the cores", (_, row) =>
            Invariant($"{row.PerSecond:#,0}"));
        Table(text, "p99 at full load, microseconds", (_, row) => Invariant($"{row.P99Us:#,0}"));
        return text.ToString();
    }

    private void Table(
        StringBuilder text, string title, Func<IReadOnlyDictionary<string, SpeedRow>, SpeedRow, string> cell)
    {
        text.AppendLine(title + ":").AppendLine();
        text.AppendLine("| workload | " + string.Join(" | ", kinds.Select(k => k.Name)) + " |");
        text.AppendLine("|---|" + string.Concat(kinds.Select(_ => "---|")));
        foreach (var (workload, rows) in _rows)
        {
            var cells = kinds.Select(k => rows.TryGetValue(k.Name, out var row) ? cell(rows, row) : "");
            text.AppendLine($"| {workload} | {string.Join(" | ", cells)} |");
        }

        text.AppendLine();
    }

    private static string CpuCell(IReadOnlyDictionary<string, SpeedRow> rows, SpeedRow row) =>
        rows.TryGetValue(CacheServerKind.TercelName, out var ours) && !ReferenceEquals(ours, row)
            ? Invariant($"{row.CpuPerMillion:0.00} ({ours.CpuPerMillion / row.CpuPerMillion:0.00})")
            : Invariant($"{row.CpuPerMillion:0.00}");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
