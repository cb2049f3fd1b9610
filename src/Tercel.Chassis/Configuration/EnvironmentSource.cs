using System.Collections;
using Tercel.Primitives;

namespace Tercel.Chassis.Configuration;

/// <summary>Reads settings from environment variables: <c>TERCEL__HTTP__PORT</c>, short aliases, and
/// <c>..._FILE</c>.</summary>
public static class EnvironmentSource
{
    private const string Prefix = "TERCEL__";
    private const string FileSuffix = "_FILE";
    private const int FileBytesMax = 64 * 1024;

    /// <summary>Reads the variables of this process.</summary>
    public static SettingsSource Read(SettingsSchema schema)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables())
            variables[(string)entry.Key] = (string?)entry.Value ?? "";
        return Read(schema, variables);
    }

    /// <summary>Reads the given variables.</summary>
    /// <remarks>
    /// A variable that begins with <c>TERCEL__</c> and names no setting is a mistake. Any setting may come from a
    /// file named by its variable plus <c>_FILE</c>, as container platforms hand out secrets; one line break at its
    /// end is dropped. The full name wins over the alias.
    /// </remarks>
    public static SettingsSource Read(SettingsSchema schema, IReadOnlyDictionary<string, string> variables)
    {
        var values = new List<SettingText>();
        var errors = new List<Error>();
        foreach (var setting in schema.All)
        {
            if (setting.Alias is { } alias) ReadVariable(setting, alias, variables, values, errors);
            ReadVariable(setting, setting.EnvironmentName, variables, values, errors);
        }

        ReadUnknown(schema, variables, values);
        return new SettingsSource(values, errors);
    }

    private static void ReadVariable(
        Setting setting,
        string name,
        IReadOnlyDictionary<string, string> variables,
        List<SettingText> values,
        List<Error> errors)
    {
        if (variables.TryGetValue(name, out var text)) values.Add(new SettingText(setting.Key, text, $"env {name}"));
        if (!variables.TryGetValue(name + FileSuffix, out var path)) return;
        var place = $"env {name}{FileSuffix}";
        try
        {
            if (new FileInfo(path).Length > FileBytesMax)
            {
                errors.Add(Unreadable(setting, $"{place}: '{path}' is larger than {ByteSize.Format(FileBytesMax)}"));
                return;
            }

            var content = File.ReadAllText(path);
            if (content.EndsWith('\n')) content = content[..^1];
            if (content.EndsWith('\r')) content = content[..^1];
            values.Add(new SettingText(setting.Key, content, place));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            errors.Add(Unreadable(setting, $"{place}: '{path}' cannot be read: {e.Message}"));
        }
    }

    private static Error Unreadable(Setting setting, string detail) =>
        new(SettingsErrors.UnreadableFile, detail) { Parameter = setting.Key };

    // Handing unknown names on as values gives them the same error and suggestion as in any other source.
    private static void ReadUnknown(
        SettingsSchema schema, IReadOnlyDictionary<string, string> variables, List<SettingText> values)
    {
        foreach (var (name, text) in variables.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
        {
            if (!name.StartsWith(Prefix, StringComparison.Ordinal)) continue;
            var key = KeyOf(name);
            var fileKey = name.EndsWith(FileSuffix, StringComparison.Ordinal) ? KeyOf(name[..^FileSuffix.Length]) : key;
            if (schema.TryFind(key, out _) || schema.TryFind(fileKey, out _)) continue;
            values.Add(new SettingText(key, text, $"env {name}"));
        }
    }

    private static string KeyOf(string name) =>
        name[Prefix.Length..].Replace("__", ".", StringComparison.Ordinal).ToLowerInvariant();
}
