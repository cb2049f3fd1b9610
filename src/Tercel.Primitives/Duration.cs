using System.Globalization;

namespace Tercel.Primitives;

/// <summary>Reads and writes lengths of time as people write them: <c>250ms</c>, <c>5s</c>, <c>1m30s</c>,
/// <c>2d</c>.</summary>
public static class Duration
{
    private static readonly (string Unit, long Ticks)[] Units =
    [
        ("d", TimeSpan.TicksPerDay), ("h", TimeSpan.TicksPerHour), ("m", TimeSpan.TicksPerMinute),
        ("s", TimeSpan.TicksPerSecond), ("ms", TimeSpan.TicksPerMillisecond), ("us", TimeSpan.TicksPerMicrosecond),
    ];

    /// <summary>Reads a length of time.</summary>
    /// <remarks>Shape: one or more whole numbers, each with a unit of <c>us ms s m h d</c>, larger units first; or
    /// <c>0</c>. Errors: false for anything else, signs and sums past <see cref="TimeSpan.MaxValue"/>
    /// included.</remarks>
    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan value)
    {
        value = TimeSpan.Zero;
        if (text is "0") return true;
        long total = 0;
        var lastUnitTicks = long.MaxValue;
        while (text.Length > 0)
        {
            if (!TryReadPart(ref text, out var number, out var unitTicks)) return false;
            if (unitTicks >= lastUnitTicks || number > (long.MaxValue - total) / unitTicks) return false;
            total += number * unitTicks;
            lastUnitTicks = unitTicks;
        }

        value = TimeSpan.FromTicks(total);
        return lastUnitTicks != long.MaxValue;
    }

    /// <summary>The shortest text that <see cref="TryParse"/> reads back, to the microsecond; negative values are
    /// not for it.</summary>
    public static string Format(TimeSpan value)
    {
        Invariant.Holds(value >= TimeSpan.Zero);
        var left = value.Ticks;
        var text = new System.Text.StringBuilder();
        foreach (var (unit, ticks) in Units)
        {
            if (left < ticks) continue;
            text.Append(CultureInfo.InvariantCulture, $"{left / ticks}{unit}");
            left %= ticks;
        }

        return text.Length == 0 ? "0s" : text.ToString();
    }

    private static bool TryReadPart(ref ReadOnlySpan<char> text, out long number, out long unitTicks)
    {
        unitTicks = 0;
        var digits = text.IndexOfAnyExceptInRange('0', '9');
        if (digits <= 0) return Fail(out number);
        if (!long.TryParse(text[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out number)) return false;
        text = text[digits..];
        var letters = text.IndexOfAnyInRange('0', '9');
        var unit = letters < 0 ? text : text[..letters];
        text = text[unit.Length..];
        foreach (var (name, ticks) in Units)
        {
            if (unit.SequenceEqual(name)) unitTicks = ticks;
        }

        return unitTicks != 0;
    }

    private static bool Fail(out long number)
    {
        number = 0;
        return false;
    }
}
