using System.Net.Sockets;

namespace Tercel.Network.Portable;

// A connection over the runtime's own socket. The spans made from the pointers end with the call.
internal sealed unsafe class PortableConnection(EventLoop loop, Socket socket) : LoopConnection(loop)
{
    public Socket Socket { get; } = socket;

    public override int ReceiveRaw(byte* bytes, int count)
    {
        var received = Socket.Receive(new Span<byte>(bytes, count), SocketFlags.None, out var error);
        return error == SocketError.Success ? received : Result(error);
    }

    public override int SendRaw(byte* bytes, int count)
    {
        var sent = Socket.Send(new ReadOnlySpan<byte>(bytes, count), SocketFlags.None, out var error);
        return error == SocketError.Success ? sent : Result(error);
    }

    public override void ShutdownSendingRaw()
    {
        try
        {
            Socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            Fail(); // the peer has gone meanwhile
        }
    }

    public override void CloseRaw() => Socket.Dispose();

    private static int Result(SocketError error) =>
        error is SocketError.WouldBlock or SocketError.TryAgain ? SocketResult.WouldBlock : SocketResult.Failed;
}
