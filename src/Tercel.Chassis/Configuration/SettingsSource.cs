using Tercel.Primitives;

namespace Tercel.Chassis.Configuration;

/// <summary>The text of one setting, and where it stands, such as <c>tercel.yaml:6:11</c> or <c>env PORT</c>.</summary>
public readonly record struct SettingText(string Key, string Text, string Place);

/// <summary>One place that settings come from: a file, the environment, the command line.</summary>
/// <remarks>Lifetime: immutable; everything has been read when it exists.</remarks>
public sealed class SettingsSource
{
    /// <summary>A source of values that were read already, and the mistakes met on the way.</summary>
    public SettingsSource(IReadOnlyList<SettingText> values, IReadOnlyList<Error>? errors = null)
    {
        Values = values;
        Errors = errors ?? [];
    }

    /// <summary>The values, in the order of the source; a later one replaces an earlier one of the same key.</summary>
    public IReadOnlyList<SettingText> Values { get; }

    /// <summary>What could not be read.</summary>
    public IReadOnlyList<Error> Errors { get; }
}
