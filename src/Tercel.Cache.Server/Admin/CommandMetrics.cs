using Tercel.Chassis.Observability;
using Tercel.Primitives;

namespace Tercel.Cache.Server.Admin;

/// <summary>Commands by name: counts, failures and durations of those that were used.</summary>
internal static class CommandMetrics
{
    public static void Register(MetricsRegistry registry, CacheServer server)
    {
        registry.CountersFrom(
            "tercel_cache_commands_total", "Commands by name and how they ended.", () => Counts(server));
        registry.HistogramsFrom(
            "tercel_cache_command_duration_seconds", "Duration of commands by name; none with latency-tracking no.",
            () => Durations(server));
        registry.CountersFrom(
            "tercel_cache_errors_total", "Error replies by their code.",
            () => server.Statistics.Errors()
                .Select(static pair => new LabelledValue<double>([("code", pair.Key)], pair.Value)));
    }

    private static IEnumerable<LabelledValue<double>> Counts(CacheServer server)
    {
        foreach (var info in server.Commands.ById)
        {
            var counts = server.Statistics.CountsOf(info.Id);
            if (counts == default) continue;
            (string Result, long Count)[] ends =
            [
                ("ok", counts.Calls - counts.Failed), ("failed", counts.Failed), ("rejected", counts.Rejected),
            ];
            foreach (var (result, count) in ends)
                if (count > 0) yield return new([("command", info.FullName), ("result", result)], count);
        }
    }

    private static IEnumerable<LabelledValue<LatencyHistogram>> Durations(CacheServer server)
    {
        foreach (var info in server.Commands.ById)
            if (server.Statistics.DurationsOf(info.Id) is { } durations)
                yield return new([("command", info.FullName)], durations);
    }
}
