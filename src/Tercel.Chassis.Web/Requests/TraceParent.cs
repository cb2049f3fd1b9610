namespace Tercel.Chassis.Web.Requests;

// The W3C header that carries a trace: version-traceid-parentid-flags, such as 00-4bf9...-00f0...-01.
internal static class TraceParent
{
    private const int Chars = 55;
    private const int TraceIdStart = 3;
    private const int TraceIdChars = 32;

    // The trace id, or null when the header is absent or not valid.
    public static string? TraceIdOf(string? header)
    {
        if (header is null || header.Length < Chars) return null;
        // Versions after 00 may append fields; version ff is forbidden.
        if (header.StartsWith("ff", StringComparison.Ordinal)) return null;
        var isFirstVersion = header.StartsWith("00", StringComparison.Ordinal);
        if (header.Length > Chars && (isFirstVersion || header[Chars] != '-')) return null;
        if (header[2] != '-' || header[35] != '-' || header[52] != '-') return null;
        var traceId = header.AsSpan(TraceIdStart, TraceIdChars);
        var parentId = header.AsSpan(36, 16);
        if (!IsHex(header.AsSpan(0, 2)) || !IsHex(traceId) || !IsHex(parentId)) return null;
        if (!IsHex(header.AsSpan(53, 2))) return null;
        if (traceId.IndexOfAnyExcept('0') < 0 || parentId.IndexOfAnyExcept('0') < 0) return null;
        return traceId.ToString();
    }

    private static bool IsHex(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiHexDigitLower(c)) return false;
        }

        return true;
    }
}
