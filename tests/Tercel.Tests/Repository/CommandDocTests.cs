using System.CommandLine;
using Tercel.Commands;
using Xunit;

namespace Tercel.Tests.Repository;

/// <summary>Commands and options in the code and in <c>docs/reference/commands.md</c> are the same.</summary>
public sealed class CommandDocTests
{
    private static readonly string[] Shared = ["--help", "--version"];

    private static IEnumerable<string> Declared =>
        CommandLine.Root().Subcommands.SelectMany(command => DeclaredOf(command, command.Name));

    private static IEnumerable<string> Documented
    {
        get
        {
            var text = RepositoryTree.Read("docs/reference/commands.md");
            foreach (var line in text.Split('\n')
                .Where(line => line.StartsWith("## tercel ", StringComparison.Ordinal)))
                yield return CommandOf(line.TrimStart('#', ' '));
            foreach (var row in ReferenceTable.Parse(text).Where(row => row.FirstColumn == "option"))
                yield return $"{CommandOf(row.Heading)} {row.Key}";
        }
    }

    [Fact]
    public void Every_command_and_option_is_documented() => Findings.None(Declared.Except(Documented));

    [Fact]
    public void Every_documented_command_and_option_exists() => Findings.None(Documented.Except(Declared));

    private static IEnumerable<string> DeclaredOf(Command command, string name) => command.Options
        .Select(option => option.Name).Where(option => !Shared.Contains(option))
        .Select(option => $"{name} {option}").Prepend(name)
        .Concat(command.Subcommands.SelectMany(sub => DeclaredOf(sub, $"{name} {sub.Name}")));

    // "tercel cache import FILE" is the command "cache import".
    private static string CommandOf(string heading) => string.Join(
        ' ', heading.Split(' ').Skip(1).TakeWhile(static word => char.IsAsciiLetterLower(word[0])));
}
