using System.CommandLine;
using Tercel.Chassis.Lifecycle;
using Tercel.Primitives;

namespace Tercel.Commands;

/// <summary>The commands of the one executable; docs/reference/commands.md lists them.</summary>
internal static class CommandLine
{
    // Signals are the lifecycle's business: the library's own handler would end the process after two seconds, in the
    // middle of a drain or of the snapshot that a stop writes.
    private static readonly InvocationConfiguration Invocation = new() { ProcessTerminationTimeout = null };

    /// <summary>Runs the command that the arguments name.</summary>
    /// <returns>The exit code: 0, or one of <see cref="ExitCodes"/>.</returns>
    public static async Task<int> Run(IReadOnlyList<string> args)
    {
        var result = Root().Parse(args);
        var odd = Odd(result).ToList();
        if (result.Errors.Count == 0 && odd.Count == 0) return await result.InvokeAsync(Invocation);
        if (args.Count == 0)
        {
            await Root().Parse("--help").InvokeAsync();
            return ExitCodes.Usage;
        }

        // What fits nowhere explains every other mistake.
        var mistakes = odd.Count > 0 ? odd.Select(text => Unknown(text, result.CommandResult.Command))
            : result.Errors.Select(error => error.Message);
        foreach (var mistake in mistakes) await Console.Error.WriteLineAsync($"tercel: {mistake}");
        await Console.Error.WriteLineAsync("Try 'tercel --help'.");
        return ExitCodes.Usage;
    }

    // A misspelt option would be taken for the model's file.
    private static IEnumerable<string> Odd(ParseResult result)
    {
        var files = result.CommandResult.Command.Arguments.OfType<Argument<string?>>().Select(result.GetValue);
        return files.OfType<string>().Where(file => file.StartsWith('-')).Concat(result.UnmatchedTokens);
    }

    private static string Unknown(string text, Command command)
    {
        var known = command.Subcommands.Select(c => c.Name).Concat(command.Options.Select(o => o.Name));
        return Suggestion.For(text, known) is { } meant
            ? $"no command or option '{text}'; did you mean '{meant}'?"
            : $"no command or option '{text}'";
    }

    /// <summary>All commands, for running and for the test that compares them with the documentation.</summary>
    public static RootCommand Root() => new("Tercel: a JSON API server from one file, and a cache server.")
    {
        ApiCommand.Create(),
        CacheCommand.Create(),
        CheckCommand.Create(),
        PlanCommand.Create(),
        ApplyCommand.Create(),
        InitCommand.Create(),
    };
}
