using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using Tercel.Data;
using Tercel.Primitives;

namespace Tercel.Api.Sql;

/// <summary>Writes one column of the current row as JSON. A value of another kind than declared is written as what
/// it is.</summary>
internal static class JsonColumn
{
    private const int IsoBytes = 24;

    private static readonly SearchValues<byte> MarkBytes = SearchValues.Create("\u0001\u0002<>&"u8);
    private static readonly SearchValues<byte> TimeBytes = SearchValues.Create("0123456789-:. TZ"u8);

    public static void Write(Utf8Buffer into, SqlRows rows, int column, StepKind kind, int argument)
    {
        var stored = rows.Kind(column);
        if (stored == SqlKind.Null)
        {
            into.Write("null"u8);
            return;
        }

        switch (kind)
        {
            case StepKind.Text when stored == SqlKind.Text: JsonText.WriteString(into, rows.Utf8(column)); break;
            case StepKind.Integer when stored == SqlKind.Integer:
                JsonText.WriteInteger(into, rows.Integer(column));
                break;
            case StepKind.Decimal when stored is SqlKind.Integer or SqlKind.Real:
                WriteDecimal(into, rows, column, argument);
                break;
            case StepKind.Bool when stored == SqlKind.Integer:
                into.Write(rows.Integer(column) != 0 ? "true"u8 : "false"u8);
                break;
            case StepKind.BigInt when stored == SqlKind.Integer: WriteBigInt(into, rows.Integer(column)); break;
            case StepKind.TimeIso when stored == SqlKind.Text: WriteIso(into, rows.Utf8(column)); break;
            case StepKind.TimeSql when stored == SqlKind.Text: WriteSqlTime(into, rows.Utf8(column)); break;
            case StepKind.TimeUnix when stored is SqlKind.Integer or SqlKind.Real:
                WriteUnix(into, rows.Real(column) * 1000, rows, column);
                break;
            case StepKind.TimeUnixMs when stored is SqlKind.Integer or SqlKind.Real:
                WriteUnix(into, rows.Real(column), rows, column);
                break;
            case StepKind.Json: WriteJson(into, rows, column, stored); break;
            case StepKind.Marked: WriteMarked(into, rows.Utf8(column)); break;
            default: WriteAsIs(into, rows, column, stored); break;
        }
    }

    private static void WriteAsIs(Utf8Buffer into, SqlRows rows, int column, SqlKind stored)
    {
        switch (stored)
        {
            case SqlKind.Integer: JsonText.WriteInteger(into, rows.Integer(column)); break;
            case SqlKind.Real: JsonText.WriteReal(into, rows.Real(column)); break;
            case SqlKind.Text: JsonText.WriteString(into, rows.Utf8(column)); break;
            default: WriteBase64(into, rows.Blob(column)); break;
        }
    }

    private static void WriteDecimal(Utf8Buffer into, SqlRows rows, int column, int scale)
    {
        if (scale >= 0) JsonText.WriteFixed(into, rows.Real(column), scale);
        else WriteAsIs(into, rows, column, rows.Kind(column));
    }

    // A JSON string, so that no client rounds it.
    private static void WriteBigInt(Utf8Buffer into, long value)
    {
        into.WriteByte((byte)'"');
        JsonText.WriteInteger(into, value);
        into.WriteByte((byte)'"');
    }

    // 2026-01-31T23:59:59.000Z loses its zeros: most times are whole seconds.
    private static void WriteIso(Utf8Buffer into, ReadOnlySpan<byte> text)
    {
        if (text.Length != IsoBytes || !text.EndsWith(".000Z"u8) || text.IndexOfAnyExcept(TimeBytes) >= 0)
        {
            JsonText.WriteString(into, text);
            return;
        }

        var span = into.GetSpan(IsoBytes);
        span[0] = (byte)'"';
        text[..19].CopyTo(span[1..]);
        "Z\""u8.CopyTo(span[20..]);
        into.Advance(22);
    }

    // 2026-01-31 23:59:59 and 2026-01-31 become RFC 3339; anything else is a text like others.
    private static void WriteSqlTime(Utf8Buffer into, ReadOnlySpan<byte> text)
    {
        var isDate = text.Length == 10;
        var isTime = text.Length is >= 19 and <= 26 && text[10] is (byte)' ' or (byte)'T';
        if ((!isDate && !isTime) || text.IndexOfAnyExcept(TimeBytes) >= 0 || text[4] != (byte)'-')
        {
            JsonText.WriteString(into, text);
            return;
        }

        if (text[^1] == (byte)'Z') text = text[..^1];
        into.WriteByte((byte)'"');
        into.Write(text[..10]);
        into.WriteByte((byte)'T');
        into.Write(isDate ? "00:00:00"u8 : text[11..]);
        into.Write("Z\""u8);
    }

    private static void WriteUnix(Utf8Buffer into, double milliseconds, SqlRows rows, int column)
    {
        if (milliseconds is not (>= -62135596800000.0 and <= 253402300799999.0))
        {
            WriteAsIs(into, rows, column, rows.Kind(column));
            return;
        }

        var time = DateTimeOffset.FromUnixTimeMilliseconds((long)milliseconds);
        var span = into.GetSpan(IsoBytes + 2);
        span[0] = (byte)'"';
        var form = time.Millisecond == 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
        time.UtcDateTime.TryFormat(span[1..], out var count, form, CultureInfo.InvariantCulture);
        span[count + 1] = (byte)'"';
        into.Advance(count + 2);
    }

    // JSON text goes out as it is stored. It was checked when it was written through the API, but the table may have
    // had other writers, and one bad value must not break the page.
    private static void WriteJson(Utf8Buffer into, SqlRows rows, int column, SqlKind stored)
    {
        if (stored == SqlKind.Text && IsJson(rows.Utf8(column))) into.Write(rows.Utf8(column));
        else WriteAsIs(into, rows, column, stored);
    }

    private static bool IsJson(ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = 256 });
        try
        {
            if (!reader.Read()) return false;
            reader.Skip();
            return !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static void WriteBase64(Utf8Buffer into, ReadOnlySpan<byte> bytes)
    {
        var span = into.GetSpan(Base64.GetMaxEncodedToUtf8Length(bytes.Length) + 2);
        span[0] = (byte)'"';
        var status = Base64.EncodeToUtf8(bytes, span[1..], out _, out var count);
        Invariant.Holds(status == OperationStatus.Done);
        span[count + 1] = (byte)'"';
        into.Advance(count + 2);
    }

    // Matches stand between U+0001 and U+0002. The rest is escaped for HTML, since the value is HTML by its marks.
    private static void WriteMarked(Utf8Buffer into, ReadOnlySpan<byte> text)
    {
        into.WriteByte((byte)'"');
        while (!text.IsEmpty)
        {
            var at = text.IndexOfAny(MarkBytes);
            var plain = at < 0 ? text : text[..at];
            if (System.Text.Unicode.Utf8.IsValid(plain)) JsonText.WriteEscaped(into, plain);
            else into.Write("\uFFFD"u8);
            if (at < 0) break;
            into.Write(text[at] switch
            {
                1 => "<mark>"u8, 2 => "</mark>"u8, (byte)'<' => "&lt;"u8, (byte)'>' => "&gt;"u8, _ => "&amp;"u8,
            });
            text = text[(at + 1)..];
        }

        into.WriteByte((byte)'"');
    }
}
