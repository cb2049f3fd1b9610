using Tercel.Primitives;

namespace Tercel.Chassis.Configuration;

/// <summary>The values in force, each with the place it came from.</summary>
/// <remarks>Lifetime: immutable. Thread: any. Cost: a dictionary look-up per read; hot paths read once at
/// start.</remarks>
public sealed class Settings
{
    private readonly Dictionary<string, (object Value, string Text, string Place)> _values;

    private Settings(SettingsSchema schema, Dictionary<string, (object, string, string)> values)
    {
        Schema = schema;
        _values = values;
    }

    /// <summary>The place of a value that no source gives.</summary>
    public const string DefaultPlace = "default";

    /// <summary>The settings that exist.</summary>
    public SettingsSchema Schema { get; }

    /// <summary>Reads the sources, lowest priority first; every mistake of every source is reported.</summary>
    /// <remarks>A wrong value is a mistake even when a stronger source replaces it.
    /// Errors: the codes of <see cref="SettingsErrors"/>.</remarks>
    public static Result<Settings> Load(SettingsSchema schema, params IEnumerable<SettingsSource> sources)
    {
        var values = new Dictionary<string, (object, string, string)>(StringComparer.Ordinal);
        var errors = new List<Error>();
        foreach (var source in sources)
        {
            errors.AddRange(source.Errors);
            foreach (var text in source.Values) Read(schema, text, values, errors);
        }

        return errors.Count > 0 ? errors : new Settings(schema, values);
    }

    /// <summary>Settings that all have their defaults, except those given; for tests and tools.</summary>
    public static Settings Of(SettingsSchema schema, params IEnumerable<(string Key, string Text)> values)
    {
        var texts = values.Select(static value => new SettingText(value.Key, value.Text, "code")).ToList();
        return Load(schema, new SettingsSource(texts)).TryGet(out var settings, out var errors)
            ? settings
            : throw new ArgumentException(errors[0].Detail, nameof(values));
    }

    /// <summary>The value of a setting.</summary>
    public T Get<T>(Setting<T> setting) where T : notnull =>
        _values.TryGetValue(setting.Key, out var entry) ? (T)entry.Value : setting.Default;

    /// <summary>Where the value of a setting stands; <see cref="DefaultPlace"/> when nothing gives it.</summary>
    public string PlaceOf(Setting setting) =>
        _values.TryGetValue(setting.Key, out var entry) ? entry.Place : DefaultPlace;

    /// <summary>The value of a setting as it was written, or <c>(secret)</c>.</summary>
    public string TextOf(Setting setting)
    {
        if (!_values.TryGetValue(setting.Key, out var entry)) return setting.DefaultText;
        return setting.IsSecret ? "(secret)" : entry.Text;
    }

    private static void Read(
        SettingsSchema schema,
        SettingText text,
        Dictionary<string, (object, string, string)> values,
        List<Error> errors)
    {
        if (!schema.TryFind(text.Key, out var setting))
        {
            var near = schema.Suggest(text.Key);
            var hint = near is null ? "" : $"; did you mean '{near}'?";
            errors.Add(new Error(SettingsErrors.UnknownKey, $"{text.Place}: no setting '{text.Key}'{hint}")
            {
                Parameter = text.Key,
                Suggestion = near,
            });
        }
        else if (setting.TryParse(text.Text, out var value))
        {
            values[setting.Key] = (value, text.Text, text.Place);
        }
        else
        {
            errors.Add(Invalid(setting, text));
        }
    }

    private static Error Invalid(Setting setting, SettingText text)
    {
        var shown = setting.IsSecret ? "the value" : $"'{text.Text}'";
        return new Error(
            SettingsErrors.InvalidValue,
            $"{text.Place}: {setting.Key} must be {setting.TypeName}, and {shown} is not")
        {
            Parameter = setting.Key,
            Suggestion = setting.IsSecret ? null : Suggestion.For(text.Text, setting.Choices),
        };
    }
}
