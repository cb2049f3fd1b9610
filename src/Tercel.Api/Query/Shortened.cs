namespace Tercel.Api.Query;

/// <summary>Text of a client inside an error message: never more than a line of it.</summary>
internal static class Shortened
{
    private const int CharsMax = 60;

    public static string Text(string text) => text.Length <= CharsMax ? text : text[..CharsMax] + "...";
}
