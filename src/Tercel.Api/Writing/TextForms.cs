namespace Tercel.Api.Writing;

/// <summary>The forms of texts that have a type of their own.</summary>
internal static class TextForms
{
    private const int EmailBytesMax = 254;      // RFC 5321's longest path
    private const int LocalBytesMax = 64;

    /// <summary>One at sign between a local part and a domain with a dot, no white space; the rest only a mail can
    /// tell.</summary>
    public static bool IsEmail(ReadOnlySpan<byte> text)
    {
        var at = text.IndexOf((byte)'@');
        if (at is < 1 or > LocalBytesMax || text.Length > EmailBytesMax) return false;
        var domain = text[(at + 1)..];
        if (text.IndexOfAnyInRange((byte)0, (byte)' ') >= 0 || text.Contains((byte)0x7F)) return false;
        if (domain.Contains((byte)'@') || domain.IndexOf((byte)'.') < 1 || domain[^1] == (byte)'.') return false;
        return domain.IndexOf(".."u8) < 0;
    }

    /// <summary>Lower-case letters and digits, joined by single hyphens.</summary>
    public static bool IsSlug(ReadOnlySpan<byte> text)
    {
        var afterHyphen = true;
        foreach (var b in text)
        {
            if (b == (byte)'-' && afterHyphen) return false;
            if (b != (byte)'-' && b is not (>= (byte)'a' and <= (byte)'z') and not (>= (byte)'0' and <= (byte)'9'))
                return false;
            afterHyphen = b == (byte)'-';
        }

        return !afterHyphen;
    }

    /// <summary>Unicode code points of valid UTF-8.</summary>
    public static int CodePoints(ReadOnlySpan<byte> utf8)
    {
        var count = 0;
        foreach (var b in utf8)
            if ((b & 0xC0) != 0x80) count++;
        return count;
    }
}
