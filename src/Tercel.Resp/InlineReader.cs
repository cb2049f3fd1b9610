// Why this is correct: a word is unquoted onto its own bytes, and the write position never passes the read position,
// which is compared with the end of the line before every read.

namespace Tercel.Resp;

/// <summary>Reads a command typed as a line of words, with quotes and escapes as redis-cli and telnet users write
/// them.</summary>
/// <remarks>Source: Redis' <c>sdssplitargs</c>.</remarks>
internal static unsafe class InlineReader
{
    public static ReadStatus Read(
        byte* start, int count, ArgBuffer args, in RespLimits limits, out ReadResult result)
    {
        result = default;
        var seen = new ReadOnlySpan<byte>(start, Math.Min(count, limits.InlineBytesMax + 1));
        var newline = seen.IndexOf((byte)'\n');
        if (newline < 0)
        {
            if (seen.Length <= limits.InlineBytesMax) return ReadStatus.NeedMore;
            result = new ReadResult { Problem = ReadProblem.InlineTooLong };
            return ReadStatus.Malformed;
        }

        var end = start + newline;
        if (end > start && end[-1] == (byte)'\r') end--;
        var firstSlice = args.Count;
        var p = start;
        while (SkipSpaces(ref p, end))
        {
            var word = p;
            if (!Word(ref p, end, out var length))
            {
                args.Truncate(firstSlice);
                result = new ReadResult { Problem = ReadProblem.UnbalancedQuotes };
                return ReadStatus.Malformed;
            }

            args.Add((int)(word - start), length);
        }

        result = new ReadResult
        {
            FirstSlice = firstSlice, ArgCount = args.Count - firstSlice, Bytes = newline + 1,
        };
        return result.ArgCount == 0 ? ReadStatus.Nothing : ReadStatus.Command;
    }

    private static bool SkipSpaces(ref byte* p, byte* end)
    {
        while (p < end && IsSpace(*p)) p++;
        return p < end;
    }

    /// <summary>Reads one word and writes it, without quotes and escapes, where it began.</summary>
    private static bool Word(ref byte* p, byte* end, out int length)
    {
        var target = p;
        var start = p;
        length = 0;
        while (p < end && !IsSpace(*p))
        {
            if (*p is not ((byte)'"' or (byte)'\''))
            {
                *target++ = *p++;
                continue;
            }

            var quote = *p++;
            if (!Quoted(ref p, end, quote, ref target)) return false;
            if (p < end && !IsSpace(*p)) return false;
            break;
        }

        length = (int)(target - start);
        return true;
    }

    private static bool Quoted(ref byte* p, byte* end, byte quote, ref byte* target)
    {
        while (p < end)
        {
            var value = *p++;
            if (value == quote) return true;
            if (value == (byte)'\\' && p < end)
                value = quote == (byte)'"' ? Escaped(ref p, end) : p[0] == (byte)'\'' ? *p++ : value;
            *target++ = value;
        }

        return false;
    }

    private static byte Escaped(ref byte* p, byte* end)
    {
        if (end - p >= 3 && *p == (byte)'x' && char.IsAsciiHexDigit((char)p[1]) && char.IsAsciiHexDigit((char)p[2]))
        {
            var value = (byte)(HexDigit(p[1]) << 4 | HexDigit(p[2]));
            p += 3;
            return value;
        }

        return *p++ switch
        {
            (byte)'n' => (byte)'\n',
            (byte)'r' => (byte)'\r',
            (byte)'t' => (byte)'\t',
            (byte)'b' => (byte)'\b',
            (byte)'a' => 7,
            var other => other,
        };
    }

    private static int HexDigit(byte digit) =>
        digit <= (byte)'9' ? digit - '0' : (digit | 0x20) - 'a' + 10;

    private static bool IsSpace(byte value) => value is (byte)' ' or (>= 9 and <= 13) or 0;
}
