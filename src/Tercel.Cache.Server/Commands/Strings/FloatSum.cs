using System.Buffers.Text;
using System.Globalization;
using Tercel.Resp;

namespace Tercel.Cache.Server.Commands.Strings;

/// <summary>Adds two numbers given as text, as INCRBYFLOAT and HINCRBYFLOAT do.</summary>
/// <remarks>Redis adds with the 64-bit mantissa of x86 and prints 17 places behind the point without trailing zeros,
/// so that 0.1 + 0.2 is 0.3. Here numbers of up to 28 digits are added as decimals, which is exact; larger ones as
/// doubles. Source: Redis' <c>ld2string</c> with LD_STR_HUMAN.</remarks>
internal static class FloatSum
{
    /// <summary>Longest sum: the largest double has 309 digits, then the point and 17 places. Units: bytes.</summary>
    public const int TextBytesMax = 352;

    private const int PlacesMax = 17;

    /// <summary>Ok with the sum; NotAFloat when one is no number, Overflow when the sum is not finite.</summary>
    public static StoreStatus TryAdd(
        ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, Span<byte> target, out int length)
    {
        length = 0;
        if (!RespNumber.TryDouble(first, out var a) || !RespNumber.TryDouble(second, out var b))
            return StoreStatus.NotAFloat;
        if (!double.IsFinite(a + b)) return StoreStatus.Overflow;
        if (TryDecimal(first, a, out var exactA) && TryDecimal(second, b, out var exactB)
            && Math.Abs(a + b) < 1e27)
        {
            Format(exactA + exactB, target, out length);
            return StoreStatus.Ok;
        }

        (a + b).TryFormat(target, out length, "F17", CultureInfo.InvariantCulture);
        length = Trimmed(target[..length]);
        return StoreStatus.Ok;
    }

    private static bool TryDecimal(ReadOnlySpan<byte> text, double approximate, out decimal value)
    {
        value = 0;
        const NumberStyles Styles =
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return Math.Abs(approximate) < 1e27
            && decimal.TryParse(text, Styles, CultureInfo.InvariantCulture, out value);
    }

    private static void Format(decimal sum, Span<byte> target, out int length)
    {
        Utf8Formatter.TryFormat(Math.Round(sum, PlacesMax), target, out length, new('F', PlacesMax));
        length = Trimmed(target[..length]);
    }

    /// <summary>Length without trailing zeros behind the point, and without the minus of a zero.</summary>
    private static int Trimmed(Span<byte> text)
    {
        var length = text.LastIndexOfAnyExcept((byte)'0') + 1;
        if (text.IndexOf((byte)'.') < 0) return text.Length;
        if (text[length - 1] == (byte)'.') length--;
        if (length != 2 || text[0] != (byte)'-' || text[1] != (byte)'0') return length;
        text[0] = (byte)'0';
        return 1;
    }
}
