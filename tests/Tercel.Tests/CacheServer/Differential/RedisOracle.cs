using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Tercel.Tests.CacheServer.Differential;

/// <summary>A real redis-server that is asked for the right reply: a Unix socket in a folder of its own, no
/// port.</summary>
internal sealed class RedisOracle : IDisposable
{
    private const string Program = "/usr/bin/redis-server";
    private const int StartSecondsMax = 20;

    private readonly Process _process;
    private readonly string _folder;
    private readonly BufferedStream _stream;

    private RedisOracle(Process process, string folder, Socket socket)
    {
        _process = process;
        _folder = folder;
        _stream = new BufferedStream(new NetworkStream(socket, ownsSocket: true), 65536);
    }

    /// <summary>Starts an empty server; skips the test where none is installed.</summary>
    public static RedisOracle Start()
    {
        Assert.SkipUnless(File.Exists(Program), "redis-server is not installed");
        var folder = Directory.CreateTempSubdirectory("tercel-oracle-").FullName;
        var path = Path.Combine(folder, "s");
        string[] options = ["--port", "0", "--unixsocket", path, "--dir", folder, "--save", ""];
        var start = new ProcessStartInfo(Program, options)
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        var process = Process.Start(start) ?? throw new InvalidOperationException("no process");
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                socket.Connect(new UnixDomainSocketEndPoint(path));
                return new RedisOracle(process, folder, socket);
            }
            catch (SocketException) when (clock.Elapsed.TotalSeconds < StartSecondsMax && !process.HasExited)
            {
                socket.Dispose();
                process.WaitForExit(20);
            }
        }
    }

    /// <summary>Runs one command; words and reply are Latin-1, so any byte can be written. The reply is as it came over
    /// the wire.</summary>
    public string Run(params string[] words)
    {
        var request = new StringBuilder();
        request.Append(CultureInfo.InvariantCulture, $"*{words.Length}\r\n");
        foreach (var word in words) request.Append(CultureInfo.InvariantCulture, $"${word.Length}\r\n{word}\r\n");
        _stream.Write(Encoding.Latin1.GetBytes(request.ToString()));
        _stream.Flush();
        var reply = new StringBuilder();
        Read(reply);
        return reply.ToString();
    }

    public void Dispose()
    {
        _stream.Dispose();
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void Read(StringBuilder reply)
    {
        var start = reply.Length;
        Line(reply);
        var type = reply[start];
        if (type is not ('$' or '*' or '%' or '~' or '>' or '=')) return;
        var count = int.Parse(
            reply.ToString(start + 1, reply.Length - start - 3), CultureInfo.InvariantCulture);
        if (type is '$' or '=')
        {
            if (count < 0) return;
            var bytes = new byte[count + 2];
            _stream.ReadExactly(bytes);
            reply.Append(Encoding.Latin1.GetString(bytes));
            return;
        }

        for (var left = type == '%' ? count * 2 : count; left > 0; left--) Read(reply);
    }

    private void Line(StringBuilder reply)
    {
        for (var value = -1; value != '\n';)
        {
            value = _stream.ReadByte();
            if (value < 0) throw new EndOfStreamException();
            reply.Append((char)value);
        }
    }
}
