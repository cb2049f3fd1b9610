using System.Text.RegularExpressions;

namespace Tercel.Api.Model;

/// <summary>A field's pattern for people and other programs. The loader wraps every pattern so that it must match
/// the whole text; the wrapping is .NET's spelling and nobody's business.</summary>
internal static class PatternText
{
    private const string Before = @"\A(?:";
    private const string After = @")\z";

    /// <summary>As the model file has it.</summary>
    public static string Written(Regex pattern)
    {
        var text = pattern.ToString();
        var isWrapped = text.StartsWith(Before, StringComparison.Ordinal)
            && text.EndsWith(After, StringComparison.Ordinal);
        return isWrapped ? text[Before.Length..^After.Length] : text;
    }

    /// <summary>For JSON Schema, whose patterns are those of JavaScript and match anywhere unless anchored.</summary>
    public static string Anchored(Regex pattern)
    {
        var text = Written(pattern);
        var isSimple = text.StartsWith('^') && text.EndsWith('$') && !text.Contains('|', StringComparison.Ordinal);
        return isSimple ? text : $"^(?:{text})$";
    }
}
