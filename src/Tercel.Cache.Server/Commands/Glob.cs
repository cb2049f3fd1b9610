namespace Tercel.Cache.Server.Commands;

/// <summary>Glob patterns as KEYS, PSUBSCRIBE, ACL and CONFIG GET read them.</summary>
/// <remarks>Shape: <c>*</c>, <c>?</c>, <c>[ab]</c>, <c>[^a-z]</c>, <c>\x</c>. Cost: for n bytes and m pattern bytes at
/// most n*m steps: of several stars only the last one is ever tried again, since an earlier one cannot do better.
/// Source: Redis' <c>stringmatchlen</c>, with its treatment of unfinished classes.</remarks>
internal static class Glob
{
    /// <summary>Steps of one match: some milliseconds. Only a long pattern on a long text takes more, and then does not
    /// match.</summary>
    public const int StepsMax = 1 << 22;

    /// <summary>Whether the pattern says "anything".</summary>
    public static bool IsAll(ReadOnlySpan<byte> pattern) => pattern is [(byte)'*'];

    public static bool Matches(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> text, bool ignoreCase = false)
    {
        int p = 0, t = 0, starPattern = -1, starText = 0;
        for (var steps = 0; t < text.Length; steps++)
        {
            if (steps > StepsMax) return false;
            if (p < pattern.Length && pattern[p] == (byte)'*')
            {
                starPattern = ++p;
                starText = t;
                continue;
            }

            if (p < pattern.Length && MatchesOne(pattern, text[t], ignoreCase, ref p))
            {
                t++;
                continue;
            }

            if (starPattern < 0) return false;
            p = starPattern;
            t = ++starText;
        }

        while (p < pattern.Length && pattern[p] == (byte)'*') p++;
        return p == pattern.Length;
    }

    // One element of the pattern against one byte; moves behind the element when it fits.
    private static bool MatchesOne(ReadOnlySpan<byte> pattern, byte value, bool ignoreCase, ref int position)
    {
        switch (pattern[position])
        {
            case (byte)'?':
                position++;
                return true;
            case (byte)'[':
                return MatchesClass(pattern, value, ignoreCase, ref position);
            case (byte)'\\' when position + 1 < pattern.Length:
                if (!Same(pattern[position + 1], value, ignoreCase)) return false;
                position += 2;
                return true;
            default:
                if (!Same(pattern[position], value, ignoreCase)) return false;
                position++;
                return true;
        }
    }

    private static bool MatchesClass(ReadOnlySpan<byte> pattern, byte value, bool ignoreCase, ref int position)
    {
        var p = position + 1;
        var negated = p < pattern.Length && pattern[p] == (byte)'^';
        if (negated) p++;
        var found = false;
        while (p < pattern.Length && pattern[p] != (byte)']')
        {
            if (pattern[p] == (byte)'\\' && p + 1 < pattern.Length)
            {
                found |= Same(pattern[p + 1], value, ignoreCase);
                p += 2;
            }
            else if (p + 2 < pattern.Length && pattern[p + 1] == (byte)'-')
            {
                found |= InRange(pattern[p], pattern[p + 2], value, ignoreCase);
                p += 3;
            }
            else
            {
                found |= Same(pattern[p++], value, ignoreCase);
            }
        }

        // A class without its end ends with the pattern.
        if (found == negated) return false;
        position = Math.Min(p + 1, pattern.Length);
        return true;
    }

    private static bool InRange(byte first, byte last, byte value, bool ignoreCase)
    {
        if (first > last) (first, last) = (last, first);
        if (!ignoreCase) return value >= first && value <= last;
        var lower = Lower(value);
        return lower >= Lower(first) && lower <= Lower(last);
    }

    private static bool Same(byte a, byte b, bool ignoreCase) => ignoreCase ? Lower(a) == Lower(b) : a == b;

    private static byte Lower(byte value) => value is >= (byte)'A' and <= (byte)'Z' ? (byte)(value | 32) : value;
}
