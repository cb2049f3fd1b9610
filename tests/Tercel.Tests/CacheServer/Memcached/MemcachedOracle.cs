using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Tercel.Tests.CacheServer.Memcached;

/// <summary>A real memcached that is asked for the right replies: a Unix socket in a folder of its own, no
/// port.</summary>
internal sealed class MemcachedOracle : IDisposable
{
    private const string Program = "/usr/bin/memcached";
    private const string End = "MN\r\n";
    private const int StartSecondsMax = 20;

    private readonly Process _process;
    private readonly string _folder;
    private readonly Socket _socket;

    private MemcachedOracle(Process process, string folder, Socket socket)
    {
        _process = process;
        _folder = folder;
        _socket = socket;
    }

    /// <summary>Starts an empty server; skips the test where none is installed.</summary>
    public static MemcachedOracle Start()
    {
        Assert.SkipUnless(File.Exists(Program), "memcached is not installed");
        var folder = Directory.CreateTempSubdirectory("tercel-oracle-").FullName;
        var path = Path.Combine(folder, "s");
        var process = Process.Start(new ProcessStartInfo(Program, ["-s", path, "-u", Environment.UserName]))
            ?? throw new InvalidOperationException("no process");
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            {
                ReceiveTimeout = StartSecondsMax * 1000,
            };
            try
            {
                socket.Connect(new UnixDomainSocketEndPoint(path));
                return new MemcachedOracle(process, folder, socket);
            }
            catch (SocketException) when (clock.Elapsed.TotalSeconds < StartSecondsMax && !process.HasExited)
            {
                socket.Dispose();
                process.WaitForExit(20);
            }
        }
    }

    /// <summary>All replies to these commands; Latin-1, so any byte can be written.</summary>
    public string Run(string sent)
    {
        _socket.Send(Encoding.Latin1.GetBytes(sent + "mn\r\n"));
        var text = new StringBuilder();
        var buffer = new byte[65536];
        while (!text.ToString().EndsWith(End, StringComparison.Ordinal))
            text.Append(Encoding.Latin1.GetString(buffer, 0, _socket.Receive(buffer)));
        return text.ToString(0, text.Length - End.Length);
    }

    public void Dispose()
    {
        _socket.Dispose();
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
