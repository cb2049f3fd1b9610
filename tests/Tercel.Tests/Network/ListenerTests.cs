using System.Net;
using System.Net.Sockets;
using Tercel.Network;
using Xunit;
using static Tercel.Tests.Network.LoopTests;

namespace Tercel.Tests.Network;

public sealed class ListenerTests
{
    public static TheoryData<bool> Pollers => LoopTests.Pollers;

    [Theory, MemberData(nameof(Pollers))]
    public void A_Unix_socket_serves_beside_TCP_and_its_file_goes_with_it(bool portable)
    {
        var path = SocketPath();
        var server = new EchoServer(
            portable, null, new Listener { EndPoint = new IPEndPoint(IPAddress.Loopback, 0) },
            new Listener { UnixPath = path, UnixMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
        using (server)
        {
            using var unix = server.Connect(1);
            using var tcp = server.Connect(0);
            var big = new string('y', 3_000_000) + "\n";
            var sending = new Thread(() => SendAll(unix, System.Text.Encoding.ASCII.GetBytes(big)));
            sending.Start();
            Assert.Equal(big.Length, Read(unix, big.Length).Length);
            Assert.Equal("tcp\n", Ask(tcp, "tcp\n"));
            Assert.Null(server.Open.Values.Single(c => c.Listener.UnixPath is not null).RemoteEndPoint);
            var remote = server.Open.Values.Single(c => c.Listener.UnixPath is null).RemoteEndPoint;
            Assert.Equal(tcp.LocalEndPoint, remote);
            if (!OperatingSystem.IsWindows())
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }

        Assert.False(File.Exists(path));
    }

    [Theory, MemberData(nameof(Pollers))]
    public void Commands_of_a_Unix_client_that_has_left_are_still_read(bool portable)
    {
        var path = SocketPath();
        using var server = new EchoServer(portable, null, new Listener { UnixPath = path });
        using (var client = server.Connect()) SendAll(client, "throw\n"u8);
        EchoServer.Until(() => server.Group.HandlerFailures == 1 && server.ClosedCount == 1);
    }

    [Fact]
    public void A_stale_socket_file_is_replaced_and_a_living_one_is_not()
    {
        var path = SocketPath();
        using (var dead = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
            dead.Bind(new UnixDomainSocketEndPoint(path));
        using var server = new EchoServer(portable: false, null, new Listener { UnixPath = path });
        var error = Assert.Throws<NetworkException>(
            () => new EchoServer(portable: false, null, new Listener { UnixPath = path }));
        Assert.Contains("another server is listening", error.Message);
        using var client = server.Connect();
        Assert.Equal("alive\n", Ask(client, "alive\n"));
    }

    [Fact]
    public void A_file_that_is_no_socket_is_left_alone()
    {
        var path = SocketPath();
        File.WriteAllText(path, "precious");
        Assert.Throws<NetworkException>(
            () => new EchoServer(portable: false, null, new Listener { UnixPath = path }));
        Assert.Equal("precious", File.ReadAllText(path));
        File.Delete(path);
    }

    [Fact]
    public void A_port_in_use_is_an_error_that_says_so_and_opens_nothing()
    {
        using var server = new EchoServer(portable: false);
        var taken = server.Listeners[0];
        var error = Assert.Throws<NetworkException>(() => new EchoServer(portable: false, null, taken));
        Assert.Contains("in use", error.Message);
        Assert.Contains($"127.0.0.1:{taken.EndPoint!.Port}", error.Message);
    }

    [Theory, MemberData(nameof(Pollers))]
    public void IPv6_is_served_and_knows_its_peers(bool portable)
    {
        if (!Socket.OSSupportsIPv6) Assert.Skip("no IPv6 here");
        using var server = new EchoServer(
            portable, null, new Listener { EndPoint = new IPEndPoint(IPAddress.IPv6Any, 0) });
        using var client = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(new IPEndPoint(IPAddress.IPv6Loopback, server.Listeners[0].EndPoint!.Port));
        Assert.Equal("six\n", Ask(client, "six\n"));
        Assert.Equal(client.LocalEndPoint, server.Open.Values.Single().RemoteEndPoint);
        Assert.Equal(client.RemoteEndPoint, server.Open.Values.Single().LocalEndPoint);
    }

    [Theory, MemberData(nameof(Pollers))]
    public void A_restart_on_the_same_port_succeeds_at_once(bool portable)
    {
        var first = new EchoServer(portable);
        var listener = first.Listeners[0];
        using var client = first.Connect();
        Ask(client, "hello\n");
        first.Dispose();
        using var second = new EchoServer(portable, null, listener);
        using var again = second.Connect();
        Assert.Equal("hello\n", Ask(again, "hello\n"));
    }

    [Theory, MemberData(nameof(Pollers))]
    public void After_the_stop_of_listening_the_connected_go_on(bool portable)
    {
        using var server = new EchoServer(portable);
        using var client = server.Connect();
        Ask(client, "hello\n");
        server.Group.StopListening();
        Assert.Throws<SocketException>(() => server.Connect());
        Assert.Equal("on\n", Ask(client, "on\n"));
    }

    private static string SocketPath() =>
        Path.Combine(Path.GetTempPath(), $"tercel-{Environment.ProcessId}-{Guid.NewGuid():N}.sock");
}
