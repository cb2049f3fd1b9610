using System.Globalization;

namespace Tercel.Api.Query;

/// <summary>Time spans as queries write them: <c>250ms 30s 15m 2h 7d 1w</c>.</summary>
internal static class DurationText
{
    public const string Units = "ms, s, m, h, d or w";

    /// <summary>Reads a whole number with its unit.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan value)
    {
        value = default;
        var digits = 0;
        while (digits < text.Length && char.IsAsciiDigit(text[digits])) digits++;
        if (digits == 0 || !TryUnit(text[digits..], out var ticks)) return false;
        var number = text[..digits];
        if (!long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count)) return false;
        if (count > TimeSpan.MaxValue.Ticks / ticks) return false;
        value = new TimeSpan(count * ticks);
        return true;
    }

    private static bool TryUnit(ReadOnlySpan<char> unit, out long ticks)
    {
        ticks = unit switch
        {
            "ms" => TimeSpan.TicksPerMillisecond,
            "s" => TimeSpan.TicksPerSecond,
            "m" => TimeSpan.TicksPerMinute,
            "h" => TimeSpan.TicksPerHour,
            "d" => TimeSpan.TicksPerDay,
            "w" => 7 * TimeSpan.TicksPerDay,
            _ => 0,
        };
        return ticks > 0;
    }
}
