using System.Diagnostics;
using System.Text;

namespace Tercel.Scenarios.Harness;

/// <summary>What a finished program answered.</summary>
internal sealed record ProgramResult(int ExitCode, string Output, string ErrorOutput)
{
    public string All => Output + ErrorOutput;
}

/// <summary>A child process whose output is kept and whose life is bounded.</summary>
internal sealed class Program : IDisposable
{
    private static readonly TimeSpan RunLimit = TimeSpan.FromSeconds(120);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();

    private Program(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Append(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Append(_errors, line.Data);
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public string Output => Text(_output);

    public string ErrorOutput => Text(_errors);

    /// <summary>Starts the tercel of this build.</summary>
    public static Program Start(string folder, (string Name, string Value)[] environment, string[] arguments) =>
        Launch("dotnet", folder, environment, [RepositoryPaths.TercelDll, .. arguments]);

    /// <summary>Starts any program.</summary>
    public static Program StartAny(string file, string folder, string[] arguments) =>
        Launch(file, folder, [], arguments);

    /// <summary>Runs the tercel of this build to its end.</summary>
    public static Task<ProgramResult> Run(TempFolder folder, params string[] arguments) =>
        RunAny("dotnet", folder.Path, [RepositoryPaths.TercelDll, .. arguments]);

    /// <summary>Runs any program to its end.</summary>
    public static Task<ProgramResult> RunAny(string file, string folder, params string[] arguments) =>
        RunAny(file, folder, [], arguments);

    /// <summary>The same with environment variables.</summary>
    public static async Task<ProgramResult> RunAny(
        string file, string folder, (string Name, string Value)[] environment, params string[] arguments)
    {
        using var program = Launch(file, folder, environment, arguments);
        var code = await program.WaitForExit(RunLimit);
        if (code is null)
        {
            program.Kill();
            throw new TimeoutException($"{file} {string.Join(' ', arguments)} ran over {RunLimit.TotalSeconds} s");
        }

        return new ProgramResult(code.Value, program.Output, program.ErrorOutput);
    }

    /// <summary>The exit code, or null when it still runs after the limit.</summary>
    public async Task<int?> WaitForExit(TimeSpan limit)
    {
        using var timeout = new CancellationTokenSource(limit);
        try
        {
            await _process.WaitForExitAsync(timeout.Token);
            return _process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>Kill -9, then waits until it is gone and its output is read.</summary>
    public void Kill()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited) Kill();
        _process.Dispose();
    }

    private static Program Launch(
        string file, string folder, (string Name, string Value)[] environment, string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        var program = new Program(start);
        program._process.Start();
        program._process.StandardInput.Close();
        program._process.BeginOutputReadLine();
        program._process.BeginErrorReadLine();
        return program;
    }

    private static void Append(StringBuilder target, string? line)
    {
        if (line is null) return;
        lock (target) target.AppendLine(line);
    }

    private static string Text(StringBuilder source)
    {
        lock (source) return source.ToString();
    }
}
