using System.Text;

namespace Tercel.Chassis.Configuration;

/// <summary>Settings as text for people: what is in force, and the table of the reference.</summary>
public static class SettingsText
{
    /// <summary>One line per setting: key, value and where it comes from, secrets hidden
    /// (<c>--config-explain</c>).</summary>
    public static string Explain(Settings settings)
    {
        var all = settings.Schema.All;
        var keyWidth = all.Max(static setting => setting.Key.Length);
        var valueWidth = all.Max(setting => settings.TextOf(setting).Length);
        var text = new StringBuilder();
        foreach (var setting in all)
        {
            var line = $"{setting.Key.PadRight(keyWidth)}  {settings.TextOf(setting).PadRight(valueWidth)}";
            text.Append(line).Append("  ").Append(settings.PlaceOf(setting)).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>The rows of <c>docs/reference/settings.md</c>, one per setting.</summary>
    public static string MarkdownRows(IEnumerable<Setting> settings)
    {
        var text = new StringBuilder();
        foreach (var setting in settings)
        {
            var names = new List<string> { $"`{setting.EnvironmentName}`" };
            if (setting.Alias is { } alias) names.Add($"`{alias}`");
            if (setting.Flag is { } flag) names.Add($"`{flag}`");
            var value = setting.DefaultText.Length == 0 ? "none" : $"`{setting.DefaultText}`";
            text.Append($"| `{setting.Key}` | {value} | {setting.TypeName} ")
                .Append($"| {string.Join(", ", names)} | {setting.Description} |\n");
        }

        return text.ToString();
    }
}
