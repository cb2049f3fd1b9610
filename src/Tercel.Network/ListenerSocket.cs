using System.Net;
using System.Net.Sockets;
using Tercel.Network.Tls;

namespace Tercel.Network;

// Opens listening sockets. Options set here are inherited by the accepted connections on Linux; the portable poller
// sets them again. No SO_REUSEPORT: a second server on the same port must be an error, not half of the clients.
internal static class ListenerSocket
{
    public static Acceptor Open(Listener listener, NetworkOptions options)
    {
        var tls = listener.Tls is null ? null : TlsContext.Create(listener.Tls);
        try
        {
            return listener.UnixPath is not null
                ? OpenUnix(listener, options, listener.UnixPath, tls)
                : OpenTcp(listener, options, tls);
        }
        catch
        {
            tls?.Dispose();
            throw;
        }
    }

    /// <summary>Sets what every connection over TCP gets.</summary>
    public static void Tune(Socket socket, NetworkOptions options)
    {
        socket.NoDelay = true;
        if (options.TcpKeepAliveSeconds <= 0) return;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(
            SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, options.TcpKeepAliveSeconds);
        socket.SetSocketOption(
            SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval,
            Math.Max(1, options.TcpKeepAliveSeconds / 3));
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
    }

    private static Acceptor OpenTcp(Listener listener, NetworkOptions options, TlsContext? tls)
    {
        var endPoint = listener.EndPoint ?? throw new NetworkException(
            "A listener needs an address with a port, or the path of a Unix socket.");
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (endPoint.AddressFamily == AddressFamily.InterNetworkV6)
                socket.DualMode = endPoint.Address.Equals(IPAddress.IPv6Any);
            if (OperatingSystem.IsLinux()) Tune(socket, options);
            socket.Bind(endPoint);
            socket.Listen(options.ListenBacklog);
            socket.Blocking = false;
            var bound = socket.LocalEndPoint as IPEndPoint ?? endPoint;
            return new Acceptor(socket, listener with { EndPoint = bound }, tls);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new NetworkException(Explain(endPoint, e), e);
        }
    }

    private static Acceptor OpenUnix(Listener listener, NetworkOptions options, string path, TlsContext? tls)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            RemoveStale(path);
            socket.Bind(new UnixDomainSocketEndPoint(path));
            if (listener.UnixMode is { } mode && !OperatingSystem.IsWindows()) File.SetUnixFileMode(path, mode);
            socket.Listen(options.ListenBacklog);
            socket.Blocking = false;
            return new Acceptor(socket, listener, tls);
        }
        catch (Exception e) when (e is SocketException or IOException or UnauthorizedAccessException
            or ArgumentException)
        {
            socket.Dispose();
            throw new NetworkException(
                $"Cannot listen on the Unix socket {path}: {e.Message}. Choose a path that this user may write to.",
                e);
        }
    }

    /// <summary>Deletes the socket file of a server that has ended; one that answers is left alone.</summary>
    private static void RemoveStale(string path)
    {
        if (!File.Exists(path)) return;
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            if (IsSocket(path)) File.Delete(path);
            return;
        }

        throw new IOException("another server is listening on it");
    }

    private static bool IsSocket(string path) =>
        new FileInfo(path).Length == 0 && (File.GetAttributes(path) & FileAttributes.Directory) == 0;

    private static string Explain(IPEndPoint endPoint, SocketException e) => e.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse =>
            $"Cannot listen on {endPoint}: the address is in use. Stop the other server or choose another port.",
        SocketError.AccessDenied =>
            $"Cannot listen on {endPoint}: not allowed. Ports under 1024 need a privilege; choose a higher one.",
        SocketError.AddressNotAvailable =>
            $"Cannot listen on {endPoint}: this machine has no such address. Choose one of its own, or 0.0.0.0.",
        _ => $"Cannot listen on {endPoint}: {e.Message}.",
    };
}
