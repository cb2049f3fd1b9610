using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;
using Tercel.Primitives;

namespace Tercel.Api.Sql;

/// <summary>Writes JSON strings and numbers from UTF-8 spans: one vectorised scan, one copy.</summary>
internal static class JsonText
{
    private const int NumberBytesMax = 32;
    private const double ScaledMax = 1e15; // below 2^53, so that every whole number is exact

    private static readonly SearchValues<byte> Escaped =
        SearchValues.Create([.. Enumerable.Range(0, 32).Select(b => (byte)b), (byte)'"', (byte)'\\']);

    private static ReadOnlySpan<double> PowersOfTen => [1, 10, 100, 1e3, 1e4, 1e5, 1e6];

    private static ReadOnlySpan<byte> HexDigits => "0123456789abcdef"u8;

    /// <summary>A JSON string; bytes that are no UTF-8 become replacement characters.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void WriteString(Utf8Buffer into, ReadOnlySpan<byte> text)
    {
        if (!Utf8.IsValid(text) || text.IndexOfAny(Escaped) >= 0)
        {
            WriteUnusual(into, text);
            return;
        }

        var span = into.GetSpan(text.Length + 2);
        span[0] = (byte)'"';
        text.CopyTo(span[1..]);
        span[text.Length + 1] = (byte)'"';
        into.Advance(text.Length + 2);
    }

    public static void WriteInteger(Utf8Buffer into, long value)
    {
        var span = into.GetSpan(NumberBytesMax);
        Utf8Formatter.TryFormat(value, span, out var count);
        into.Advance(count);
    }

    /// <summary>The shortest text that reads back to the same double; null for infinities, which JSON
    /// lacks.</summary>
    public static void WriteReal(Utf8Buffer into, double value)
    {
        if (!double.IsFinite(value))
        {
            into.Write("null"u8);
            return;
        }

        var span = into.GetSpan(NumberBytesMax);
        value.TryFormat(span, out var count, default, CultureInfo.InvariantCulture);
        into.Advance(count);
    }

    /// <summary>A number with exactly so many digits after the point.</summary>
    public static void WriteFixed(Utf8Buffer into, double value, int scale)
    {
        // Beyond this size a double has no digits after the point, and the fixed form grows to hundreds of bytes.
        if (!double.IsFinite(value) || Math.Abs(value) >= 1e17)
        {
            WriteReal(into, value);
            return;
        }

        if (scale < PowersOfTen.Length && WriteScaled(into, value, scale)) return;
        var span = into.GetSpan(NumberBytesMax + scale);
        Utf8Formatter.TryFormat(value, span, out var count, new StandardFormat('F', (byte)scale));
        into.Advance(count);
    }

    // Most decimals are the double nearest to a whole number of their last digits: then integers write them, several
    // times faster than the exact way. Whatever is not takes that way.
    private static bool WriteScaled(Utf8Buffer into, double value, int scale)
    {
        var power = PowersOfTen[scale];
        var scaled = Math.Round(value * power);
        if (!(Math.Abs(scaled) < ScaledMax) || scaled / power != value || (scaled == 0 && double.IsNegative(value)))
            return false;
        var (whole, part) = Math.DivRem(Math.Abs((long)scaled), (long)power);
        if (scaled < 0) into.WriteByte((byte)'-');
        WriteInteger(into, whole);
        if (scale == 0) return true;
        var span = into.GetSpan(scale + 1);
        span[0] = (byte)'.';
        for (var i = scale; i > 0; i--)
        {
            span[i] = (byte)('0' + part % 10);
            part /= 10;
        }

        into.Advance(scale + 1);
        return true;
    }

    /// <summary>The content of a JSON string without quotes, with its special bytes escaped.</summary>
    public static void WriteEscaped(Utf8Buffer into, ReadOnlySpan<byte> text)
    {
        while (true)
        {
            var at = text.IndexOfAny(Escaped);
            if (at < 0)
            {
                into.Write(text);
                return;
            }

            into.Write(text[..at]);
            WriteEscape(into, text[at]);
            text = text[(at + 1)..];
        }
    }

    private static void WriteUnusual(Utf8Buffer into, ReadOnlySpan<byte> text)
    {
        into.WriteByte((byte)'"');
        if (Utf8.IsValid(text)) WriteEscaped(into, text);
        else WriteRepaired(into, text);
        into.WriteByte((byte)'"');
    }

    private static void WriteRepaired(Utf8Buffer into, ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty)
        {
            var status = Rune.DecodeFromUtf8(text, out _, out var count);
            if (status == OperationStatus.Done) WriteEscaped(into, text[..count]);
            else into.Write("\uFFFD"u8);
            text = text[count..];
        }
    }

    private static void WriteEscape(Utf8Buffer into, byte value)
    {
        into.WriteByte((byte)'\\');
        switch (value)
        {
            case (byte)'"' or (byte)'\\': into.WriteByte(value); break;
            case (byte)'\n': into.WriteByte((byte)'n'); break;
            case (byte)'\r': into.WriteByte((byte)'r'); break;
            case (byte)'\t': into.WriteByte((byte)'t'); break;
            default:
                into.Write("u00"u8);
                into.WriteByte(HexDigits[value >> 4]);
                into.WriteByte(HexDigits[value & 15]);
                break;
        }
    }
}
