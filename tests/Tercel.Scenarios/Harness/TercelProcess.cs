using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Xunit;

namespace Tercel.Scenarios.Harness;

/// <summary>A running <c>tercel api</c> on a free loopback port. Disposing stops it and expects exit code 0.</summary>
internal sealed class TercelProcess : IAsyncDisposable
{
    private const int StartAttempts = 3;   // another process may take the free port before the server does
    private const int SignalInterrupt = 2;
    private const int SignalTerminate = 15;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(20);

    // There is no load balancer in a test that would have to notice /readyz before the listener closes.
    private static readonly (string Name, string Value) NoReadyDelay = ("TERCEL__SHUTDOWN__READY_DELAY", "0s");

    private readonly Program _program;
    private readonly int _port;
    private bool _isOver;

    private TercelProcess(Program program, int port)
    {
        _program = program;
        _port = port;
        Client = new ApiClient(new Uri($"http://127.0.0.1:{port}"), () => Log);
    }

    public ApiClient Client { get; }

    public int Port => _port;

    public int Id => _program.Id;

    /// <summary>What it wrote to standard output so far.</summary>
    public string Output => _program.Output;

    /// <summary>Both outputs, for failure messages.</summary>
    public string Log => _program.Output + _program.ErrorOutput;

    /// <summary>Starts <c>tercel api ARGUMENTS --listen ...</c> in a folder and waits until it is ready.</summary>
    public static Task<TercelProcess> StartApi(TempFolder folder, params string[] arguments) =>
        StartApi(folder, [], arguments);

    /// <summary>The same with environment variables.</summary>
    public static async Task<TercelProcess> StartApi(
        TempFolder folder, (string Name, string Value)[] environment, params string[] arguments)
    {
        for (var attempt = 1; ; attempt++)
        {
            var port = FreePort();
            string[] all = ["api", .. arguments, "--listen", $"127.0.0.1:{port}"];
            var program = Program.Start(folder.Path, [NoReadyDelay, .. environment], all);
            var server = new TercelProcess(program, port);
            if (await server.BecomesReady()) return server;

            var log = server.Log;
            program.Kill();
            server._isOver = true;
            var isPortTaken = log.Contains("address already in use", StringComparison.OrdinalIgnoreCase);
            if (!isPortTaken || attempt == StartAttempts)
                Assert.Fail($"tercel api {string.Join(' ', arguments)} did not become ready:\n{log}");
        }
    }

    /// <summary>Sends SIGTERM.</summary>
    public void Terminate() => Assert.Equal(0, SendSignal(_program.Id, SignalTerminate));

    /// <summary>Sends SIGINT, as Ctrl-C does.</summary>
    public void Interrupt() => Assert.Equal(0, SendSignal(_program.Id, SignalInterrupt));

    /// <summary>Sends SIGTERM, waits for the end and gives the exit code.</summary>
    public async Task<int> Stop()
    {
        if (!_isOver && !_program.HasExited) Terminate();
        return await WaitForExit();
    }

    /// <summary>Waits for an end that something else caused.</summary>
    public async Task<int> WaitForExit()
    {
        _isOver = true;
        var code = await _program.WaitForExit(StopLimit);
        if (code is null) Assert.Fail($"tercel did not stop within {StopLimit.TotalSeconds} s:\n{Log}");
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
        Client.Dispose();
        try
        {
            if (_isOver) return;
            var code = await Stop();
            if (code != 0) Assert.Fail($"tercel ended with exit code {code}:\n{Log}");
        }
        finally
        {
            _program.Dispose();
        }
    }

    private async Task<bool> BecomesReady()
    {
        var started = Stopwatch.StartNew();
        while (started.Elapsed < StartLimit && !_program.HasExited)
        {
            if (await Client.IsReady()) return true;
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
