using Tercel.Chassis.Configuration;
using Tercel.Chassis.Web;
using Tercel.Tests.ChassisWeb;
using Tercel.Tests.Repository;
using Xunit;

namespace Tercel.Tests.Chassis;

public sealed class ReferenceDocTests
{
    public static TheoryData<string> Settings =>
        [.. ChassisSettings.All.Concat(HttpSettings.All).Select(static setting => setting.Key)];

    [Theory]
    [MemberData(nameof(Settings))]
    public void Each_setting_has_exactly_its_row_in_the_reference(string key)
    {
        var setting = ChassisSettings.All.Concat(HttpSettings.All).Single(candidate => candidate.Key == key);
        var text = RepositoryTree.Read("docs/reference/settings.md");
        Assert.Contains("\n" + SettingsText.MarkdownRows([setting]), text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_metric_of_the_host_stands_in_the_reference_with_its_meaning()
    {
        await using var server = await TestServer.Start(static _ => Task.CompletedTask);
        var text = RepositoryTree.Read("docs/reference/metrics.md");
        foreach (var (name, kind, help) in server.Core.Metrics.Describe())
        {
            var start = $"| `{name}` |";
            var row = text.Split('\n').SingleOrDefault(line => line.StartsWith(start, StringComparison.Ordinal));
            Assert.True(row is not null, $"{name} is missing in metrics.md");
            Assert.Contains($"| {kind.ToString().ToLowerInvariant()} |", row, StringComparison.Ordinal);
            Assert.Contains(help.TrimEnd('.'), row, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Each_chassis_metric_of_the_reference_exists()
    {
        await using var server = await TestServer.Start(static _ => Task.CompletedTask);
        var known = server.Core.Metrics.Describe().Select(static metric => metric.Name);
        var rows = ReferenceTable.Read("docs/reference/metrics.md").Where(static row => row.Heading == "Chassis");
        Assert.Empty(rows.Select(static row => row.Key).Except(known));
    }
}
