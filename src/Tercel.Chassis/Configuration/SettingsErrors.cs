using Tercel.Primitives;

namespace Tercel.Chassis.Configuration;

/// <summary>The mistakes a source of settings can hold.</summary>
public static class SettingsErrors
{
    /// <summary>No setting has this key.</summary>
    public static readonly ErrorCode UnknownKey = new("settings", "unknown_key");

    /// <summary>The text is not a value of the setting's type, or out of its range.</summary>
    public static readonly ErrorCode InvalidValue = new("settings", "invalid_value");

    /// <summary>A flag that needs a value has none.</summary>
    public static readonly ErrorCode MissingValue = new("settings", "missing_value");

    /// <summary>A settings file, or the file of a secret, cannot be read.</summary>
    public static readonly ErrorCode UnreadableFile = new("settings", "unreadable_file");

    /// <summary>A settings file is not JSON of the expected shape.</summary>
    public static readonly ErrorCode MalformedFile = new("settings", "malformed_file");

    /// <summary>A secret stands on the command line, where other users of the machine can read it.</summary>
    public static readonly ErrorCode SecretOnCommandLine = new("settings", "secret_on_command_line");
}
