using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Tercel.Network;

namespace Tercel.Tests.Network;

/// <summary>Loops with a handler for tests: it echoes whole lines, collected in a batch as a real server does, and a
/// few lines are orders.</summary>
internal sealed class EchoServer : IDisposable
{
    private readonly LoopGroup _group;

    public EchoServer(bool portable, Action<EchoServer>? configure = null, params Listener[] listeners)
    {
        configure?.Invoke(this);
        Options = Options with { Portable = portable, HandlerFailed = Failures.Enqueue };
        _group = new LoopGroup(Options, loop => new EchoHandler(this, loop));
        if (listeners.Length == 0) listeners = [new Listener { EndPoint = new IPEndPoint(IPAddress.Loopback, 0) }];
        Listeners = _group.Start(listeners);
    }

    public NetworkOptions Options { get; set; } = new() { LoopCount = 2 };

    public LoopGroup Group => _group;

    public IReadOnlyList<Listener> Listeners { get; }

    public ConcurrentQueue<Exception> Failures { get; } = [];

    public ConcurrentDictionary<long, Connection> Open { get; } = [];

    public ConcurrentQueue<Connection> Drained { get; } = [];

    public bool Unwelcome { get; set; }

    public int OutputSoftMax { get; set; } = 1 << 20;

    public long OutputHardMax { get; set; }

    public int ClosedCount;

    public int OpenedCount;

    public int Ticks;

    public Socket Connect(int listener = 0)
    {
        var endPoint = Listeners[listener].EndPoint ?? (EndPoint)new UnixDomainSocketEndPoint(
            Listeners[listener].UnixPath!);
        var protocol = endPoint is IPEndPoint ? ProtocolType.Tcp : ProtocolType.Unspecified;
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, protocol)
        {
            ReceiveTimeout = 10_000, SendTimeout = 10_000,
        };
        socket.Connect(endPoint);
        return socket;
    }

    public void Dispose() => _group.Dispose();

    public static void Until(Func<bool> condition, string what = "the condition")
    {
        if (!SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(20))) throw new TimeoutException($"no {what} in 20 s");
    }
}

// Looks at the loop's receive buffer only until the end of the batch.
/// <summary>Echoes lines; "throw", "pause", "close", "abort", "big N" and "batchthrow" are orders.</summary>
internal sealed unsafe class EchoHandler(EchoServer server, IEventLoop loop) : ILoopHandler
{
    private readonly List<(Connection Connection, nint Line, int Length)> _batch = [];
    private byte[] _reply = new byte[4096];

    public bool Opened(Connection connection)
    {
        Interlocked.Increment(ref server.OpenedCount);
        if (!loop.IsCurrent || connection.Loop != loop) throw new InvalidOperationException("wrong thread");
        connection.OutputBytesSoftMax = server.OutputSoftMax;
        connection.OutputBytesHardMax = server.OutputHardMax;
        server.Open[connection.Id] = connection;
        if (!server.Unwelcome) return true;
        connection.Send("go away\n"u8);
        return false;
    }

    public int Received(Connection connection, byte* bytes, int count)
    {
        var taken = 0;
        for (;;)
        {
            var rest = new ReadOnlySpan<byte>(bytes + taken, count - taken);
            var end = rest.IndexOf((byte)'\n');
            if (end < 0) return taken;
            if (rest[..end].SequenceEqual("throw"u8)) throw new InvalidOperationException("ordered");
            if (rest[..end].SequenceEqual("bad"u8))
            {
                connection.Send("no\n"u8);
                return -1;
            }

            if (connection.OutputBytesPending > connection.OutputBytesSoftMax || connection.State is "paused")
                return taken;
            _batch.Add((connection, (nint)(bytes + taken), end + 1));
            taken += end + 1;
            if (rest[..end].SequenceEqual("pause"u8))
            {
                connection.State = "paused";
                connection.PauseReading();
            }
        }
    }

    public void EndOfBatch()
    {
        try
        {
            foreach (var (connection, line, length) in _batch)
                Run(connection, new ReadOnlySpan<byte>((byte*)line, length));
        }
        finally
        {
            _batch.Clear();
        }
    }

    public void Closed(Connection connection)
    {
        Interlocked.Increment(ref server.ClosedCount);
        if (!server.Open.TryRemove(connection.Id, out _)) throw new InvalidOperationException("closed twice");
    }

    public void Drained(Connection connection) => server.Drained.Enqueue(connection);

    public void Tick(long nowMs) => Interlocked.Increment(ref server.Ticks);

    private void Run(Connection connection, ReadOnlySpan<byte> line)
    {
        if (line.SequenceEqual("abort\n"u8)) connection.Abort();
        else if (line.SequenceEqual("batchthrow\n"u8)) throw new InvalidOperationException("ordered");
        else if (line.StartsWith("big "u8)) SendBig(connection, int.Parse(line[4..^1]));
        else connection.Send(line);
        if (line.SequenceEqual("close\n"u8)) connection.CloseAfterSend();
    }

    private void SendBig(Connection connection, int count)
    {
        if (_reply.Length < count) _reply = new byte[count];
        _reply.AsSpan(0, count).Fill((byte)'x');
        _reply[count - 1] = (byte)'\n';
        connection.Send(_reply.AsSpan(0, count));
    }
}
