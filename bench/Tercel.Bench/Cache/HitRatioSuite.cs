using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Tercel.Bench.Cache.Load;

namespace Tercel.Bench.Cache;

/// <summary>Hit ratio of real servers with the same maxmemory on recorded traces.</summary>
internal sealed class HitRatioSuite(CacheBenchOptions options)
{
    private const int Batch = 16;

    public async Task<string> Run(IReadOnlyList<CacheServerKind> kinds)
    {
        var text = new StringBuilder("## Hit ratio at equal maxmemory\n\n");
        text.AppendLine("A get, and a set after each miss, for every request of the trace, in batches of 16.");
        text.AppendLine("Values have the trace's size or 200 bytes. redis-lru and redis-lfu are the policies");
        text.AppendLine("allkeys-lru and allkeys-lfu.\n");
        var columns = Columns(kinds).ToList();
        text.AppendLine("| trace | maxmemory MiB | " + string.Join(" | ", columns.Select(c => c.Title)) + " |");
        text.AppendLine("|---|---|" + string.Concat(columns.Select(_ => "---|")));
        foreach (var trace in Trace.Load(options.Traces))
        {
            foreach (var memory in trace.MemoryMiB)
            {
                var cells = new List<string>();
                foreach (var (title, kind, policy) in columns)
                {
                    var cell = await Cell(trace, kind, new StartOptions { MemoryMiB = memory, Policy = policy });
                    Console.WriteLine($"hit ratio {trace.Name} {memory} MiB {title}: {cell}");
                    cells.Add(cell);
                }

                text.AppendLine($"| {trace.Name} | {memory} | {string.Join(" | ", cells)} |");
            }
        }

        return text.AppendLine().ToString();
    }

    private static IEnumerable<(string Title, CacheServerKind Kind, string Policy)> Columns(
        IReadOnlyList<CacheServerKind> kinds)
    {
        foreach (var kind in kinds.Where(k => k.Name != "tercel-mc"))
        {
            if (kind.Name == "redis") yield return ("redis-lfu", kind, "allkeys-lfu");
            yield return (kind.Name == "redis" ? "redis-lru" : kind.Name, kind, "allkeys-lru");
        }
    }

    private static async Task<string> Cell(Trace trace, CacheServerKind kind, StartOptions start)
    {
        CacheServer? server = null;
        try
        {
            server = await CacheServer.Start(kind, start);
            return Replay(trace, kind.Wire, server.Port).ToString("0.0000", CultureInfo.InvariantCulture);
        }
        catch (BenchException e)
        {
            Console.WriteLine($"hit ratio {trace.Name} {start.MemoryMiB} MiB {kind.Name}: {e.Message}");
            return "cannot";
        }
        finally
        {
            if (server is not null) await server.DisposeAsync();
        }
    }

    private static double Replay(Trace trace, IWireProtocol wire, int port)
    {
        using var socket =
            new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(IPAddress.Loopback, port);
        socket.ReceiveTimeout = 30_000;
        var exchange = new Exchange(socket, wire);
        var isMiss = new bool[Batch];
        long misses = 0;
        for (var first = 0; first < trace.Keys.Count; first += Batch)
        {
            var count = Math.Min(Batch, trace.Keys.Count - first);
            for (var i = 0; i < count; i++) exchange.Add(Operation.Get, trace.Keys[first + i], 0);
            exchange.Run(isMiss);
            for (var i = 0; i < count; i++)
            {
                if (!isMiss[i]) continue;
                misses++;
                var key = trace.Keys[first + i];
                exchange.Add(Operation.Set, key, trace.ValueBytes(key));
            }

            exchange.Run([]);
        }

        return 1 - (double)misses / trace.Keys.Count;
    }

    /// <summary>One batch of requests, and which of its gets missed.</summary>
    private sealed class Exchange(Socket socket, IWireProtocol wire)
    {
        private static readonly byte[] Value = new byte[8 << 20];
        private byte[] _request = new byte[1 << 20];
        private byte[] _received = new byte[1 << 20];
        private int _length;
        private int _count;

        public void Add(Operation operation, int key, int valueBytes)
        {
            if (_length + valueBytes + 128 > _request.Length) Array.Resize(ref _request,
                _length + valueBytes + (1 << 20));
            _length += wire.Write(operation, key, 0, Value.AsSpan(0, valueBytes), _request.AsSpan(_length));
            _count++;
        }

        public void Run(Span<bool> isMiss)
        {
            for (var sent = 0; sent < _length;) sent += socket.Send(_request.AsSpan(sent, _length - sent));
            int kept = 0, used = 0;
            for (var index = 0; index < _count;)
            {
                var (bytes, missed) = wire.First(_received.AsSpan(used, kept - used));
                if (bytes > 0)
                {
                    if (!isMiss.IsEmpty) isMiss[index] = missed;
                    used += bytes;
                    index++;
                    continue;
                }

                if (kept == _received.Length) Array.Resize(ref _received, 2 * kept);
                var got = socket.Receive(_received.AsSpan(kept));
                if (got == 0) throw new BenchException("the server closed the connection");
                kept += got;
            }

            (_length, _count) = (0, 0);
        }
    }
}
