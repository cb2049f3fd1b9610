using Xunit;

namespace Tercel.Scenarios.Harness;

/// <summary>Programs that not every machine has. A test that needs a missing one skips and says so.</summary>
internal static class Installed
{
    private static readonly string[] ChromiumNames =
        ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

    /// <summary>Skips the test when the program is missing.</summary>
    public static string Require(string program) =>
        Find(program) ?? Skip($"{program} is not installed; run ./dev test");

    /// <summary>Path of a program of tests/tools; skips when they are not installed.</summary>
    public static string RequireNode(string program)
    {
        Require("node");
        var path = Path.Combine(RepositoryPaths.NodePrograms, program);
        return File.Exists(path) ? path : Skip($"{program} is not installed; run ./dev test, which runs npm ci");
    }

    /// <summary>Path of a Chromium; skips when there is none.</summary>
    public static string RequireChromium() =>
        ChromiumNames.Select(Find).FirstOrDefault(path => path is not null)
        ?? Skip("chromium is not installed; run ./dev test");

    private static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);

    private static string Skip(string reason)
    {
        Assert.Skip(reason);
        return "";
    }
}
