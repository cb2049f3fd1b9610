using System.Net;
using System.Net.Sockets;

namespace Tercel.Network.Portable;

// Socket.Select over everything whose readiness is not known: for systems without epoll. Its cost per turn grows with
// the number of connections, which is fine for development and hundreds of clients. Readiness that was reported is not
// asked for again until a call has said "would block", so it behaves as the edges of epoll do.
internal sealed class PortablePoller : Poller
{
    private readonly Socket _wake;
    private readonly List<Acceptor> _acceptors = [];
    private readonly List<PortableConnection> _connections = [];
    private readonly Dictionary<Socket, PortableConnection> _bySocket = [];
    private readonly List<Socket> _toRead = [];
    private readonly List<Socket> _toWrite = [];

    public PortablePoller()
    {
        _wake = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        _wake.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _wake.Connect(_wake.LocalEndPoint!); // bound in the line before
        _wake.Blocking = false;
    }

    public override int Wait(int timeoutMs)
    {
        Collect();
        Socket.Select(_toRead, _toWrite, null, timeoutMs * 1000);
        var found = 0;
        foreach (var socket in _toRead)
        {
            if (found == Events.Length) break;
            if (ReferenceEquals(socket, _wake)) ReadWake();
            else if (_bySocket.TryGetValue(socket, out var connection)) Add(ref found, connection, Input(socket));
            else Events[found++] = new PollEvent { Acceptor = _acceptors.Find(a => a.Socket == socket) };
        }

        foreach (var socket in _toWrite)
            if (found < Events.Length) Add(ref found, _bySocket[socket], Readiness.Writable);
        return found;
    }

    public override void Wake()
    {
        Span<byte> one = [1];
        _wake.Send(one, SocketFlags.None, out _); // a full buffer wakes as well
    }

    public override void Add(Acceptor acceptor) => _acceptors.Add(acceptor);

    public override void Remove(Acceptor acceptor) => _acceptors.Remove(acceptor);

    public override AcceptStatus Accept(Acceptor acceptor, out AcceptedSocket accepted)
    {
        accepted = default;
        try
        {
            var socket = acceptor.Socket.Accept();
            socket.Blocking = false;
            accepted = new AcceptedSocket(
                -1, socket, socket.RemoteEndPoint as IPEndPoint, socket.LocalEndPoint as IPEndPoint);
            return AcceptStatus.Accepted;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode switch
            {
                SocketError.WouldBlock => AcceptStatus.NoneWaiting,
                SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable => AcceptStatus.Exhausted,
                _ => AcceptStatus.Failed,
            };
        }
    }

    public override LoopConnection Adopt(in AcceptedSocket accepted, EventLoop loop, Listener listener, long id)
    {
        var socket = accepted.Socket ?? throw new InvalidOperationException("Another poller's socket.");
        var connection = new PortableConnection(loop, socket)
        {
            Id = id, Loop = loop, Listener = listener,
            RemoteEndPoint = accepted.Remote, LocalEndPoint = accepted.Local, Ready = Readiness.Writable,
            Token = (ulong)_connections.Count,
        };
        _connections.Add(connection);
        _bySocket.Add(socket, connection);
        if (accepted.Remote is not null) ListenerSocket.Tune(socket, loop.Options);
        return connection;
    }

    public override void Remove(LoopConnection connection)
    {
        var last = _connections[^1];
        _connections[(int)connection.Token] = last;
        last.Token = connection.Token;
        _connections.RemoveAt(_connections.Count - 1);
        _bySocket.Remove(((PortableConnection)connection).Socket);
    }

    public override void Discard(in AcceptedSocket accepted) => accepted.Socket?.Dispose();

    public override void Dispose() => _wake.Dispose();

    private void Collect()
    {
        _toRead.Clear();
        _toWrite.Clear();
        _toRead.Add(_wake);
        foreach (var acceptor in _acceptors) _toRead.Add(acceptor.Socket);
        foreach (var connection in _connections)
        {
            const ConnectionFlags NoInput = ConnectionFlags.InputEnded;
            if ((connection.Ready & Readiness.Readable) == 0 && (connection.Flags & NoInput) == 0)
                _toRead.Add(connection.Socket);
            if ((connection.Ready & Readiness.Writable) == 0 && connection.OutputBytesPending > 0)
                _toWrite.Add(connection.Socket);
        }
    }

    /// <summary>Readable with nothing to read is the end of input.</summary>
    private static Readiness Input(Socket socket) =>
        socket.Available == 0 ? Readiness.Readable | Readiness.PeerEnded : Readiness.Readable;

    private void Add(ref int found, PortableConnection connection, Readiness readiness) =>
        Events[found++] = new PollEvent { Connection = connection, Readiness = readiness };

    private void ReadWake()
    {
        Span<byte> bytes = stackalloc byte[16];
        SocketError error;
        do _wake.Receive(bytes, SocketFlags.None, out error);
        while (error == SocketError.Success);
    }
}
