using System.Globalization;

namespace Tercel.Cache.Server.Admin;

/// <summary>INFO commandstats, errorstats and latencystats.</summary>
internal static class CommandSections
{
    public static void Counts(CacheServer server, InfoText text)
    {
        text.Section("Commandstats");
        foreach (var info in server.Commands.ById)
        {
            var counts = server.Statistics.CountsOf(info.Id);
            if (counts == default) continue;
            var perCall = counts.Calls > 0 ? (double)counts.Us / counts.Calls : 0;
            text.Line($"cmdstat_{info.FullName}", string.Create(
                CultureInfo.InvariantCulture,
                $"calls={counts.Calls},usec={counts.Us},usec_per_call={perCall:F2},rejected_calls={counts.Rejected},")
                + string.Create(CultureInfo.InvariantCulture, $"failed_calls={counts.Failed}"));
        }
    }

    public static void Errors(CacheServer server, InfoText text)
    {
        text.Section("Errorstats");
        foreach (var (code, count) in server.Statistics.Errors())
            text.Line($"errorstat_{code}", $"count={count.ToString(CultureInfo.InvariantCulture)}");
    }

    public static void Latencies(CacheServer server, InfoText text)
    {
        text.Section("Latencystats");
        foreach (var info in server.Commands.ById)
        {
            if (server.Statistics.DurationsOf(info.Id) is not { } durations) continue;
            text.Line($"latency_percentiles_usec_{info.FullName}", string.Create(
                CultureInfo.InvariantCulture,
                $"p50={durations.QuantileUs(0.5)},p99={durations.QuantileUs(0.99)},")
                + string.Create(CultureInfo.InvariantCulture, $"p99.9={durations.QuantileUs(0.999)}"));
        }
    }
}
