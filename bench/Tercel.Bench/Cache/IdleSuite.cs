using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tercel.Bench.Cache;

/// <summary>Resident memory that connections cost which once asked something and now wait.</summary>
internal static class IdleSuite
{
    private const int ConnectionCount = 9_500;

    public static async Task<string> Run(IReadOnlyList<CacheServerKind> kinds)
    {
        var text = new StringBuilder("## Idle connections\n\n");
        text.AppendLine(string.Create(CultureInfo.InvariantCulture,
            $"Growth of resident memory with {ConnectionCount:#,0} connections that each asked one thing.\n"));
        text.AppendLine("| server | MiB | bytes per connection |\n|---|---|---|");
        foreach (var kind in kinds.Where(k => k.Name != "tercel-mc"))
        {
            await using var server = await CacheServer.Start(kind, new StartOptions());
            var row = Measure(server);
            text.AppendLine($"| {kind.Name} | {row} |");
            Console.WriteLine($"idle {kind.Name}: {row}");
        }

        return text.AppendLine().ToString();
    }

    private static string Measure(CacheServer server)
    {
        var request = Encoding.ASCII.GetBytes(server.Kind.IsMemcached ? "version\r\n" : "PING\r\n");
        var buffer = new byte[256];
        var sockets = new List<Socket>();
        var before = server.ResidentBytes;
        try
        {
            for (var i = 0; i < ConnectionCount; i++)
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                sockets.Add(socket);
                socket.ReceiveTimeout = 10_000;
                socket.Connect(IPAddress.Loopback, server.Port);
                socket.Send(request);
                socket.Receive(buffer);
            }

            var grown = server.ResidentBytes - before;
            return string.Create(CultureInfo.InvariantCulture,
                $"{grown / 1048576.0:0.0} | {(double)grown / ConnectionCount:#,0}");
        }
        catch (SocketException e)
        {
            return $"cannot after {sockets.Count - 1} connections ({e.SocketErrorCode}) | ";
        }
        finally
        {
            foreach (var socket in sockets) socket.Dispose();
        }
    }
}
