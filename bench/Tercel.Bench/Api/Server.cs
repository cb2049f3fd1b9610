using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Tercel.Bench.Api;

/// <summary>A running server under measurement.</summary>
internal sealed class Server : IAsyncDisposable
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(5) };

    private readonly Process _process;

    private Server(string name, Process process, int port)
    {
        Name = name;
        _process = process;
        Address = $"http://127.0.0.1:{port}";
    }

    public string Name { get; }

    public string Address { get; }

    public bool IsTercel => Name == ServerKind.TercelName;

    /// <summary>Starts it and waits until it answers.</summary>
    public static async Task<Server> Start(ServerKind kind, string database, string folder)
    {
        var port = Machine.FreePort();
        var command = kind.Command(port, folder);
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DATABASE"] = database;
        start.Environment["PORT"] = port.ToString(CultureInfo.InvariantCulture);
        var process = Process.Start(start) ?? throw new BenchException($"cannot start {kind.Name}");
        var log = new StreamWriter(Path.Combine(folder, "server.log")) { AutoFlush = true };
        process.OutputDataReceived += (_, line) => Write(log, line.Data);
        process.ErrorDataReceived += (_, line) => Write(log, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var server = new Server(kind.Name, process, port);
        for (var attempt = 0; attempt < 600; attempt++)
        {
            if (process.HasExited) break;
            if (await server.Answers()) return server;
            await Task.Delay(50);
        }

        await server.DisposeAsync();
        throw new BenchException($"{kind.Name} did not start; see {folder}/server.log");
    }

    /// <summary>User and system time of all its threads so far.</summary>
    public double CpuSeconds() => ProcessNumbers.CpuSeconds(_process.Id);

    public async Task<JsonElement> Get(string path)
    {
        using var response = await Http.GetAsync(new Uri(Address + path));
        var body = await response.Content.ReadAsStringAsync();
        if (!response.IsSuccessStatusCode)
            throw new BenchException($"{Name}: GET {path} gave {(int)response.StatusCode}:\n{body}");
        using var json = JsonDocument.Parse(body);
        return json.RootElement.Clone();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await Shell.Run("kill", ".", "-TERM", _process.Id.ToString(CultureInfo.InvariantCulture));
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            try
            {
                await _process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill();
            }
        }

        _process.Dispose();
    }

    private async Task<bool> Answers()
    {
        try
        {
            using var response = await Http.GetAsync(new Uri(Address + "/readyz"));
            return response.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    private static void Write(StreamWriter log, string? line)
    {
        lock (log) log.WriteLine(line);
    }
}
