using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Tercel.Cache.Server.Settings;

/// <summary><c>save</c> as text: pairs of seconds and changes.</summary>
internal static class SavePointText
{
    private const int PointsMax = 16;

    public static bool TryParse(string text, [MaybeNullWhen(false)] out IReadOnlyList<SavePoint> points)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var found = new List<SavePoint>();
        points = found;
        if (words.Length % 2 != 0 || words.Length / 2 > PointsMax) return false;
        for (var i = 0; i < words.Length; i += 2)
        {
            if (!TryNumber(words[i], out var seconds) || seconds < 1) return false;
            if (!TryNumber(words[i + 1], out var changes)) return false;
            found.Add(new SavePoint(seconds, changes));
        }

        return true;
    }

    public static string Format(IReadOnlyList<SavePoint> points) => string.Join(
        ' ', points.Select(static p => string.Create(CultureInfo.InvariantCulture, $"{p.Seconds} {p.Changes}")));

    private static bool TryNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
