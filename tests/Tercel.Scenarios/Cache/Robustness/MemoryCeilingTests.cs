using System.Globalization;
using Tercel.Primitives;
using Tercel.Scenarios.Harness;
using Xunit;

namespace Tercel.Scenarios.Cache.Robustness;

/// <summary>Resident memory stays at maxmemory and a fixed allowance, whatever is stored and whoever does not
/// read.</summary>
public sealed class MemoryCeilingTests
{
    private const long MiB = 1 << 20;

    // The runtime, its code and stacks, receive and send buffers.
    private const long Allowance = 160 * MiB;

    [Fact]
    public async Task Values_of_all_sizes_far_beyond_maxmemory_leave_resident_memory_at_the_ceiling()
    {
        using var folder = new TempFolder();
        await using var server = await CacheProcess.Start(folder, "--maxmemory", "128mb");
        using var connection = server.Connect();
        var random = new Prng(7);
        // The sizes shift over time, as in the complaints about memory that stays with the old sizes.
        foreach (var size in new[] { 40, 400, 4_000, 60_000, 700_000, 90 })
        {
            var value = new string('v', size);
            var count = Math.Min(300_000, (int)(400 * MiB / (size + 60)));
            for (var sent = 0; sent < count;)
            {
                var batch = Math.Min(Math.Max(1, 500_000 / size), count - sent);
                for (var i = 0; i < batch; i++) connection.Send("SET",
                    $"{size}:{random.Below(1_000_000)}:{sent + i}", value);
                for (var i = 0; i < batch; i++) Assert.Equal("OK", connection.Read());
                sent += batch;
            }

            Assert.InRange(ResidentBytes(server), 0, 128 * MiB + Allowance);
        }

        Assert.Equal("OK", server.Ask("SET after all"));
        Assert.Equal("all", server.Ask("GET after"));
    }

    [Fact]
    public async Task Clients_that_never_read_cost_bounded_memory_and_no_data()
    {
        using var folder = new TempFolder();
        await using var server = await CacheProcess.Start(folder, "--maxmemory", "128mb");
        Assert.Equal("OK", server.Ask("SET large " + new string('v', 1_000_000)));
        for (var i = 0; i < 100; i++) server.Ask($"SET small:{i} {i}");
        var before = ResidentBytes(server);
        var silent = new List<RespConnection>();
        try
        {
            for (var i = 0; i < 40; i++)
            {
                var connection = server.Connect();
                silent.Add(connection);
                connection.SendRaw(string.Concat(Enumerable.Repeat("GET large\r\n", 200)));
            }

            // 8 GB were asked for; others are served meanwhile.
            for (var i = 0; i < 100; i++) Assert.Equal($"{i}", server.Ask($"GET small:{i}"));
            Assert.InRange(ResidentBytes(server) - before, 0, 320 * MiB);
        }
        finally
        {
            foreach (var connection in silent) connection.Dispose();
        }

        Assert.Equal("101", server.Ask("DBSIZE"));
    }

    [Fact]
    public async Task A_value_larger_than_the_memory_is_refused_and_the_rest_stays()
    {
        using var folder = new TempFolder();
        await using var server = await CacheProcess.Start(folder, "--maxmemory", "64mb");
        Assert.Equal("OK", server.Ask("SET small v"));
        using var connection = server.Connect(TimeSpan.FromSeconds(60));

        var answer = connection.Ask("SET", "huge", new string('v', 200_000_000));

        Assert.StartsWith("-OOM", answer, StringComparison.Ordinal);
        Assert.Equal("(nil)", server.Ask("GET huge"));
        Assert.InRange(ResidentBytes(server), 0, 64 * MiB + Allowance + 210 * MiB);
    }

    private static long ResidentBytes(CacheProcess server)
    {
        var line = File.ReadLines($"/proc/{server.Id}/status").First(l => l.StartsWith("VmRSS:",
            StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
            CultureInfo.InvariantCulture) * 1024;
    }
}
