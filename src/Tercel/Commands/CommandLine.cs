using System.CommandLine;
using Tercel.Chassis.Lifecycle;

namespace Tercel.Commands;

/// <summary>The commands of the one executable; docs/reference/commands.md lists them.</summary>
internal static class CommandLine
{
    /// <summary>Runs the command that the arguments name.</summary>
    /// <returns>The exit code: 0, or one of <see cref="ExitCodes"/>.</returns>
    public static async Task<int> Run(IReadOnlyList<string> args)
    {
        var result = Root().Parse(args);
        if (result.Errors.Count == 0) return await result.InvokeAsync();
        foreach (var error in result.Errors) await Console.Error.WriteLineAsync($"tercel: {error.Message}");
        await Console.Error.WriteLineAsync("Try 'tercel --help'.");
        return ExitCodes.Usage;
    }

    /// <summary>All commands, for running and for the test that compares them with the documentation.</summary>
    public static RootCommand Root() => new("Tercel: a JSON API server from one file.")
    {
        ApiCommand.Create(),
        CheckCommand.Create(),
        PlanCommand.Create(),
        ApplyCommand.Create(),
        InitCommand.Create(),
    };
}
