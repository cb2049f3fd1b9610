using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Xunit;

namespace Tercel.Scenarios.Harness;

/// <summary>A running cache server on a free loopback port: ours, or a real redis-server as the oracle.</summary>
/// <remarks>Disposing stops it by its process id; ours must end with exit code 0 unless it was killed.</remarks>
internal sealed class CacheProcess : IAsyncDisposable
{
    private const int SignalTerminate = 15;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(60);

    private readonly Program _program;
    private readonly bool _isOurs;
    private bool _isOver;

    private CacheProcess(Program program, int port, bool isOurs)
    {
        _program = program;
        _isOurs = isOurs;
        Port = port;
    }

    public int Port { get; }

    public int Id => _program.Id;

    public bool HasExited => _program.HasExited;

    /// <summary>Both outputs, for failure messages.</summary>
    public string Log => _program.Output + _program.ErrorOutput;

    /// <summary>Starts <c>tercel cache</c> with its files in a folder and waits until it answers PING (or wants a
    /// password). The admin port is off unless the arguments name one.</summary>
    public static Task<CacheProcess> Start(TempFolder folder, params string[] arguments)
    {
        string[] admin = arguments.Contains("--admin-port") ? [] : ["--admin-port", "0"];
        return Start(isOurs: true, port => Program.Start(
            folder.Path, [], ["cache", "--port", $"{port}", "--dir", folder.Path, .. admin, .. arguments]));
    }

    /// <summary>Starts a real redis-server; skips the test where none is installed.</summary>
    public static Task<CacheProcess> StartRedis(TempFolder folder, params string[] arguments)
    {
        Installed.Require("redis-server");
        string[] usual = ["--bind", "127.0.0.1", "--dir", folder.Path, "--save", ""];
        return Start(isOurs: false, port => Program.StartAny(
            "redis-server", folder.Path, ["--port", $"{port}", .. usual, .. arguments]));
    }

    public RespConnection Connect(TimeSpan? timeout = null) => new(Port, timeout);

    /// <summary>One command on a connection of its own.</summary>
    public string Ask(string command)
    {
        using var connection = Connect();
        return connection.Ask(command);
    }

    /// <summary>Sends SIGTERM, waits for the end and gives the exit code.</summary>
    public async Task<int> Stop()
    {
        if (!_isOver && !_program.HasExited) Assert.Equal(0, SendSignal(_program.Id, SignalTerminate));
        return await WaitForExit();
    }

    /// <summary>Waits for an end that something else caused.</summary>
    public async Task<int> WaitForExit()
    {
        _isOver = true;
        var code = await _program.WaitForExit(StopLimit);
        if (code is null) Assert.Fail($"the server did not stop within {StopLimit.TotalSeconds} s:\n{Log}");
        return code.Value;
    }

    /// <summary>Ends it as kill -9 does: nothing can be flushed or finished.</summary>
    public void KillNow()
    {
        _isOver = true;
        _program.Kill();
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_isOver) return;
            if (!_isOurs)
            {
                _program.Kill();
                return;
            }

            var code = await Stop();
            if (code != 0) Assert.Fail($"tercel cache ended with exit code {code}:\n{Log}");
        }
        finally
        {
            _program.Dispose();
        }
    }

    private static async Task<CacheProcess> Start(bool isOurs, Func<int, Program> start)
    {
        // Another process may take the free port before the server does.
        for (var attempt = 1; ; attempt++)
        {
            var port = FreePort();
            var server = new CacheProcess(start(port), port, isOurs);
            if (await server.Answers()) return server;
            var log = server.Log;
            server.KillNow();
            var isPortTaken = log.Contains("in use", StringComparison.OrdinalIgnoreCase);
            if (!isPortTaken || attempt == 3) Assert.Fail($"the cache server did not start:\n{log}");
        }
    }

    private async Task<bool> Answers()
    {
        var started = Stopwatch.StartNew();
        while (started.Elapsed < StartLimit && !_program.HasExited)
        {
            try
            {
                if (Ask("PING") is "PONG" or ['-', 'N', 'O', 'A', 'U', 'T', 'H', ..]) return true;
            }
            catch (Exception e) when (e is SocketException or EndOfStreamException)
            {
                // Not there yet.
            }

            await Task.Delay(25);
        }

        return false;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int processId, int signal);
}
