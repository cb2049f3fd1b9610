using System.Globalization;

namespace Tercel.Data.Sqlite;

// Rounds a point in time down to the start of its bucket. Buckets count from 1970-01-01T00:00:00Z, so that seven
// days start on a Thursday. Text comes back in the form it had (separator, Z or none), but without fraction, and in
// UTC when it had an offset: equal buckets must be equal texts. A date stays a date when the bucket is whole days.
internal static class TimeBucket
{
    public const int BytesMax = 24;

    private const long SecondsPerDay = 86_400;

    public static long Floor(long time, long seconds)
    {
        var rest = time % seconds;
        return rest < 0 ? time - rest - seconds : time - rest;
    }

    // False when the text is not a date or a date and time.
    public static bool TryFloor(ReadOnlySpan<byte> text, long seconds, Span<byte> into, out int written)
    {
        written = 0;
        if (!TryParse(text, out var time, out var separator, out var zone)) return false;
        var start = Floor(time, seconds);
        if (start < DateTimeOffset.MinValue.ToUnixTimeSeconds()) return false;
        var isDate = separator == 0;
        if (isDate && seconds % SecondsPerDay != 0) separator = 'T';
        var moment = DateTimeOffset.FromUnixTimeSeconds(start).UtcDateTime;
        var format = separator switch
        {
            '\0' => "yyyy-MM-dd",
            'T' => "yyyy-MM-ddTHH:mm:ss",
            _ => "yyyy-MM-dd HH:mm:ss",
        };
        if (!moment.TryFormat(into, out written, format, CultureInfo.InvariantCulture)) return false;
        if (zone) into[written++] = (byte)'Z';
        return true;
    }

    // yyyy-MM-dd, then nothing or (T or blank) HH:mm[:ss[.fff]], then nothing, Z or +HH:mm. Separator 0: a date only.
    private static bool TryParse(ReadOnlySpan<byte> text, out long time, out char separator, out bool zone)
    {
        (time, separator, zone) = (0, '\0', false);
        if (text.Length < 10 || text[4] != '-' || text[7] != '-') return false;
        if (!TryInt(text[..4], out var year) || !TryInt(text[5..7], out var month)) return false;
        if (!TryInt(text[8..10], out var day)) return false;
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)) return false;
        time = new DateTimeOffset(year, month, day, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();
        if (text.Length == 10) return true;

        if (text[10] is not ((byte)'T' or (byte)' ')) return false;
        separator = (char)text[10];
        var rest = text[11..];
        if (!TryClock(ref rest, out var seconds)) return false;
        time += seconds;
        if (rest.IsEmpty) return true;
        zone = true;
        if (rest.SequenceEqual("Z"u8)) return true;
        var sign = rest[0] == '+' ? 1 : rest[0] == '-' ? -1 : 0;
        rest = rest[1..];
        if (sign == 0 || !TryClock(ref rest, out var offset) || !rest.IsEmpty) return false;
        time -= sign * offset;
        return true;
    }

    // HH:mm[:ss[.fff]] as seconds, without the fraction.
    private static bool TryClock(ref ReadOnlySpan<byte> text, out int seconds)
    {
        seconds = 0;
        if (text.Length < 5 || text[2] != ':') return false;
        if (!TryInt(text[..2], out var hours) || !TryInt(text[3..5], out var minutes)) return false;
        if (hours > 23 || minutes > 59) return false;
        seconds = (hours * 3600) + (minutes * 60);
        text = text[5..];
        if (text.Length < 3 || text[0] != ':') return true;
        if (!TryInt(text[1..3], out var rest) || rest > 59) return false;
        seconds += rest;
        text = text[3..];
        if (text.IsEmpty || text[0] != '.') return true;
        var end = 1;
        while (end < text.Length && text[end] is >= (byte)'0' and <= (byte)'9') end++;
        text = text[end..];
        return end > 1;
    }

    private static bool TryInt(ReadOnlySpan<byte> digits, out int value)
    {
        value = 0;
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9') return false;
            value = (value * 10) + digit - '0';
        }

        return true;
    }
}
