using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Tercel.Bench.Cache.Load;

namespace Tercel.Bench.Cache;

/// <summary>How late a key is removed (its <c>expired</c> event) while a million others wait for their end.</summary>
internal sealed class ExpirySuite(CacheBenchOptions options)
{
    private const int ProbeCount = 500;
    private const int BackgroundCount = 1_000_000;

    public async Task<string> Run(IReadOnlyList<CacheServerKind> kinds)
    {
        var text = new StringBuilder("## Expiry lag\n\n");
        text.AppendLine(string.Create(CultureInfo.InvariantCulture,
            $"{ProbeCount} keys with a time to live of 1 to 3 s that nobody reads, beside {BackgroundCount:#,0}"));
        text.AppendLine("keys with a long one: from the end of a key to its `expired` event. Seconds.\n");
        text.AppendLine("| server | p50 | p99 | events within 30 s |\n|---|---|---|---|");
        foreach (var kind in kinds.Where(k => k.Name is CacheServerKind.TercelName or "redis"))
        {
            await using var server = await CacheServer.Start(kind, new StartOptions());
            Prefill.Run(server.Port, kind.Wire, Operation.SetWithExpiry, BackgroundCount, _ =>
                options.IsQuick ? 16 : 32);
            var row = Measure(server);
            text.AppendLine($"| {kind.Name} | {row} |");
            Console.WriteLine($"expiry {kind.Name}: {row}");
        }

        return text.AppendLine().ToString();
    }

    private static string Measure(CacheServer server)
    {
        server.Ask("CONFIG SET notify-keyspace-events Ex");
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Connect(IPAddress.Loopback, server.Port);
        listener.Send("SUBSCRIBE __keyevent@0__:expired\r\n"u8);
        listener.ReceiveTimeout = 500;
        var due = new Dictionary<string, double>();
        using var writer = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        writer.Connect(IPAddress.Loopback, server.Port);
        var reply = new byte[1024];
        for (var i = 0; i < ProbeCount; i++)
        {
            var milliseconds = 1000 + i * 4;
            due[$"probe:{i}"] = NowMs() + milliseconds;
            writer.Send(Encoding.ASCII.GetBytes($"SET probe:{i} v PX {milliseconds}\r\n"));
            writer.Receive(reply);
        }

        var lags = Collect(listener, due).Order().ToList();
        double At(double part) => lags.Count == 0 ? double.NaN : lags[(int)((lags.Count - 1) * part)] / 1000;
        return string.Create(CultureInfo.InvariantCulture, $"{At(0.5):0.00} | {At(0.99):0.00} | {lags.Count}");
    }

    private static List<double> Collect(Socket listener, Dictionary<string, double> due)
    {
        var lags = new List<double>();
        var text = new StringBuilder();
        var buffer = new byte[65_536];
        var end = NowMs() + 30_000;
        while (NowMs() < end && lags.Count < due.Count)
        {
            try
            {
                text.Append(Encoding.ASCII.GetString(buffer, 0, listener.Receive(buffer)));
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
            {
                continue;
            }

            var words = text.ToString().Split("\r\n");
            foreach (var word in words[..^1])
                if (due.TryGetValue(word, out var at) && at > 0)
                {
                    lags.Add(NowMs() - at);
                    due[word] = 0;
                }

            text.Clear().Append(words[^1]);
        }

        return lags;
    }

    private static double NowMs() => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
}
