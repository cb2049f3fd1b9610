using Tercel.Scenarios.Harness;
using Xunit;

namespace Tercel.Scenarios.FirstMinutes;

/// <summary>Commands that start no server.</summary>
public sealed class CommandFlagTests
{
    [Fact]
    public async Task A_setting_may_be_given_by_its_own_flag_and_tells_where_it_came_from()
    {
        using var folder = new TempFolder();

        var result = await Program.Run(
            folder, "api", "--database", "sqlite:none.db", "--port", "9001", "--bind=localhost", "--set",
            "page.max=50", "--config-explain");

        Assert.Equal(0, result.ExitCode);
        Assert.Matches(@"(?m)^http\.port +9001 +--port$", result.Output);
        Assert.Matches(@"(?m)^http\.bind +localhost +--bind$", result.Output);
        Assert.Matches(@"(?m)^page\.max +50 +--set page\.max$", result.Output);
    }

    [Fact]
    public async Task A_plan_for_a_database_that_is_not_there_makes_nothing_that_stays()
    {
        using var folder = new TempFolder();
        using var scratch = new TempFolder();
        await File.WriteAllTextAsync(folder["tercel.yaml"], """
            api: 1
            name: lab
            database: sqlite:lab.db
            resources: { things: { fields: { id: int pk auto, name: string(10) } } }
            """);

        var result = await Program.RunAny(
            "dotnet", folder.Path, [("TMPDIR", scratch.Path)], RepositoryPaths.TercelDll, "plan");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("CREATE TABLE", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(
            Directory.EnumerateFileSystemEntries(scratch.Path).Select(Path.GetFileName),
            name => name?.StartsWith("tercel", StringComparison.Ordinal) == true);
        Assert.Equal(["tercel.yaml"], Directory.EnumerateFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }
}
