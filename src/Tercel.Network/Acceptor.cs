using System.Net.Sockets;
using Tercel.Network.Tls;

namespace Tercel.Network;

// One listening socket. It lives in the poller of one loop, which hands what it accepts to the loop with the fewest
// connections: with 50 clients every loop has its share, which the kernel's spreading by hash does not give.
internal sealed class Acceptor(Socket socket, Listener listener, TlsContext? tls)
{
    public Socket Socket { get; } = socket;

    public Listener Listener { get; } = listener;

    public TlsContext? Tls { get; } = tls;

    /// <summary>The poller's own mark.</summary>
    public ulong Token { get; set; }

    /// <summary>Until when it rests, since nothing could be accepted.</summary>
    public long RestsUntilMs { get; set; }

    public bool IsClosed { get; private set; }

    public void Close()
    {
        IsClosed = true;
        Socket.Dispose();
        if (Listener.UnixPath is not null) File.Delete(Listener.UnixPath);
    }
}
