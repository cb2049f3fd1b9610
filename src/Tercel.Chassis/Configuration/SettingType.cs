using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Tercel.Primitives;

namespace Tercel.Chassis.Configuration;

/// <summary>Reads a value from its text; false when the text is not one.</summary>
public delegate bool SettingParser<T>(string text, [MaybeNullWhen(false)] out T value);

/// <summary>How the text of a setting becomes a value, and which values are allowed.</summary>
/// <remarks>Lifetime: immutable. Thread: any.</remarks>
public sealed class SettingType<T>
{
    internal SettingType(string name, SettingParser<T> tryParse, Func<T, string> format)
    {
        Name = name;
        TryParse = tryParse;
        Format = format;
    }

    /// <summary>What a value must be, in words, such as <c>an integer from 1 to 65535</c>.</summary>
    public string Name { get; }

    /// <summary>The allowed words of a choice; empty for other types.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    internal SettingParser<T> TryParse { get; }

    internal Func<T, string> Format { get; }
}

/// <summary>The types that settings may have.</summary>
public static class SettingType
{
    private const int TextCharsMax = 4096;
    private const int ListItemsMax = 100;

    /// <summary><c>true</c> or <c>false</c>; <c>on/off</c>, <c>yes/no</c> and <c>1/0</c> are read too.</summary>
    public static SettingType<bool> Bool { get; } =
        new("true or false", TryParseBool, static value => value ? "true" : "false");

    /// <summary>Items between commas; blanks around an item are dropped.</summary>
    public static SettingType<IReadOnlyList<string>> List { get; } = new(
        $"at most {ListItemsMax} items between commas", TryParseList, static items => string.Join(',', items));

    /// <summary>A whole number between two bounds, both allowed.</summary>
    public static SettingType<int> Int(int min, int max) => new(
        $"an integer from {Number(min)} to {Number(max)}",
        (string text, out int value) =>
            int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value)
            && value >= min && value <= max,
        static value => value.ToString(CultureInfo.InvariantCulture));

    /// <summary>A text of limited length.</summary>
    public static SettingType<string> Text(int charsMax = TextCharsMax) => new(
        $"a text of at most {Number(charsMax)} characters",
        (string text, [MaybeNullWhen(false)] out string value) =>
        {
            value = text;
            return text.Length <= charsMax;
        },
        static value => value);

    /// <summary>A length of time between two bounds, both allowed.</summary>
    public static SettingType<TimeSpan> Duration(TimeSpan min, TimeSpan max) => new(
        $"a duration from {Primitives.Duration.Format(min)} to {Primitives.Duration.Format(max)}",
        (string text, out TimeSpan value) =>
            Primitives.Duration.TryParse(text, out value) && value >= min && value <= max,
        Primitives.Duration.Format);

    /// <summary>A size in bytes between two bounds, both allowed.</summary>
    public static SettingType<long> Bytes(long min, long max) => new(
        $"a size from {ByteSize.Format(min)} to {ByteSize.Format(max)}",
        (string text, out long value) => ByteSize.TryParse(text, out value) && value >= min && value <= max,
        ByteSize.Format);

    /// <summary>A type of a caller's own: what a value must be, in words, and how it is read and written.</summary>
    public static SettingType<T> Custom<T>(string name, SettingParser<T> tryParse, Func<T, string> format) =>
        new(name, tryParse, format);

    /// <summary>One of the words of an enum, in lower case.</summary>
    public static SettingType<T> Choice<T>() where T : struct, Enum
    {
        var words = Array.ConvertAll(Enum.GetNames<T>(), static name => name.ToLowerInvariant());
        var values = Enum.GetValues<T>();
        return new SettingType<T>(
            $"one of {string.Join(", ", words)}",
            (string text, out T value) =>
            {
                var index = Array.IndexOf(words, text);
                value = index < 0 ? default : values[index];
                return index >= 0;
            },
            value => words[Array.IndexOf(values, value)]) { Choices = words };
    }

    private static bool TryParseBool(string text, out bool value)
    {
        value = text is "true" or "on" or "yes" or "1";
        return value || text is "false" or "off" or "no" or "0";
    }

    private static bool TryParseList(string text, [MaybeNullWhen(false)] out IReadOnlyList<string> items)
    {
        var parts = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        items = parts;
        return parts.Length <= ListItemsMax;
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
