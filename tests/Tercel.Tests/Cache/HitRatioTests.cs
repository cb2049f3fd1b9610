using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics;
using System.Text;
using Tercel.Cache;
using Xunit;

namespace Tercel.Tests.Cache;

/// <summary>Real traces: at the same memory the keyspace has at least the hits that LRU would have.</summary>
/// <remarks>The traces are not part of the project: <c>TERCEL_TRACES</c> names their folder, else they are looked for
/// in
/// <c>../shared/data/traces</c> beside the repository. LRU is counted with our own bytes per item and not a byte of
/// waste.</remarks>
public sealed class HitRatioTests
{
    private const int EntryOverhead = 17;

    /// <summary>LRU, which wastes nothing here, may be ahead by a tenth of a percentage point.</summary>
    private const double Tolerance = 0.001;

    [Theory]
    [InlineData("orm-busy", 1, 5_000_000)]
    [InlineData("orm-busy", 4, 5_000_000)]
    [InlineData("web12", 1, 100_000)]
    [InlineData("web12", 2, 100_000)]
    [InlineData("request", 4, 100_000)]
    [InlineData("request", 16, 100_000)]
    [InlineData("request", 64, 100_000)]
    public void A_trace_hits_at_least_as_often_as_with_LRU(string name, int mebibytes, int requestsMax)
    {
        var trace = Read(name, requestsMax);
        var ours = Run(trace, (long)mebibytes << 20);
        var lru = RunLru(trace, (long)mebibytes << 20);
        TestContext.Current.TestOutputHelper?.WriteLine($"{name} {mebibytes} MiB: {ours:P2}, LRU {lru:P2}");
        Assert.True(ours >= lru - Tolerance, $"{ours:P2}, LRU {lru:P2}");
    }

    private static double Run(List<(int Key, int Bytes)> trace, long bytesMax)
    {
        using var keyspace = new Keyspace(new KeyspaceOptions { MemoryBytesMax = bytesMax, HashSeed = 11 });
        var value = new byte[trace.Max(request => request.Bytes)];
        Span<byte> name = stackalloc byte[8];
        var hits = 0;
        foreach (var (key, bytes) in trace)
        {
            Utf8Formatter.TryFormat((uint)key, name, out _, new System.Buffers.StandardFormat('X', 8));
            using (var entered = new Entered(keyspace, name, 0))
            {
                if (keyspace.TryFind(entered.Key, 1, out _))
                {
                    hits++;
                    continue;
                }
            }

            if (!keyspace.TryMakeRoom(bytes + EntryOverhead + name.Length, 1)) continue;
            using (var entered = new Entered(keyspace, name, 0))
                keyspace.SetString(entered.Key, value.AsSpan(0, bytes), default, 1);
        }

        keyspace.CheckIntegrity();
        return (double)hits / trace.Count;
    }

    private static double RunLru(List<(int Key, int Bytes)> trace, long bytesMax)
    {
        var order = new LinkedList<(int Key, int Bytes)>();
        var nodes = new Dictionary<int, LinkedListNode<(int Key, int Bytes)>>();
        long used = 0;
        var hits = 0;
        foreach (var request in trace)
        {
            if (nodes.TryGetValue(request.Key, out var node))
            {
                hits++;
                order.Remove(node);
                order.AddFirst(node);
                continue;
            }

            var bytes = request.Bytes + EntryOverhead + 8;
            if (bytes > bytesMax) continue;
            for (used += bytes; used > bytesMax; order.RemoveLast())
            {
                used -= order.Last?.Value.Bytes ?? 0;
                nodes.Remove(order.Last?.Value.Key ?? 0);
            }

            nodes[request.Key] = order.AddFirst((request.Key, bytes));
        }

        return (double)hits / trace.Count;
    }

    private static List<(int Key, int Bytes)> Read(string name, int requestsMax)
    {
        var folder = Environment.GetEnvironmentVariable("TERCEL_TRACES") ?? Path.Combine(Beside(),
            "shared/data/traces");
        var file = Path.Combine(folder, $"{name}.trace.xz");
        if (!File.Exists(file)) Assert.Skip($"no trace {name}: set TERCEL_TRACES to the folder that has it");
        using var xz = Process.Start(new ProcessStartInfo("xz", ["-dc", file]) { RedirectStandardOutput = true });
        using var unpacked = new MemoryStream();
        xz?.StandardOutput.BaseStream.CopyTo(unpacked);
        var bytes = unpacked.ToArray();
        var trace = new List<(int Key, int Bytes)>();
        if (name == "request")
        {
            foreach (var line in Encoding.ASCII.GetString(bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries))
                trace.Add((int.Parse(line.Split(' ')[1]), int.Parse(line.Split(' ')[2])));
        }
        else
        {
            for (var i = 0; i + 4 <= bytes.Length && trace.Count < requestsMax; i += 4)
                trace.Add((BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(i)), 200));
        }

        return trace;
    }

    /// <summary>The folder that the repository lies in.</summary>
    private static string Beside()
    {
        var folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Tercel.slnx")))
            folder = Path.GetDirectoryName(folder);
        return Path.GetDirectoryName(folder) ?? "/";
    }
}
