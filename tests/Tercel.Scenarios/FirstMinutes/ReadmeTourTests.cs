using System.Globalization;
using System.Text.RegularExpressions;
using Tercel.Scenarios.Harness;
using Xunit;

namespace Tercel.Scenarios.FirstMinutes;

/// <summary>The tour of README.md, run as a reader would run it: its printed answers are what the server
/// answers.</summary>
public sealed class ReadmeTourTests
{
    private const string Address = "localhost:8080";

    [Fact]
    public async Task Every_answer_of_the_tour_is_real()
    {
        Installed.Require("curl");
        Installed.Require("bash");
        using var folder = new TempFolder();
        await using var server = await ShopFixture.StartOwn(folder);
        var steps = Steps(await File.ReadAllTextAsync(Path.Combine(RepositoryPaths.Root, "README.md")));
        Assert.True(steps.Count >= 8, $"{steps.Count} steps");
        foreach (var (command, answer) in steps)
        {
            var here = command.Replace(Address, $"127.0.0.1:{server.Port}", StringComparison.Ordinal)
                .Replace("curl ", "curl -sg ", StringComparison.Ordinal);
            var result = await Program.RunAny("bash", folder.Path, "-c", here);
            Assert.Matches(Pattern(answer), result.Output.Trim());
        }
    }

    private static List<(string Command, string Answer)> Steps(string text)
    {
        var steps = new List<(string, string)>();
        foreach (Match block in Regex.Matches(text, "```console\n(.*?)```", RegexOptions.Singleline))
        {
            foreach (var step in block.Groups[1].Value.Split("$ ", StringSplitOptions.RemoveEmptyEntries))
            {
                var end = step.IndexOf('\n', StringComparison.Ordinal);
                steps.Add((step[..end], step[(end + 1)..].Trim()));
            }
        }

        return steps;
    }

    // … stands for anything within one value.
    private static string Pattern(string answer)
    {
        var parts = answer.Split('…').Select(Regex.Escape);
        return string.Create(CultureInfo.InvariantCulture, $@"\A{string.Join("[^\"]+?", parts)}\z");
    }
}
