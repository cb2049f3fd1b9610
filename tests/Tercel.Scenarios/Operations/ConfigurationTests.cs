using Tercel.Scenarios.Harness;
using Xunit;

namespace Tercel.Scenarios.Operations;

/// <summary>Settings: where they come from, and how a wrong one stops the start.</summary>
public sealed class ConfigurationTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public ConfigurationTests() => _folder.Write("tercel.yaml", CommandLineTests.Small);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Config_check_is_content_and_touches_nothing()
    {
        var result = await Tercel([], "--config-check");

        Assert.Equal(0, result.ExitCode);
        Assert.False(File.Exists(_folder["small.db"]));
    }

    [Fact]
    public async Task Config_explain_tells_where_each_value_comes_from_and_hides_secrets()
    {
        _folder.Write("tercel.yaml", CommandLineTests.Small + "\nlimits: { page.default: 7, page.max: 70 }\n");

        var result = await Tercel(
            [("TERCEL__API__CURSOR_SECRET", "hush-hush"), ("TERCEL__PAGE__MAX", "80"), ("PORT", "8123")],
            "--config-explain", "--set", "query.sort_max=3");

        Assert.Equal(0, result.ExitCode);
        Assert.Matches(@"page\.default +7 +.*tercel\.yaml", result.Output);
        Assert.Matches(@"page\.max +80 +env TERCEL__PAGE__MAX", result.Output);
        Assert.Matches(@"http\.port +8123 +env PORT", result.Output);
        Assert.Matches(@"query\.sort_max +3 +--set", result.Output);
        Assert.Matches(@"log\.level +info +default", result.Output);
        Assert.DoesNotContain("hush-hush", result.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_wrong_settings_are_told_at_once_with_what_was_probably_meant()
    {
        var result = await Tercel(
            [("TERCEL__PAGE__MX", "4")], "--set", "http.prot=1", "--set", "query.time_max=soon", "--listen",
                "localhost:99999");

        Assert.Equal(78, result.ExitCode);
        foreach (var expected in new[]
            {
                "did you mean 'page.max'?", "did you mean 'http.port'?", "query.time_max must be a duration", "99999",
            })
            Assert.Contains(expected, result.ErrorOutput, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_setting_in_the_model_is_told_with_its_line()
    {
        _folder.Write("tercel.yaml", CommandLineTests.Small + "\nlimits: { page.mx: 7 }\n");

        var result = await Tercel([]);

        Assert.Equal(78, result.ExitCode);
        Assert.Contains("tercel.yaml:9", result.ErrorOutput, StringComparison.Ordinal);
        Assert.Contains("page.max", result.ErrorOutput, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_may_not_stand_on_the_command_line()
    {
        var result = await Tercel([], "--set", "api.cursor_secret=hush-hush");

        Assert.Equal(78, result.ExitCode);
        Assert.Contains("api.cursor_secret", result.ErrorOutput, StringComparison.Ordinal);
        Assert.DoesNotContain("hush-hush", result.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_can_come_from_a_file()
    {
        _folder.Write("secret", "hush-hush\n");

        var result = await Tercel([("TERCEL__API__CURSOR_SECRET_FILE", _folder["secret"])], "--config-explain");

        Assert.Equal(0, result.ExitCode);
        Assert.Matches(@"api\.cursor_secret +\(secret\)", result.Output);
    }

    [Fact]
    public async Task Production_turns_off_what_only_developers_want()
    {
        var development = await Tercel([], "--config-explain");
        var production = await Tercel([], "--config-explain", "--production");
        var byVariable = await Tercel([("TERCEL_ENV", "production")], "--config-explain");

        Assert.Matches(@"api\.explain +true", development.Output);
        Assert.Matches(@"http\.bind +localhost", development.Output);
        Assert.Matches(@"shutdown\.ready_delay +0s", development.Output);
        foreach (var result in new[] { production, byVariable })
        {
            Assert.Matches(@"api\.explain +false", result.Output);
            Assert.Matches(@"http\.bind +\*", result.Output);
            Assert.Matches(@"shutdown\.ready_delay +5s", result.Output);
        }
    }

    private Task<ProgramResult> Tercel((string, string)[] environment, params string[] arguments) => Program.RunAny(
        "dotnet", _folder.Path, environment, [RepositoryPaths.TercelDll, "api", ".", .. arguments]);
}
