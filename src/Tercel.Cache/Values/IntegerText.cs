using System.Buffers.Text;

namespace Tercel.Cache.Values;

/// <summary>Integers as text, in the one form that reads back to the same bytes.</summary>
internal static class IntegerText
{
    /// <summary>Room for any 64-bit integer. Units: bytes.</summary>
    public const int BytesMax = 20;

    /// <summary>Reads an integer that printing would give again: no plus, no leading zeros, no spaces.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        if (text.Length is 0 or > BytesMax) return false;
        var negative = text[0] == (byte)'-';
        var digits = negative ? text[1..] : text;
        if (digits.Length is 0 or > 19) return false;
        if (digits[0] == (byte)'0') return text.Length == 1;
        ulong sum = 0;
        foreach (var digit in digits)
        {
            var number = (uint)(digit - '0');
            if (number > 9) return false;
            sum = sum * 10 + number;
        }

        if (sum > (ulong)long.MaxValue + (negative ? 1UL : 0)) return false;
        value = negative ? (long)(0 - sum) : (long)sum;
        return true;
    }

    /// <summary>Prints an integer into room for <see cref="BytesMax"/>.</summary>
    /// <returns>Bytes written.</returns>
    public static int Format(long value, Span<byte> target)
    {
        Utf8Formatter.TryFormat(value, target, out var written);
        return written;
    }
}
