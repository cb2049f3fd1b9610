using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Tercel.Resp;

/// <summary>Numbers as Redis reads and prints them.</summary>
public static class RespNumber
{
    /// <summary>Longest text <see cref="Format(double, Span{byte})"/> and the integer form can give. Units:
    /// bytes.</summary>
    public const int TextBytesMax = 32;

    /// <summary>Reads an integer strictly: an optional minus, no plus, no leading zeros, no spaces, 64 bits.</summary>
    /// <remarks>Source: Redis' <c>string2ll</c>.</remarks>
    public static bool TryInteger(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        if (text.Length is 0 or > 20) return false;
        var digits = text[0] == (byte)'-' ? text[1..] : text;
        if (digits.Length == 0) return false;
        if (digits[0] == (byte)'0') return text.Length == 1;
        if (digits[0] is < (byte)'1' or > (byte)'9') return false;
        return Utf8Parser.TryParse(text, out value, out var used) && used == text.Length;
    }

    /// <summary>Reads a floating point number: decimal or exponent form, <c>inf</c>, <c>+inf</c>, <c>-inf</c>,
    /// <c>infinity</c> in any case; never NaN.</summary>
    public static bool TryDouble(ReadOnlySpan<byte> text, out double value)
    {
        value = 0;
        if (text.Length is 0 or > 256) return false;
        var sign = text[0] is (byte)'+' or (byte)'-' ? 1 : 0;
        if (IsInfinity(text[sign..]))
        {
            value = text[0] == (byte)'-' ? double.NegativeInfinity : double.PositiveInfinity;
            return true;
        }

        const NumberStyles Styles =
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return double.TryParse(text, Styles, CultureInfo.InvariantCulture, out value) && !double.IsNaN(value)
            && text[sign..] is not [(byte)'n' or (byte)'N' or (byte)'i' or (byte)'I' or (byte)'+' or (byte)'-', ..];
    }

    /// <summary>Prints a double the shortest way that reads back to the same number; integers without a
    /// point.</summary>
    /// <returns>Bytes written into <paramref name="target"/>, which has room for <see cref="TextBytesMax"/>.</returns>
    public static int Format(double value, Span<byte> target)
    {
        if (double.IsPositiveInfinity(value)) return Copy("inf"u8, target);
        if (double.IsNegativeInfinity(value)) return Copy("-inf"u8, target);
        if (double.IsNaN(value)) return Copy("nan"u8, target);
        if (value == Math.Floor(value) && Math.Abs(value) < 1e17)
            return Format(double.IsNegative(value) && value == 0 ? 0 : (long)value, target,
                negativeZero: double.IsNegative(value) && value == 0);
        Utf8Formatter.TryFormat(value, target, out var written, default(StandardFormat));
        for (var i = 0; i < written; i++)
            if (target[i] == (byte)'E') target[i] = (byte)'e';
        return written;
    }

    /// <summary>Prints an integer.</summary>
    public static int Format(long value, Span<byte> target)
    {
        Utf8Formatter.TryFormat(value, target, out var written);
        return written;
    }

    private static int Format(long value, Span<byte> target, bool negativeZero) =>
        negativeZero ? Copy("-0"u8, target) : Format(value, target);

    private static bool IsInfinity(ReadOnlySpan<byte> text) =>
        Ascii.EqualsIgnoreCase(text, "inf"u8) || Ascii.EqualsIgnoreCase(text, "infinity"u8);

    private static int Copy(ReadOnlySpan<byte> text, Span<byte> target)
    {
        text.CopyTo(target);
        return text.Length;
    }
}
