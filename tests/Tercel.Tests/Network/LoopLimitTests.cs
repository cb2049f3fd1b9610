using System.Net;
using System.Net.Sockets;
using System.Text;
using Tercel.Network;
using Xunit;
using static Tercel.Tests.Network.LoopTests;

namespace Tercel.Tests.Network;

public sealed class LoopLimitTests
{
    public static TheoryData<bool> Pollers => LoopTests.Pollers;

    [Theory, MemberData(nameof(Pollers))]
    public void A_slow_reader_is_not_read_over_the_soft_max_and_gets_everything_later(bool portable)
    {
        using var server = new EchoServer(portable, s => s.OutputSoftMax = 100_000);
        using var client = server.Connect();
        client.ReceiveBufferSize = 16_384;
        var orders = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("big 2000000\n", 20)));
        SendAll(client, orders);
        EchoServer.Until(() => server.Open.Values.Any(c => c.OutputBytesPending > 100_000));
        Assert.Equal(40_000_000, Read(client, 40_000_000).Length);
        Assert.NotEmpty(server.Drained);
        Assert.Equal("done\n", Ask(client, "done\n"));
        Assert.Equal(0, server.ClosedCount);
        EchoServer.Until(() => server.Group.BufferBytes == 0, "return of the buffers");
    }

    [Theory, MemberData(nameof(Pollers))]
    public void Over_the_hard_max_a_connection_is_closed(bool portable)
    {
        using var server = new EchoServer(portable, s => (s.OutputSoftMax, s.OutputHardMax) = (1 << 20, 20_000_000));
        using var client = server.Connect();
        SendAll(client, "big 19000000\n"u8);
        Assert.Equal(19_000_000, Read(client, 19_000_000).Length);
        SendAll(client, "big 40000000\n"u8);
        EchoServer.Until(() => server.ClosedCount == 1);
        Assert.Equal(1, server.Group.BufferOverflows);
        Assert.Equal(0, server.Group.BufferBytes);
    }

    [Theory, MemberData(nameof(Pollers))]
    public void Over_the_maximum_of_all_buffers_the_connection_that_asks_for_more_is_closed(bool portable)
    {
        using var server = new EchoServer(
            portable, s => s.Options = s.Options with { LoopCount = 1, BufferBytesMax = 4 << 20 });
        using var other = server.Connect();
        Ask(other, "hello\n");
        using var client = server.Connect();
        try
        {
            SendAll(client, new byte[8 << 20]);
        }
        catch (SocketException)
        {
            // Closed while sending.
        }

        EchoServer.Until(() => server.ClosedCount == 1);
        Assert.Equal("still\n", Ask(other, "still\n"));
        Assert.Equal(0, server.Group.BufferBytes);
        Assert.Equal(1, server.Group.BufferOverflows);
    }

    [Theory, MemberData(nameof(Pollers))]
    public void A_message_at_the_maximum_is_served_and_one_over_it_closes(bool portable)
    {
        const int Max = 300_000;
        using var server = new EchoServer(portable, s => s.Options = s.Options with { InputBytesMax = Max });
        using var client = server.Connect();
        var line = new string('x', Max - 1) + "\n";
        Assert.Equal(line, Ask(client, line));
        try
        {
            SendAll(client, new byte[Max + 200_000]);
            Assert.Empty(ReadToEnd(client));
        }
        catch (SocketException)
        {
            // Closed while sending.
        }

        EchoServer.Until(() => server.ClosedCount == 1);
    }

    [Theory, MemberData(nameof(Pollers))]
    public void Too_many_connections_are_told_so_and_closed(bool portable)
    {
        var listener = new Listener
        {
            EndPoint = new IPEndPoint(IPAddress.Loopback, 0), RefusalMessage = "-ERR full\r\n"u8.ToArray(),
        };
        using var server = new EchoServer(
            portable, s => s.Options = s.Options with { ConnectionsMax = 2 }, listener);
        using var first = server.Connect();
        using var second = server.Connect();
        Ask(first, "a\n");
        Ask(second, "b\n");
        for (var i = 0; i < 300; i++)
        {
            using var third = server.Connect();
            Assert.Equal("-ERR full\r\n", Encoding.ASCII.GetString(ReadToEnd(third)));
        }

        Assert.Equal((2, 300L), server.Group.Connections);
        second.Dispose();
        EchoServer.Until(() => server.Group.Connections.Open == 1);
        using var fourth = server.Connect();
        Assert.Equal("c\n", Ask(fourth, "c\n"));
        Assert.Equal(3, server.OpenedCount);
    }

    [Theory, MemberData(nameof(Pollers))]
    public void A_client_the_handler_does_not_want_reads_why(bool portable)
    {
        using var server = new EchoServer(portable, s => s.Unwelcome = true);
        for (var i = 0; i < 50; i++)
        {
            using var client = server.Connect();
            SendAll(client, "hello\nhello\n"u8);
            Assert.Equal("go away\n", Encoding.ASCII.GetString(ReadToEnd(client)));
        }

        EchoServer.Until(() => server.ClosedCount == 50);
    }

    [Theory, MemberData(nameof(Pollers))]
    public void While_reading_is_paused_nothing_is_read_and_kept_lines_are_shown_after(bool portable)
    {
        using var server = new EchoServer(portable);
        using var client = server.Connect();
        SendAll(client, "pause\nlater\n"u8);
        Assert.Equal("pause\n", Encoding.ASCII.GetString(Read(client, 6)));
        SendAll(client, "last\n"u8);
        var connection = server.Open.Values.Single();
        EchoServer.Until(() => connection.InputBytesPending > 0);
        connection.Loop.Post(_ => connection.Send("first\n"u8), null);
        connection.Loop.Post(
            _ =>
            {
                connection.State = null;
                connection.ResumeReading();
            },
            null);
        Assert.Equal("first\nlater\nlast\n", Encoding.ASCII.GetString(Read(client, 17)));
    }

    [Theory, MemberData(nameof(Pollers))]
    public void A_peer_that_leaves_while_reading_is_paused_is_noticed(bool portable)
    {
        using var server = new EchoServer(portable);
        using (var client = server.Connect())
        {
            SendAll(client, "pause\n"u8);
            Read(client, 6);
        }

        EchoServer.Until(() => server.ClosedCount == 1);
    }

    [Theory, MemberData(nameof(Pollers))]
    public void Storms_of_connections_leave_nothing_behind(bool portable)
    {
        using var server = new EchoServer(portable);
        Parallel.For(0, 2_000, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            using var client = server.Connect();
            if (i % 3 == 0) client.LingerState = new LingerOption(true, 0);
            else if (i % 3 == 1) SendAll(client, "half"u8);
            else Ask(client, "hello\n");
        });
        EchoServer.Until(() => server.Group.Connections.Open == 0, "end of the connections");
        Assert.Equal(server.OpenedCount, server.ClosedCount);
        Assert.Equal(0, server.Group.BufferBytes);
        Assert.Empty(server.Failures);
    }

    [Theory, MemberData(nameof(Pollers))]
    public void Connections_are_spread_evenly_over_the_loops(bool portable)
    {
        using var server = new EchoServer(portable, s => s.Options = s.Options with { LoopCount = 4 });
        var clients = Enumerable.Range(0, 50).Select(_ => server.Connect()).ToList();
        foreach (var client in clients) Ask(client, "hello\n");
        Assert.All(server.Group.Loops, loop => Assert.InRange(loop.ConnectionCount, 12, 13));
        foreach (var client in clients) client.Dispose();
    }

    [Theory, MemberData(nameof(Pollers))]
    public void An_idle_loop_ticks(bool portable)
    {
        using var server = new EchoServer(portable, s => s.Options = s.Options with { LoopCount = 1 });
        var before = server.Ticks;
        var started = Environment.TickCount64;
        EchoServer.Until(() => server.Ticks >= before + 5);
        Assert.InRange(Environment.TickCount64 - started, 300, 5_000);
        Assert.InRange(server.Group.Loops[0].BusyMicroseconds, 0, 500_000);
    }

    [Theory, MemberData(nameof(Pollers))]
    public async Task Stopping_while_busy_sends_what_was_answered_and_ends_in_time(bool portable)
    {
        using var server = new EchoServer(portable);
        using var idle = server.Connect();
        using var slow = server.Connect();
        Ask(idle, "hello\n");
        SendAll(slow, "big 30000000\n"u8);
        EchoServer.Until(() => server.Open.Values.Any(c => c.OutputBytesPending > 0));
        var reading = Task.Run(() => ReadToEnd(slow));
        var started = Environment.TickCount64;
        server.Group.Stop(TimeSpan.FromSeconds(20));
        Assert.InRange(Environment.TickCount64 - started, 0, 15_000);
        Assert.Equal(30_000_000, (await reading).Length);
        Assert.Empty(ReadToEnd(idle));
        Assert.Equal(2, server.ClosedCount);
        Assert.Throws<SocketException>(() => server.Connect());
    }

    [Theory, MemberData(nameof(Pollers))]
    public void Stopping_does_not_wait_longer_than_told_for_a_peer_that_never_reads(bool portable)
    {
        using var server = new EchoServer(portable);
        using var client = server.Connect();
        SendAll(client, "big 30000000\n"u8);
        EchoServer.Until(() => server.Open.Values.Any(c => c.OutputBytesPending > 0));
        var started = Environment.TickCount64;
        server.Group.Stop(TimeSpan.FromMilliseconds(300));
        Assert.InRange(Environment.TickCount64 - started, 200, 5_000);
        Assert.Equal(1, server.ClosedCount);
    }
}
