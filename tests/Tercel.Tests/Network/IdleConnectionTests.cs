using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Xunit;
using static Tercel.Tests.Network.LoopTests;

namespace Tercel.Tests.Network;

[CollectionDefinition(nameof(WholeProcess), DisableParallelization = true)]
public sealed class WholeProcess;

/// <summary>What a connection costs that does nothing. The clients are bare descriptors, since they live in the same
/// process and must cost nothing themselves.</summary>
[Collection(nameof(WholeProcess))]
public sealed class IdleConnectionTests
{
    private const int Wanted = 10_000;
    private const int EnoughToTell = 5_000;
    private const int BytesMax = 1_024;

    [Fact]
    public void Ten_thousand_idle_connections_cost_less_than_a_kilobyte_each()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("epoll is Linux's");
        var used = Directory.GetFiles("/proc/self/fd").Length;
        var count = Math.Min(Wanted, (DescriptorsMax() - used - 200) / 2);
        if (count < EnoughToTell) Assert.Skip($"only {count} connections fit into the limit of open files");
        using var server = new EchoServer(
            portable: false, s => s.Options = s.Options with { ConnectionsMax = Wanted, ListenBacklog = 4096 });
        using (var warm = server.Connect()) Ask(warm, "hello\n");
        var clients = new List<int>(count);
        var before = ResidentBytes();
        try
        {
            for (var i = 0; i < count; i++)
            {
                clients.Add(Connect(server.Listeners[0].EndPoint!.Port));
                if (i % 256 == 255) EchoServer.Until(() => server.Open.Count >= i - 1, "acceptance");
            }

            EchoServer.Until(() => server.Open.Count == count, "acceptance of all");
            var growth = ResidentBytes() - before;
            TestContext.Current.SendDiagnosticMessage($"{growth / count} bytes per idle connection");
            Assert.InRange(growth, long.MinValue, (long)count * BytesMax);
            using var client = server.Connect();
            Assert.Equal("hello\n", Ask(client, "hello\n"));
        }
        finally
        {
            foreach (var client in clients) _ = close(client);
        }

        EchoServer.Until(() => server.Group.Connections.Open == 0, "end of all");
        Assert.Equal(0, server.Group.BufferBytes);
    }

    private static long ResidentBytes()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }

    private static int DescriptorsMax()
    {
        const string Name = "Max open files";
        var line = File.ReadLines("/proc/self/limits").First(l => l.StartsWith(Name, StringComparison.Ordinal));
        return int.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3]);
    }

    private static int Connect(int port)
    {
        var address = new byte[16];
        address[0] = 2;
        BinaryPrimitives.WriteUInt16BigEndian(address.AsSpan(2), (ushort)port);
        address[4] = 127;
        address[7] = 1;
        var client = socket(2, 1 | 0x80000, 0);
        Assert.Equal(0, connect(client, address, address.Length));
        return client;
    }

    [DllImport("libc")]
    private static extern int socket(int family, int type, int protocol);

    [DllImport("libc")]
    private static extern int connect(int socket, byte[] address, int bytes);

    [DllImport("libc")]
    private static extern int close(int file);
}
