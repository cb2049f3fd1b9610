using System.Text;
using Tercel.Primitives;

namespace Tercel.Api.Model;

/// <summary>Writes the mistakes of a model for people: place, what is wrong, the line with a caret, what to write
/// instead.</summary>
internal static class ModelErrorsText
{
    private const int LineCharsMax = 120;

    /// <summary>All of them, and a last line that counts them.</summary>
    /// <param name="errors">What <see cref="ModelLoader.Load"/> gave.</param>
    /// <param name="lines">Gives the lines of a file, or null when it cannot be read.</param>
    public static string Render(IReadOnlyList<Error> errors, Func<string, IReadOnlyList<string>?>? lines = null)
    {
        lines ??= ReadLines;
        var files = new Dictionary<string, IReadOnlyList<string>?>(StringComparer.Ordinal);
        var text = new StringBuilder();
        foreach (var error in errors)
        {
            text.Append($"{error.File}:{error.Line}:{error.Column}: {error.Detail} [{error.Code}]\n");
            if (error.File is { } file && !files.ContainsKey(file)) files[file] = lines(file);
            if (error.File is not null && files[error.File] is { } source) Excerpt(text, source, error);
            if (error.Suggestion is { } suggestion) text.Append($"  did you mean: {suggestion}\n");
            text.Append('\n');
        }

        return text.Append(errors.Count == 1 ? "1 error\n" : $"{errors.Count} errors\n").ToString();
    }

    private static void Excerpt(StringBuilder text, IReadOnlyList<string> source, Error error)
    {
        if (error.Line is not { } line || line < 1 || line > source.Count) return;
        var content = source[line - 1].TrimEnd().Replace('\t', ' ');
        var column = Math.Clamp(error.Column ?? 1, 1, content.Length + 1);

        // Of a very long line the part around the mistake.
        var start = column <= LineCharsMax ? 0 : column - LineCharsMax / 2;
        var shown = content[start..Math.Min(content.Length, start + LineCharsMax)];
        var number = line.ToString(System.Globalization.CultureInfo.InvariantCulture).PadLeft(5);
        text.Append($"{number} | {shown}\n      | {new string(' ', column - 1 - start)}^\n");
    }

    private static string[]? ReadLines(string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
