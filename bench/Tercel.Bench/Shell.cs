using System.Diagnostics;

namespace Tercel.Bench;

/// <summary>Runs programs to their end.</summary>
internal static class Shell
{
    /// <summary>Standard output; throws with both outputs when the program fails.</summary>
    public static Task<string> Run(string file, string folder, params string[] arguments) =>
        RunWith(file, folder, [], arguments);

    /// <summary>The same with environment variables.</summary>
    public static async Task<string> RunWith(
        string file, string folder, (string Name, string Value)[] environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = Process.Start(start) ?? throw new BenchException($"cannot start {file}");
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new BenchException($"{file} {string.Join(' ', arguments)} failed:\n{await output}{await errors}");
        return await output;
    }

    public static bool Exists(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, program)));
}
