namespace Tercel.Primitives;

/// <summary>Finds the name that was probably meant.</summary>
public static class Suggestion
{
    private const int NameCharsMax = 64;

    /// <summary>The candidate nearest to <paramref name="name"/>, or null when none is near.</summary>
    /// <remarks>
    /// Near means at most one edit in names up to 4 letters, two up to 8, three beyond; a swap of neighbours is one
    /// edit and case does not count. Cost: candidates x length squared; names over 64 characters get no suggestion.
    /// </remarks>
    public static string? For(string name, IEnumerable<string> candidates)
    {
        if (name.Length is 0 or > NameCharsMax) return null;
        var editsMax = name.Length <= 4 ? 1 : name.Length <= 8 ? 2 : 3;
        string? best = null;
        var bestEdits = editsMax + 1;
        foreach (var candidate in candidates)
        {
            if (candidate.Length > NameCharsMax || Math.Abs(candidate.Length - name.Length) > editsMax) continue;
            var edits = Edits(name.ToLowerInvariant(), candidate.ToLowerInvariant());
            if (edits >= bestEdits) continue;
            best = candidate;
            bestEdits = edits;
        }

        return best;
    }

    // Optimal string alignment distance.
    private static int Edits(string a, string b)
    {
        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) rows[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) rows[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                var least = Math.Min(Math.Min(rows[i - 1, j] + 1, rows[i, j - 1] + 1), rows[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    least = Math.Min(least, rows[i - 2, j - 2] + 1);
                rows[i, j] = least;
            }
        }

        return rows[a.Length, b.Length];
    }
}
