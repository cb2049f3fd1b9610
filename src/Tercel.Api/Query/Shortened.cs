namespace Tercel.Api.Query;

/// <summary>Text of a client inside an error message: never more than a line of it.</summary>
internal static class Shortened
{
    private const int CharsMax = 60;

    public static string Text(ReadOnlySpan<char> text)
    {
        if (text.Length <= CharsMax) return text.ToString();
        // Half of a surrogate pair is no character.
        var count = char.IsHighSurrogate(text[CharsMax - 1]) ? CharsMax - 1 : CharsMax;
        return string.Concat(text[..count], "...");
    }
}
