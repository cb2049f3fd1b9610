using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Tercel.Tests.Network;

public sealed class LoopTests
{
    public static readonly TheoryData<bool> Pollers = OperatingSystem.IsLinux() ? [false, true] : [true];

    [Theory, MemberData(nameof(Pollers))]
    public void A_line_comes_back(bool portable)
    {
        using var server = new EchoServer(portable);
        using var client = server.Connect();
        Assert.Equal("hello\n", Ask(client, "hello\n"));
        Assert.Equal("again\n", Ask(client, "again\n"));
    }

    [Theory, MemberData(nameof(Pollers))]
    public void Lines_sent_byte_by_byte_and_in_odd_pieces_come_back_whole(bool portable)
    {
        using var server = new EchoServer(portable);
        using var client = server.Connect();
        client.NoDelay = true;
        var text = Encoding.ASCII.GetBytes(string.Join('\n', Enumerable.Range(0, 200)) + "\n");
        for (var (i, size) = (0, 1); i < text.Length; i += size, size = size % 7 + 1)
            client.Send(text.AsSpan(i, Math.Min(size, text.Length - i)));
        Assert.Equal(text, Read(client, text.Length));
    }

    [Theory, MemberData(nameof(Pollers))]
    public void A_message_of_many_megabytes_comes_back(bool portable)
    {
        using var server = new EchoServer(portable);
        using var client = server.Connect();
        var text = new byte[20_000_003];
        for (var i = 0; i < text.Length; i++) text[i] = (byte)('a' + i % 23);
        text[^1] = (byte)'\n';
        var sending = new Thread(() => SendAll(client, text));
        sending.Start();
        Assert.Equal(text, Read(client, text.Length));
        sending.Join();
        EchoServer.Until(() => server.Group.BufferBytes == 0, "return of the buffers");
    }

    [Theory, MemberData(nameof(Pollers))]
    public void A_client_that_ends_its_writing_side_gets_all_replies_and_then_the_end(bool portable)
    {
        using var server = new EchoServer(portable);
        using var client = server.Connect();
        SendAll(client, Encoding.ASCII.GetBytes("one\nbig 3000000\ntwo\nhalf a line"));
        client.Shutdown(SocketShutdown.Send);
        var all = ReadToEnd(client);
        Assert.Equal(4 + 3_000_000 + 4, all.Length);
        Assert.Equal("two\n", Encoding.ASCII.GetString(all.AsSpan(all.Length - 4)));
        EchoServer.Until(() => server.ClosedCount == 1 && server.Group.Connections.Open == 0);
    }

    [Theory, MemberData(nameof(Pollers))]
    public void An_aborted_connection_is_reported_closed_once(bool portable)
    {
        using var server = new EchoServer(portable);
        using (var client = server.Connect())
        {
            Ask(client, "hello\n");
            client.LingerState = new LingerOption(true, 0);
        }

        EchoServer.Until(() => server.ClosedCount == 1);
        using (var client = server.Connect())
        {
            SendAll(client, "abort\n"u8);
            Assert.Empty(ReadToEnd(client));
        }

        EchoServer.Until(() => server.ClosedCount == 2 && server.Group.Connections.Open == 0);
        Assert.Empty(server.Failures);
    }

    [Theory, MemberData(nameof(Pollers))]
    public void A_handler_that_throws_loses_that_connection_only(bool portable)
    {
        using var server = new EchoServer(portable, s => s.Options = s.Options with { LoopCount = 1 });
        using var other = server.Connect();
        Ask(other, "hello\n");
        using var first = server.Connect();
        SendAll(first, "throw\n"u8);
        Assert.Empty(ReadToEnd(first));
        using var second = server.Connect();
        SendAll(second, "batchthrow\n"u8);
        Assert.Empty(ReadToEnd(second));
        Assert.Equal("still\n", Ask(other, "still\n"));
        Assert.Equal(2, server.Group.HandlerFailures);
        Assert.Equal(2, server.Failures.Count);
    }

    [Theory, MemberData(nameof(Pollers))]
    public void The_last_words_reach_a_client_that_is_still_sending(bool portable)
    {
        using var server = new EchoServer(portable);
        using var client = server.Connect();
        SendAll(client, Encoding.ASCII.GetBytes("bad\n" + new string('x', 300_000)));
        Assert.Equal("no\n", Encoding.ASCII.GetString(ReadToEnd(client)));
    }

    [Theory, MemberData(nameof(Pollers))]
    public void A_closing_connection_sends_everything_first(bool portable)
    {
        using var server = new EchoServer(portable);
        using var client = server.Connect();
        SendAll(client, "big 2000000\nclose\n"u8);
        Assert.Equal(2_000_000 + 6, ReadToEnd(client).Length);
        EchoServer.Until(() => server.ClosedCount == 1);
    }

    [Theory, MemberData(nameof(Pollers))]
    public void Posted_work_runs_in_order_on_its_loop(bool portable)
    {
        using var server = new EchoServer(portable);
        foreach (var loop in server.Group.Loops)
        {
            var seen = new List<int>();
            using var done = new ManualResetEventSlim();
            for (var i = 0; i < 1000; i++)
            {
                var number = i;
                Assert.True(loop.Post(
                    _ =>
                    {
                        if (loop.IsCurrent) seen.Add(number);
                        if (number == 999) done.Set();
                    },
                    null));
            }

            Assert.True(done.Wait(TimeSpan.FromSeconds(10)));
            Assert.Equal(Enumerable.Range(0, 1000), seen);
        }

        server.Group.Stop(TimeSpan.FromSeconds(1));
        Assert.False(server.Group.Loops[0].Post(_ => { }, null));
    }

    internal static string Ask(Socket client, string line)
    {
        SendAll(client, Encoding.ASCII.GetBytes(line));
        return Encoding.ASCII.GetString(Read(client, line.Length));
    }

    internal static void SendAll(Socket client, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0) bytes = bytes[client.Send(bytes)..];
    }

    internal static byte[] Read(Socket client, int count)
    {
        var bytes = new byte[count];
        for (var read = 0; read < count;)
        {
            var got = client.Receive(bytes.AsSpan(read));
            if (got == 0) return bytes[..read];
            read += got;
        }

        return bytes;
    }

    internal static byte[] ReadToEnd(Socket client)
    {
        using var all = new MemoryStream();
        var part = new byte[65536];
        try
        {
            int count;
            while ((count = client.Receive(part)) > 0) all.Write(part, 0, count);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            // An abort may be seen as a reset.
        }

        return all.ToArray();
    }
}
