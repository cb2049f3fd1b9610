using System.Globalization;
using System.Text;

namespace Tercel.Cache.Server.Admin;

/// <summary>INFO prefixes: counts of the declared prefixes; INFO missratio: what another amount of memory would
/// change.</summary>
internal static class WhatIfSections
{
    /// <summary>The amounts of memory that are told, as parts of <c>maxmemory</c>.</summary>
    private static readonly double[] Factors = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 4];

    public static void Prefixes(CacheServer server, InfoText text)
    {
        text.Section("Prefixes").Line("leases", server.Leases.Count);
        foreach (var policy in server.Policies.All)
        {
            var counts = policy.Counts;
            text.Line($"prefix_{Encoding.Latin1.GetString(policy.Prefix)}*", string.Create(
                CultureInfo.InvariantCulture,
                $"hits={counts.Hits},misses={counts.Misses},stale_hits={counts.StaleHits},leases={counts.Leases},"
                + $"waits={counts.Waits},bytes_written={counts.BytesWritten}"));
        }
    }

    public static void MissRatio(CacheServer server, InfoText text)
    {
        var curve = server.Keyspace.MissRatioCurve;
        text.Section("Missratio").Line("reads", (long)curve.Reads).Line("sample_rate", curve.Rate);
        foreach (var (factor, bytes) in Amounts(server.Keyspace))
        {
            text.Line(string.Create(CultureInfo.InvariantCulture, $"maxmemory_x{factor}"), string.Create(
                CultureInfo.InvariantCulture, $"bytes={bytes},miss_ratio={curve.MissRatio(bytes):F4}"));
        }
    }

    /// <summary>Parts and multiples of the memory there is. Units: bytes.</summary>
    public static IEnumerable<(double Factor, long Bytes)> Amounts(Keyspace keyspace) =>
        Factors.Select(factor => (factor, (long)(factor * keyspace.MemoryBytesMax)));
}
