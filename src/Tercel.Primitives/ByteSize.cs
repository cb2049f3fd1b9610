using System.Globalization;

namespace Tercel.Primitives;

/// <summary>Reads and writes sizes in bytes as people write them: <c>512</c>, <c>64KiB</c>, <c>1MiB</c>,
/// <c>10MB</c>.</summary>
public static class ByteSize
{
    private static readonly (string Unit, long Bytes)[] Units =
    [
        ("TiB", 1L << 40), ("TB", 1_000_000_000_000), ("GiB", 1L << 30), ("GB", 1_000_000_000),
        ("MiB", 1L << 20), ("MB", 1_000_000), ("KiB", 1L << 10), ("KB", 1_000), ("B", 1),
    ];

    /// <summary>Reads a size.</summary>
    /// <remarks>Shape: a whole number, then one of <c>B KB KiB MB MiB GB GiB TB TiB</c> in any case, or nothing for
    /// bytes; one space may stand between. Errors: false for anything else and for sizes past
    /// <see cref="long.MaxValue"/>.</remarks>
    public static bool TryParse(ReadOnlySpan<char> text, out long bytes)
    {
        bytes = 0;
        var digits = text.IndexOfAnyExceptInRange('0', '9');
        if (digits < 0) digits = text.Length;
        if (!TryReadNumber(text[..digits], out var number)) return false;
        var unit = text[digits..];
        if (unit.Length > 1 && unit[0] == ' ') unit = unit[1..];
        if (unit.Length == 0)
        {
            bytes = number;
            return true;
        }

        foreach (var (name, size) in Units)
        {
            if (!unit.Equals(name, StringComparison.OrdinalIgnoreCase)) continue;
            if (number > long.MaxValue / size) return false;
            bytes = number * size;
            return true;
        }

        return false;
    }

    /// <summary>The text with the largest unit that divides the size, such as <c>64KiB</c>.</summary>
    public static string Format(long bytes)
    {
        Invariant.Holds(bytes >= 0);
        foreach (var (name, size) in Units)
        {
            if (bytes >= size && bytes % size == 0)
                return string.Create(CultureInfo.InvariantCulture, $"{bytes / size}{name}");
        }

        return "0B";
    }

    private static bool TryReadNumber(ReadOnlySpan<char> text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
