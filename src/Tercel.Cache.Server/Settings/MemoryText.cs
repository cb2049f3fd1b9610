using System.Globalization;

namespace Tercel.Cache.Server.Settings;

/// <summary>Sizes as Redis' settings write them: <c>100mb</c>, <c>2gb</c>, <c>1k</c>, <c>4096</c>.</summary>
/// <remarks>Source: redis.conf: <c>k m g</c> are powers of 1000, <c>kb mb gb</c> of 1024; <c>KiB MiB GiB</c> as
/// elsewhere in Tercel.</remarks>
internal static class MemoryText
{
    private static readonly (string Unit, long Bytes)[] Units =
    [
        ("", 1), ("b", 1), ("k", 1000), ("kb", 1L << 10), ("kib", 1L << 10), ("m", 1_000_000), ("mb", 1L << 20),
        ("mib", 1L << 20), ("g", 1_000_000_000), ("gb", 1L << 30), ("gib", 1L << 30), ("tib", 1L << 40),
    ];

    public static bool TryParse(ReadOnlySpan<char> text, out long bytes)
    {
        bytes = 0;
        var digits = text.IndexOfAnyExceptInRange('0', '9');
        if (digits < 0) digits = text.Length;
        if (!long.TryParse(text[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return false;
        foreach (var (unit, size) in Units)
        {
            if (!text[digits..].Equals(unit, StringComparison.OrdinalIgnoreCase)) continue;
            if (number > long.MaxValue / size) return false;
            bytes = number * size;
            return true;
        }

        return false;
    }

    /// <summary>The text with the largest unit that divides it: <c>64mb</c>.</summary>
    public static string Format(long bytes)
    {
        foreach (var (unit, size) in new[] { ("gb", 1L << 30), ("mb", 1L << 20), ("kb", 1L << 10) })
            if (bytes >= size && bytes % size == 0)
                return (bytes / size).ToString(CultureInfo.InvariantCulture) + unit;
        return bytes.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>As INFO shows sizes to people: <c>1.50M</c>.</summary>
    public static string Human(long bytes)
    {
        double size = bytes;
        foreach (var unit in (ReadOnlySpan<string>)["B", "K", "M", "G", "T"])
        {
            if (size < 1024 || unit == "T")
            {
                return unit == "B"
                    ? string.Create(CultureInfo.InvariantCulture, $"{bytes}B")
                    : string.Create(CultureInfo.InvariantCulture, $"{size:F2}{unit}");
            }


            size /= 1024;
        }

        throw new System.Diagnostics.UnreachableException();
    }
}
