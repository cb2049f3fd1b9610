using System.Globalization;

namespace Tercel.Api.Writing;

/// <summary>A JSON number taken apart without rounding: sign, significant digits, power of ten.</summary>
/// <remarks>Shape: value = ±digits x 10^<see cref="Exponent"/>, digits without zeros at either end, none for zero (and
/// for -0). Exponents are clamped far outside of every type's range, so that <c>1e999999999</c> costs
/// nothing.</remarks>
internal readonly ref struct NumberText
{
    private const int ExponentClamp = 100_000;

    private readonly ReadOnlySpan<byte> _text;
    private readonly int _first;
    private readonly int _last;

    private NumberText(ReadOnlySpan<byte> text, bool negative, int first, int last, int digits, int exponent)
    {
        _text = text;
        _first = first;
        _last = last;
        Negative = negative && digits > 0;
        Digits = digits;
        Exponent = exponent;
    }

    public bool Negative { get; }

    /// <summary>Number of significant digits; 0 for zero.</summary>
    public int Digits { get; }

    public int Exponent { get; }

    public bool IsInteger => Exponent >= 0 || Digits == 0;

    /// <summary>Digits after the point that the value needs.</summary>
    public int Scale => Digits == 0 ? 0 : Math.Max(0, -Exponent);

    /// <summary>Digits before the point that the value needs.</summary>
    public int WholeDigits => Digits == 0 ? 0 : Math.Max(0, Digits + Exponent);

    /// <summary>Takes apart a number that follows JSON's grammar.</summary>
    public static NumberText Of(ReadOnlySpan<byte> text)
    {
        var mark = text.IndexOfAny((byte)'e', (byte)'E');
        var mantissa = mark < 0 ? text : text[..mark];
        var exponent = mark < 0 ? 0 : ExponentOf(text[(mark + 1)..]);
        var point = mantissa.IndexOf((byte)'.');
        var first = mantissa.IndexOfAnyInRange((byte)'1', (byte)'9');
        if (first < 0) return new NumberText(text, text[0] == (byte)'-', 0, -1, 0, 0);
        var last = mantissa.LastIndexOfAnyInRange((byte)'1', (byte)'9');
        var digits = last - first + 1 - (point > first && point < last ? 1 : 0);
        // The power of ten of the last significant digit.
        var place = point < 0 ? mantissa.Length - 1 - last : point > last ? point - 1 - last : point - last;
        exponent = Math.Clamp(exponent + place, -ExponentClamp, ExponentClamp);
        return new NumberText(text, text[0] == (byte)'-', first, last, digits, exponent);
    }

    /// <summary>The value as a 64-bit integer; false when it has a fraction or does not fit.</summary>
    public bool TryInteger(out long value)
    {
        value = 0;
        if (Digits == 0) return true;
        if (Exponent < 0 || WholeDigits > 19) return false;
        ulong size = 0;
        foreach (var b in _text[_first..(_last + 1)])
            if (b != (byte)'.') size = size * 10 + (ulong)(b - '0');
        for (var i = 0; i < Exponent; i++) size *= 10;
        // 19 digits are below 10^19, which a ulong holds.
        if (size > (ulong)long.MaxValue + (Negative ? 1UL : 0UL)) return false;
        value = Negative ? unchecked(-(long)size) : (long)size;
        return true;
    }

    /// <summary>The nearest double; false when it is beyond the largest.</summary>
    public bool TryDouble(out double value)
    {
        value = 0;
        if (Digits == 0) return true;
        return double.TryParse(_text, NumberStyles.Float, CultureInfo.InvariantCulture, out value)
            && double.IsFinite(value);
    }

    private static int ExponentOf(ReadOnlySpan<byte> text)
    {
        var negative = text[0] == (byte)'-';
        var value = 0;
        foreach (var b in text)
            if (b is >= (byte)'0' and <= (byte)'9') value = Math.Min(value * 10 + (b - '0'), ExponentClamp);
        return negative ? -value : value;
    }
}
