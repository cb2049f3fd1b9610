using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tercel.Bench.Cache;

/// <summary>A running cache server under measurement.</summary>
internal sealed class CacheServer : IAsyncDisposable
{
    private readonly Process _process;

    private CacheServer(CacheServerKind kind, Process process, int port, string folder)
    {
        Kind = kind;
        _process = process;
        Port = port;
        Folder = folder;
    }

    public CacheServerKind Kind { get; }

    public string Name => Kind.Name;

    public int Port { get; }

    public string Folder { get; }

    public double CpuSeconds => ProcessNumbers.CpuSeconds(_process.Id);

    public long ResidentBytes => ProcessNumbers.ResidentBytes(_process.Id);

    /// <summary>Starts it and waits until it answers a request.</summary>
    public static async Task<CacheServer> Start(CacheServerKind kind, StartOptions options, string? folder = null)
    {
        folder ??= Directory.CreateTempSubdirectory("tercel-bench-").FullName;
        var port = Machine.FreePort();
        var command = kind.Command(port, folder, options);
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in kind.Environment) start.Environment[name] = value;
        var process = Process.Start(start) ?? throw new BenchException($"cannot start {kind.Name}");
        var log = TextWriter.Synchronized(new StreamWriter(Path.Combine(folder, "server.log")) { AutoFlush = true });
        process.OutputDataReceived += (_, line) => log.WriteLine(line.Data);
        process.ErrorDataReceived += (_, line) => log.WriteLine(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var server = new CacheServer(kind, process, port, folder);
        for (var attempt = 0; attempt < 1200 && !process.HasExited; attempt++)
        {
            if (server.Answers()) return server;
            await Task.Delay(25);
        }

        await server.DisposeAsync();
        throw new BenchException($"{kind.Name} did not start; see {folder}/server.log");
    }

    /// <summary>Sends one line and returns what comes within the first packet.</summary>
    public string Ask(string line)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.ReceiveTimeout = 20_000;
        socket.Connect(IPAddress.Loopback, Port);
        socket.Send(Encoding.UTF8.GetBytes(line + "\r\n"));
        var buffer = new byte[65_536];
        return Encoding.UTF8.GetString(buffer, 0, socket.Receive(buffer));
    }

    /// <summary>Stops it as an operator would and waits; its files stay.</summary>
    public async Task Stop()
    {
        if (_process.HasExited) return;
        await Shell.Run("kill", ".", "-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private bool Answers()
    {
        try
        {
            return Kind.IsMemcached
                ? Ask("version").StartsWith("VERSION", StringComparison.Ordinal)
                : Ask("PING").StartsWith("+PONG", StringComparison.Ordinal);
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
