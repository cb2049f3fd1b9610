using System.Globalization;
using System.Text;

namespace Tercel.Bench.Api;

/// <summary>What one run of the load generator saw, and what it cost the server.</summary>
internal sealed record Sample(long Requests, double Seconds, double P50Ms, double P99Ms, double CpuSeconds)
{
    public double PerSecond => Requests / Seconds;

    public double CpuPer100K => CpuSeconds * 100_000 / Requests;
}

/// <summary>The load generator: wrk with a script that takes the prepared requests in turn.</summary>
internal static class Wrk
{
    private const int Threads = 2;

    public static async Task<Sample> Run(Server server, Workload workload, int connections, int seconds, string folder)
    {
        var script = Path.Combine(folder, $"{server.Name}-{workload.Name}.lua");
        await File.WriteAllTextAsync(script, Script(server, workload));
        var cpuBefore = server.CpuSeconds();
        string[] load = [$"-t{Threads}", $"-c{connections}", $"-d{seconds}s", "--timeout", "10s"];
        var output = await Shell.Run("wrk", folder, [.. load, "-s", script, server.Address]);
        var cpu = server.CpuSeconds() - cpuBefore;
        var line = output.Split('\n').FirstOrDefault(text => text.StartsWith("RESULT ", StringComparison.Ordinal))
            ?? throw new BenchException($"wrk gave no result for {server.Name}:\n{output}");
        var parts = line.Split(' ').Skip(1).Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        if (parts[4] > 0) throw new BenchException($"{server.Name}, {workload.Name}: {parts[4]} failed requests");
        return new Sample((long)parts[0], parts[1] / 1e6, parts[2] / 1000, parts[3] / 1000, cpu);
    }

    private static string Script(Server server, Workload workload)
    {
        var script = new StringBuilder("local count, seed = 0, os.time()\n");
        script.AppendLine("local threads = 0");
        script.AppendLine("function setup(thread) thread:set('number', threads); threads = threads + 1 end");
        if (workload.IsInsert) script.Append(InsertScript(server.IsTercel));
        else script.Append(ReadScript(server.IsTercel ? workload.TercelPaths : workload.PeerPaths));
        script.Append(
            """
            function done(summary, latency)
              local e = summary.errors
              io.write(string.format('RESULT %d %d %d %d %d\n', summary.requests, summary.duration,
                latency:percentile(50), latency:percentile(99), e.connect + e.read + e.write + e.status + e.timeout))
            end
            """);
        return script.ToString();
    }

    private static string ReadScript(IReadOnlyList<string> paths) =>
        $$"""
        local paths = { {{string.Join(", ", paths.Select(path => $"'{path}'"))}} }
        local requests = {}
        function init() for i, path in ipairs(paths) do requests[i] = wrk.format('GET', path) end end
        function request() count = count % #requests + 1; return requests[count] end

        """;

    /// <summary>Tercel is asked not to send the row back, since the peers do not.</summary>
    private static string InsertScript(bool isTercel) =>
        $$"""
        local headers = { ['Content-Type'] = 'application/json'{{(isTercel ? ", ['Prefer'] = 'return=minimal'" : "")}} }
        function request()
          count = count + 1
          local sku = string.format('BENCH-%d-%d-%d', seed, number, count)
          local body = '{"sku":"' .. sku .. '","name":"Bench product","price":12.5,"stock":3,"category_id":7}'
          return wrk.format('POST', '/v1/products', headers, body)
        end

        """;
}
