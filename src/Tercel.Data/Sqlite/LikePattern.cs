namespace Tercel.Data.Sqlite;

// LIKE that knows capitals: % is any text, _ one character, \ takes the next character as it is. It steps back to
// the newest % only, so its time is at most the product of both lengths.
internal static class LikePattern
{
    public static bool IsMatch(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> text)
    {
        int p = 0, t = 0;
        int afterPercent = -1, retryAt = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '%')
            {
                afterPercent = ++p;
                retryAt = t;
                if (p == pattern.Length) return true;
            }
            else if (p < pattern.Length && TryOne(pattern, text, ref p, ref t))
            {
                continue;
            }
            else if (afterPercent >= 0)
            {
                retryAt += CharacterBytes(text, retryAt);
                (p, t) = (afterPercent, retryAt);
            }
            else
            {
                return false;
            }
        }

        while (p < pattern.Length && pattern[p] == '%') p++;
        return p == pattern.Length;
    }

    // Moves both on by one character (or one byte of it, which comes to the same) when they agree.
    private static bool TryOne(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> text, ref int p, ref int t)
    {
        if (pattern[p] == '_')
        {
            p++;
            t += CharacterBytes(text, t);
            return true;
        }

        var literal = pattern[p] == '\\' && p + 1 < pattern.Length ? p + 1 : p;
        if (pattern[literal] != text[t]) return false;
        p = literal + 1;
        t++;
        return true;
    }

    // Length of the UTF-8 character at this place; a byte that is none counts as one.
    private static int CharacterBytes(ReadOnlySpan<byte> text, int at)
    {
        var end = at + 1;
        if (text[at] >= 0xC0)
        {
            while (end < text.Length && end - at < 4 && (text[end] & 0xC0) == 0x80) end++;
        }

        return end - at;
    }
}
