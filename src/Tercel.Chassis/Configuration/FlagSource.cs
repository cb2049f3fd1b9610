using Tercel.Primitives;

namespace Tercel.Chassis.Configuration;

/// <summary>Reads settings from a command line: <c>--port 8080</c>, <c>--port=8080</c>, <c>--set
/// http.port=8080</c>.</summary>
public static class FlagSource
{
    private const string SetFlag = "--set";

    /// <summary>Takes the flags of settings out of <paramref name="args"/> and leaves the others in
    /// <paramref name="rest"/>, in their order.</summary>
    /// <remarks>A flag of a boolean setting may stand alone and then means true; <c>--</c> ends the flags.</remarks>
    public static SettingsSource Read(SettingsSchema schema, IReadOnlyList<string> args, out IReadOnlyList<string> rest)
    {
        var values = new List<SettingText>();
        var errors = new List<Error>();
        var others = new List<string>();
        var index = 0;
        for (; index < args.Count && args[index] != "--"; index++)
        {
            var (flag, inline) = Split(args[index]);
            var setting = schema.All.FirstOrDefault(candidate => candidate.Flag == flag);
            if (flag != SetFlag && setting is null)
            {
                others.Add(args[index]);
                continue;
            }

            var next = index + 1 < args.Count ? args[index + 1] : null;
            var takesNext = inline is null && next is not null && !next.StartsWith("--", StringComparison.Ordinal)
                && !(setting is Setting<bool> && next is not ("true" or "false"));
            if (takesNext) index++;
            Add(schema, setting, flag, inline ?? (takesNext ? next : null), values, errors);
        }

        for (; index < args.Count; index++) others.Add(args[index]);
        rest = others;
        return new SettingsSource(values, errors);
    }

    private static (string Flag, string? Value) Split(string arg)
    {
        var equals = arg.StartsWith("--", StringComparison.Ordinal) ? arg.IndexOf('=', StringComparison.Ordinal) : -1;
        return equals < 0 ? (arg, null) : (arg[..equals], arg[(equals + 1)..]);
    }

    private static void Add(
        SettingsSchema schema,
        Setting? setting,
        string flag,
        string? value,
        List<SettingText> values,
        List<Error> errors)
    {
        if (setting is Setting<bool>) value ??= "true";
        var key = setting?.Key;
        var place = flag;
        if (setting is null && value is not null)
        {
            var equals = value.IndexOf('=', StringComparison.Ordinal);
            key = equals < 0 ? value : value[..equals];
            value = equals < 0 ? null : value[(equals + 1)..];
            place = $"{SetFlag} {key}";
            schema.TryFind(key, out setting);
        }

        if (key is null || value is null)
        {
            var shape = flag == SetFlag ? $"{SetFlag} key=value" : $"{flag} VALUE";
            errors.Add(new Error(SettingsErrors.MissingValue, $"{place}: a value is missing; write {shape}")
            {
                Parameter = key,
            });
        }
        else if (setting is { IsSecret: true, Flag: null })
        {
            errors.Add(new Error(
                SettingsErrors.SecretOnCommandLine,
                $"{place}: {key} is a secret; set {setting.EnvironmentName} or {setting.EnvironmentName}_FILE instead")
            {
                Parameter = key,
            });
        }
        else
        {
            values.Add(new SettingText(key, value, place));
        }
    }
}
