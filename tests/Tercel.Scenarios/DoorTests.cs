using Tercel.Scenarios.Harness;
using Xunit;

namespace Tercel.Scenarios;

/// <summary>The <c>./tercel</c> wrapper, in a small tree with a stand-in for dotnet that writes down what it is
/// told.</summary>
public sealed class DoorTests : IDisposable
{
    private const string StandInForDotnet =
        """
        #!/usr/bin/env bash
        if [[ "$1" == build ]]; then
          echo build >> "$ROOT/calls"
          [[ -f "$ROOT/src/broken" ]] && { echo "src/A.cs(1,2): error CS1002: ; expected [x]"; exit 1; }
          echo new > "$ROOT/artifacts/bin/Tercel/release/tercel.dll"
          exit 0
        fi
        shift
        echo "ran in $PWD with: $*"
        exit 7
        """;

    private readonly TempFolder _tree = new();
    private readonly TempFolder _elsewhere = new();

    public DoorTests()
    {
        File.Copy(Path.Combine(RepositoryPaths.Root, "tercel"), _tree["tercel"]);
        foreach (var file in new[] { "global.json", "Directory.Build.props", "eng/a.targets", "src/Tercel/A.cs" })
            _tree.Write(file, "");
        _tree.Write("bin/dotnet", StandInForDotnet);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_tree["bin/dotnet"], (UnixFileMode)0b111_101_101);
    }

    [Fact]
    public async Task The_first_run_builds_and_then_runs_where_the_caller_is()
    {
        var result = await Tercel("api", "a b", "--x");

        Assert.Equal(7, result.ExitCode);
        Assert.Equal($"ran in {_elsewhere.Path} with: api a b --x", result.Output.Trim());
        Assert.Equal(1, Builds());
    }

    [Fact]
    public async Task It_builds_again_only_when_a_source_changed()
    {
        await Tercel();
        await Tercel();
        Assert.Equal(1, Builds());

        File.SetLastWriteTimeUtc(_tree["src/Tercel/A.cs"], DateTime.UtcNow.AddSeconds(5));
        await Tercel();
        Assert.Equal(2, Builds());
    }

    [Fact]
    public async Task A_failed_build_shows_its_errors_and_runs_nothing()
    {
        _tree.Write("src/broken", "");

        var result = await Tercel();

        Assert.Equal(70, result.ExitCode);
        Assert.Contains("error CS1002", result.ErrorOutput, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Fact]
    public async Task A_failed_build_is_tried_again()
    {
        _tree.Write("src/broken", "");
        await Tercel();
        File.Delete(_tree["src/broken"]);

        var result = await Tercel();

        Assert.Equal(7, result.ExitCode);
        Assert.Equal(2, Builds());
    }

    [Fact]
    public async Task The_dev_script_names_its_commands_when_it_does_not_know_one()
    {
        var result = await Program.RunAny("bash", RepositoryPaths.Root, "dev", "nonsense");

        Assert.Equal(64, result.ExitCode);
        Assert.Contains("usage: ./dev COMMAND", result.Output, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _tree.Dispose();
        _elsewhere.Dispose();
    }

    private Task<ProgramResult> Tercel(params string[] arguments)
    {
        (string, string)[] environment =
            [("PATH", $"{_tree["bin"]}:{Environment.GetEnvironmentVariable("PATH")}"), ("ROOT", _tree.Path)];
        return Program.RunAny("bash", _elsewhere.Path, environment, [_tree["tercel"], .. arguments]);
    }

    private int Builds() => File.ReadAllLines(_tree["calls"]).Length;
}
