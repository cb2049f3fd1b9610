using System.Text.RegularExpressions;
using Tercel.Chassis.Configuration;
using Xunit;

namespace Tercel.Tests.Repository;

/// <summary>Settings in the code and in <c>docs/reference/settings.md</c> are the same set.</summary>
public sealed class SettingDocTests
{
    private static IReadOnlyList<string> Keys =>
        [.. ProductAssemblies.StaticValues<Setting>().Select(setting => setting.Key).Order(StringComparer.Ordinal)];

    private static IReadOnlyList<string> Documented =>
    [
        .. ReferenceTable.Read("docs/reference/settings.md")
            .Where(row => row.FirstColumn is "key" or "setting").Select(row => row.Key).Order(StringComparer.Ordinal),
    ];

    [Fact]
    public void Settings_are_found() => Assert.Contains("http.port", Keys);

    [Fact]
    public void Every_setting_has_exactly_its_row()
    {
        var text = RepositoryTree.Read("docs/reference/settings.md");
        Findings.None(ProductAssemblies.StaticValues<Setting>()
            .Select(setting => SettingsText.MarkdownRows([setting]).Trim())
            .Where(row => !text.Contains($"\n{row}\n", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_documented_setting_exists() => Findings.None(Documented.Except(Keys));

    // A message that sends its reader to a setting which is not there is worse than none.
    [Fact]
    public void A_limit_that_a_message_or_a_document_names_is_a_setting()
    {
        var keys = Keys.ToHashSet();
        var sections = string.Join('|', keys.Select(key => key.Split('.')[0]).Distinct());
        var named = new Regex($@"\b(?:{sections})\.(?:max_[a-z_]+|[a-z]+(?:_[a-z]+)*_(?:max|min))\b");
        Findings.None(
            from file in RepositoryTree.Files("src", "*.cs").Concat(RepositoryTree.Files("docs", "*.md"))
            from Match match in named.Matches(RepositoryTree.Read(file))
            where !keys.Contains(match.Value)
            select $"{file}: {match.Value}");
    }

    [Fact]
    public void A_setting_is_declared_and_documented_once()
    {
        Assert.Equal(Keys.Distinct(), Keys);
        Assert.Equal(Documented.Distinct(), Documented);
    }
}
