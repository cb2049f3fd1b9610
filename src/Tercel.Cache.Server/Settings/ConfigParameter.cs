using System.Globalization;
using System.Text;

namespace Tercel.Cache.Server.Settings;

/// <summary>A setting as CONFIG GET and CONFIG SET see it.</summary>
internal sealed class ConfigParameter
{
    private readonly Func<string> _read;
    private readonly Func<string, string?>? _write;
    private string? _startValue;

    private ConfigParameter(string name, Func<string> read, Func<string, string?>? write)
    {
        Name = name;
        _read = read;
        _write = write;
    }

    /// <summary>Redis' name.</summary>
    public string Name { get; }

    /// <summary>Whether it can be changed while the server runs.</summary>
    public bool IsMutable => _write is not null;

    public string Value => _read();

    /// <summary>Whether CONFIG SET has changed it since start.</summary>
    public bool IsChanged => _startValue is not null && _startValue != Value;

    /// <summary>Changes it; the answer is null, or why not, in Redis' words. Nothing is changed when it is
    /// refused.</summary>
    public string? Set(string text)
    {
        _startValue ??= Value;
        return _write is null ? "can't set immutable config" : _write(text);
    }

    public static ConfigParameter Fixed(string name, string value) => new(name, () => value, null);

    public static ConfigParameter Custom(string name, Func<string> read, Func<string, string?> write) =>
        new(name, read, write);

    public static ConfigParameter Bool(string name, Func<bool> read, Action<bool> write) => new(
        name,
        () => read() ? "yes" : "no",
        text =>
        {
            if (text.Equals("yes", StringComparison.OrdinalIgnoreCase)) write(true);
            else if (text.Equals("no", StringComparison.OrdinalIgnoreCase)) write(false);
            else return "argument must be 'yes' or 'no'";
            return null;
        });

    public static ConfigParameter Integer(
        string name, (long Min, long Max) range, Func<long> read, Action<long> write) => new(
        name,
        () => Text(read()),
        text => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? Change(range, value, write)
            : "argument couldn't be parsed into an integer");

    /// <summary>A size, read as <c>64mb</c> and told in bytes.</summary>
    public static ConfigParameter Memory(
        string name, (long Min, long Max) range, Func<long> read, Action<long> write) => new(
        name,
        () => Text(read()),
        text => MemoryText.TryParse(text, out var value)
            ? Change(range, value, write)
            : "argument must be a memory value");

    public static ConfigParameter Words(
        string name, IReadOnlyList<string> words, Func<string> read, Action<string> write) => new(
        name,
        read,
        text =>
        {
            var word = words.FirstOrDefault(word => word.Equals(text, StringComparison.OrdinalIgnoreCase));
            if (word is null) return $"argument(s) must be one of the following: {string.Join(", ", words)}";
            write(word);
            return null;
        });

    /// <summary>Kept and told again, without effect.</summary>
    public static ConfigParameter Kept(string name, string value)
    {
        const int CharsMax = 4096;
        return new ConfigParameter(name, () => value, text =>
        {
            if (Encoding.UTF8.GetByteCount(text) > CharsMax) return "argument is too long";
            value = text;
            return null;
        });
    }

    private static string? Change((long Min, long Max) range, long value, Action<long> write)
    {
        if (value < range.Min || value > range.Max)
            return $"argument must be between {Text(range.Min)} and {Text(range.Max)} inclusive";
        write(value);
        return null;
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
