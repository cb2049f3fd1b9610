using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Tercel.Tests.CacheServer.Persistence;

/// <summary>A real redis-server of this test's own: a folder, a Unix socket, no port.</summary>
internal sealed class RealRedis : IDisposable
{
    private const string Program = "/usr/bin/redis-server";

    private readonly Process _process;
    private readonly NetworkStream _stream;
    private readonly BufferedStream _input;

    private RealRedis(Process process, NetworkStream stream, string folder)
    {
        _process = process;
        _stream = stream;
        _input = new BufferedStream(stream, 65536);
        Folder = folder;
    }

    public string Folder { get; }

    /// <summary>Starts one on the files that lie in the folder; skips the test where none is installed.</summary>
    public static RealRedis Start(string? folder = null, params string[] options)
    {
        Assert.SkipUnless(File.Exists(Program), "redis-server is not installed");
        folder ??= Directory.CreateTempSubdirectory("tercel-redis-").FullName;
        var socket = Path.Combine(folder, "s");
        string[] usual = ["--port", "0", "--unixsocket", socket, "--dir", folder, "--save", ""];
        var start = new ProcessStartInfo(Program, [.. usual, .. options]) { RedirectStandardOutput = true };
        var process = Process.Start(start) ?? throw new InvalidOperationException("no process");
        var log = new StringBuilder();
        process.OutputDataReceived += (_, line) => { lock (log) log.AppendLine(line.Data); };
        process.BeginOutputReadLine();
        var clock = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                connection.Connect(new UnixDomainSocketEndPoint(socket));
                var redis = new RealRedis(process, new NetworkStream(connection, ownsSocket: true), folder);
                if (!redis.Text("PING").StartsWith("-LOADING", StringComparison.Ordinal)) return redis;
                redis._stream.Dispose();
            }
            catch (SocketException) when (clock.Elapsed.TotalSeconds < 20 && !process.HasExited)
            {
            }

            if (process.HasExited) lock (log) throw new InvalidOperationException($"redis-server ended:\n{log}");
            Thread.Sleep(20);
        }
    }

    /// <summary>Runs one command: a simple string or error with its first character, bytes, a number, a list or
    /// null.</summary>
    public object? Run(params object[] words)
    {
        var request = new MemoryStream();
        void Write(string text) => request.Write(Encoding.Latin1.GetBytes(text));
        Write(string.Create(CultureInfo.InvariantCulture, $"*{words.Length}\r\n"));
        foreach (var word in words)
        {
            var bytes = word as byte[] ?? Encoding.Latin1.GetBytes(
                Convert.ToString(word, CultureInfo.InvariantCulture) ?? "");
            Write(string.Create(CultureInfo.InvariantCulture, $"${bytes.Length}\r\n"));
            request.Write(bytes);
            Write("\r\n");
        }

        _stream.Write(request.ToArray());
        return Read();
    }

    /// <summary>The reply as text, lists joined by commas.</summary>
    public string Text(params object[] words) => ToText(Run(words));

    /// <summary>Saves, and gives the file.</summary>
    public byte[] Save()
    {
        Assert.Equal("+OK", Text("SAVE"));
        return File.ReadAllBytes(Path.Combine(Folder, "dump.rdb"));
    }

    public void Dispose()
    {
        _stream.Dispose();
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private static string ToText(object? reply) => reply switch
    {
        null => "(nil)",
        byte[] bytes => Encoding.Latin1.GetString(bytes),
        List<object?> list => string.Join(',', list.Select(ToText)),
        _ => Convert.ToString(reply, CultureInfo.InvariantCulture) ?? "",
    };

    private object? Read()
    {
        var line = Line();
        var number = line.Length > 1 && line[0] is ':' or '$' or '*'
            ? long.Parse(line.AsSpan(1), CultureInfo.InvariantCulture) : 0;
        switch (line[0])
        {
            case ':': return number;
            case '$' when number < 0: return null;
            case '*' when number < 0: return null;
            case '$':
                var bytes = new byte[number];
                _input.ReadExactly(bytes);
                Line();
                return bytes;
            case '*':
                var list = new List<object?>();
                for (; number > 0; number--) list.Add(Read());
                return list;
            default: return line;
        }
    }

    private string Line()
    {
        var line = new StringBuilder();
        for (var value = _input.ReadByte(); value != '\n'; value = _input.ReadByte())
        {
            if (value < 0) throw new EndOfStreamException();
            if (value != '\r') line.Append((char)value);
        }

        return line.ToString();
    }
}
