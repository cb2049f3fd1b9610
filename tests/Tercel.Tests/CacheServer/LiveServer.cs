using System.Net;
using System.Net.Sockets;
using System.Text;
using Tercel.Cache.Server;
using Tercel.Network;

namespace Tercel.Tests.CacheServer;

/// <summary>A cache server with its loops on a free port, in this process.</summary>
internal sealed class LiveServer : IDisposable
{
    private readonly CacheHost _host;

    public LiveServer(int loops = 2, NetworkOptions? network = null, CacheServerOptions? options = null)
    {
        Server = new Tercel.Cache.Server.CacheServer(
            options ?? new CacheServerOptions { Keyspace = CommandRunner.SmallKeyspace }, TimeProvider.System)
        {
            CommandFailed = Failures.Add,
        };
        _host = new CacheHost(Server, (network ?? new NetworkOptions()) with { LoopCount = loops }, Failures.Add);
        var listener = new Listener { EndPoint = new IPEndPoint(IPAddress.Loopback, 0) };
        EndPoint = _host.Start([listener])[0].EndPoint!;
    }

    public Tercel.Cache.Server.CacheServer Server { get; }

    public IPEndPoint EndPoint { get; }

    /// <summary>Exceptions of loops and commands.</summary>
    public List<Exception> Failures { get; } = [];

    public RawClient Connect() => new(EndPoint);

    public void Dispose()
    {
        _host.Stop(TimeSpan.FromSeconds(1));
        _host.Dispose();
        Server.Dispose();
    }
}

/// <summary>A socket that sends text and waits for text.</summary>
internal sealed class RawClient : IDisposable
{
    private const int TimeoutMs = 10_000;

    public RawClient(IPEndPoint server)
    {
        Socket.Connect(server);
        Socket.ReceiveTimeout = Socket.SendTimeout = TimeoutMs;
        Socket.NoDelay = true;
    }

    public Socket Socket { get; } = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public void Send(string text) => Socket.Send(Encoding.Latin1.GetBytes(text));

    /// <summary>Sends, and reads as many bytes as the reply is expected to have.</summary>
    public string Ask(string text, string reply)
    {
        Send(text);
        return Read(reply.Length);
    }

    /// <summary>Reads so many bytes, or fewer when the server closes or says nothing for long.</summary>
    public string Read(int count)
    {
        var bytes = new byte[count];
        var have = 0;
        while (have < count)
        {
            var received = Receive(bytes.AsSpan(have));
            if (received == 0) break;
            have += received;
        }

        return Encoding.Latin1.GetString(bytes, 0, have);
    }

    /// <summary>All there is until the server closes.</summary>
    public string ReadToEnd()
    {
        var all = new StringBuilder();
        for (var piece = Read(1); piece.Length > 0; piece = Read(1)) all.Append(piece);
        return all.ToString();
    }

    public void Dispose() => Socket.Dispose();

    private int Receive(Span<byte> target)
    {
        try
        {
            return Socket.Receive(target);
        }
        catch (SocketException)
        {
            return 0;
        }
    }
}
