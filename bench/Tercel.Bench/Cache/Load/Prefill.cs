using System.Net;
using System.Net.Sockets;

namespace Tercel.Bench.Cache.Load;

/// <summary>Stores every key once, in order, pipelined over one connection.</summary>
internal static class Prefill
{
    private const int Batch = 200;

    public static void Run(
        int port, IWireProtocol wire, Operation operation, int keyCount, Func<int, int> valueBytes, int first = 0)
    {
        using var socket =
            new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(IPAddress.Loopback, port);
        socket.ReceiveTimeout = 30_000;
        var request = new byte[1 << 16];
        var received = new byte[1 << 18];
        var value = new byte[1 << 20];
        value.AsSpan().Fill((byte)'v');
        for (var key = first; key < first + keyCount;)
        {
            var length = 0;
            var count = 0;
            while (count < Batch && key < first + keyCount)
            {
                var bytes = valueBytes(key);
                if (length + bytes + 128 > request.Length)
                {
                    if (count > 0) break;
                    request = new byte[bytes + 256];
                }

                length += wire.Write(operation, key++, 0, value.AsSpan(0, bytes), request.AsSpan(length));
                count++;
            }

            for (var sent = 0; sent < length;) sent += socket.Send(request.AsSpan(sent, length - sent));
            for (var kept = 0; count > 0;)
            {
                var got = socket.Receive(received.AsSpan(kept));
                if (got == 0) throw new BenchException("the server closed the connection while it was filled");
                var (replies, used, _) = wire.Count(received.AsSpan(0, kept + got));
                received.AsSpan(used, kept + got - used).CopyTo(received);
                kept = kept + got - used;
                count -= replies;
            }
        }
    }
}
