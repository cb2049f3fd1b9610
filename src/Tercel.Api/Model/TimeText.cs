using System.Globalization;
using System.Text;
using Tercel.Api.Query;
using Tercel.Data;
using Tercel.Primitives;

namespace Tercel.Api.Model;

/// <summary>Points in time, dates and spans as requests and model files write them, and as the database keeps
/// them.</summary>
internal static class TimeText
{
    /// <summary>Far beyond every date there is; sums of two stay in range.</summary>
    public static readonly TimeSpan SpanMax = TimeSpan.FromDays(3_652_059);

    private static readonly string[] LocalForms =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", "yyyy-MM-dd' 'HH:mm:ss.FFFFFFF", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd' 'HH:mm",
        "yyyy-MM-dd",
    ];

    private static readonly string[] TimeForms = ["HH:mm:ss.FFFFFFF", "HH:mm"];

    /// <summary>Reads RFC 3339, a date alone (midnight), or a time from now: <c>now</c>, <c>now-7d</c>. No zone
    /// means UTC.</summary>
    /// <remarks>A space stands for the plus sign of a zone too, since forms and URLs decode <c>+</c> to a
    /// space.</remarks>
    public static bool TryReadDateTime(ReadOnlySpan<char> text, DateTimeOffset now, out DateTimeOffset value)
    {
        text = text.Trim();
        if (TryReadRelative(text, out var plus)) return TryAdd(now, plus, out value);
        var zone = TimeSpan.Zero;
        if (text is [.., 'Z' or 'z'])
        {
            text = text[..^1];
        }
        else if (text.Length > 16 && text[^3] == ':' && text[^6] is '+' or '-' or ' ')
        {
            if (!TryReadZone(text[^6], text[^5..], out zone)) return Failed(out value);
            text = text[..^6];
        }

        const DateTimeStyles Strict = DateTimeStyles.None;
        if (!DateTime.TryParseExact(text, LocalForms, CultureInfo.InvariantCulture, Strict, out var local))
            return Failed(out value);
        var ticks = local.Ticks - zone.Ticks;
        if (ticks < DateTime.MinValue.Ticks || ticks > DateTime.MaxValue.Ticks) return Failed(out value);
        value = new DateTimeOffset(ticks, TimeSpan.Zero);
        return true;
    }

    /// <summary>Reads <c>2026-01-31</c>, or the date of <c>now</c>, <c>now-7d</c>.</summary>
    public static bool TryReadDate(ReadOnlySpan<char> text, DateTimeOffset now, out DateOnly value)
    {
        text = text.Trim();
        if (TryReadRelative(text, out var plus) && TryAdd(now, plus, out var moment))
        {
            value = DateOnly.FromDateTime(moment.UtcDateTime);
            return true;
        }

        return DateOnly.TryParseExact(
            text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out value);
    }

    /// <summary>Reads <c>23:59:59</c> or <c>23:59</c>.</summary>
    public static bool TryReadTime(ReadOnlySpan<char> text, out TimeOnly value) => TimeOnly.TryParseExact(
        text.Trim(), TimeForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out value);

    /// <summary>True for <c>now</c> with any number of spans added or taken: <c>now-1d+2h</c>.</summary>
    public static bool TryReadRelative(ReadOnlySpan<char> text, out TimeSpan plus)
    {
        plus = TimeSpan.Zero;
        if (!text.StartsWith("now")) return false;
        var rest = text[3..].Trim();
        while (rest.Length > 0)
        {
            // A leading space is a plus sign that URL decoding ate; Trim removed it.
            var negative = rest[0] == '-';
            if (rest[0] is '-' or '+') rest = rest[1..].TrimStart();
            var end = rest.IndexOfAny('-', '+', ' ');
            var term = end < 0 ? rest : rest[..end];
            if (!DurationText.TryParse(term, out var span)) return false;
            if (span > SpanMax || plus > SpanMax || plus < -SpanMax) return false;
            plus += negative ? -span : span;
            rest = end < 0 ? [] : rest[end..].TrimStart();
        }

        return true;
    }

    /// <summary>The storage form of a point in time.</summary>
    public static SqlValue Store(DateTimeOffset value, DateTimeFormat format)
    {
        switch (format)
        {
            case DateTimeFormat.Unix: return SqlValue.Of(value.ToUnixTimeSeconds());
            case DateTimeFormat.UnixMs: return SqlValue.Of(value.ToUnixTimeMilliseconds());
            default:
                var form = format == DateTimeFormat.Iso ? "yyyy-MM-dd'T'HH:mm:ss.fff'Z'"
                    : value.Millisecond == 0 ? "yyyy-MM-dd HH:mm:ss" : "yyyy-MM-dd HH:mm:ss.fff";
                var bytes = new byte[24];
                var fits = value.UtcDateTime.TryFormat(bytes, out var count, form, CultureInfo.InvariantCulture);
                Invariant.Holds(fits);
                return SqlValue.OfUtf8(bytes.AsMemory(0, count));
        }
    }

    /// <summary>The storage form of a date.</summary>
    public static SqlValue Store(DateOnly value) =>
        SqlValue.OfUtf8(Encoding.UTF8.GetBytes(value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)));

    /// <summary>The storage form of a time of day.</summary>
    public static SqlValue Store(TimeOnly value) =>
        SqlValue.OfUtf8(Encoding.UTF8.GetBytes(value.ToString("HH:mm:ss", CultureInfo.InvariantCulture)));

    /// <summary>The time of the request plus a span, in the storage form of a DateTime or Date type.</summary>
    public static SqlValue StoreNow(DateTimeOffset now, TimeSpan plus, FieldType type)
    {
        if (!TryAdd(now, plus, out var moment))
            moment = plus < TimeSpan.Zero ? DateTimeOffset.MinValue : DateTimeOffset.MaxValue;
        var isDate = type.Kind == FieldKind.Date;
        return isDate ? Store(DateOnly.FromDateTime(moment.UtcDateTime)) : Store(moment, type.Format);
    }

    private static bool TryReadZone(char sign, ReadOnlySpan<char> text, out TimeSpan zone)
    {
        var ok = int.TryParse(text[..2], NumberStyles.None, CultureInfo.InvariantCulture, out var hours)
            & int.TryParse(text[3..], NumberStyles.None, CultureInfo.InvariantCulture, out var minutes);
        zone = new TimeSpan(hours, minutes, 0);
        if (sign == '-') zone = -zone;
        return ok && hours < 24 && minutes < 60;
    }

    private static bool TryAdd(DateTimeOffset now, TimeSpan plus, out DateTimeOffset value)
    {
        var ticks = now.UtcTicks + plus.Ticks;
        if (ticks < DateTime.MinValue.Ticks || ticks > DateTime.MaxValue.Ticks) return Failed(out value);
        value = new DateTimeOffset(ticks, TimeSpan.Zero);
        return true;
    }

    private static bool Failed(out DateTimeOffset value)
    {
        value = default;
        return false;
    }
}
