using System.Collections.Frozen;

namespace Tercel.Api.Model.Loading;

/// <summary>Which names resources, fields and relations may have.</summary>
internal static class NameRules
{
    // Words that stand for something else where a path stands.
    private static readonly FrozenSet<string> FieldWords = FrozenSet.Create(
        StringComparer.Ordinal, "and", "or", "not", "in", "null", "true", "false", "now", "any", "all", "none",
            "_score");

    // /v1/batch is the batch endpoint, /v1/changes the feed to come; /v1/x/query reads x.
    private static readonly FrozenSet<string> ResourceWords = FrozenSet.Create(
        StringComparer.Ordinal, "batch", "changes", "query");

    /// <summary>Letters, digits and underscores, not starting with a digit.</summary>
    public static bool IsIdentifier(string name) =>
        name.Length is > 0 and <= ModelFileLimits.NameCharsMax && !char.IsAsciiDigit(name[0])
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    /// <summary>What is wrong with a resource's name; null when nothing is.</summary>
    public static string? ResourceMistake(string name, bool ownsSchema)
    {
        if (ResourceWords.Contains(name)) return $"'{name}' cannot be a resource: /v1/{name} means something else";
        if (name.StartsWith("_tercel", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("sqlite_", StringComparison.OrdinalIgnoreCase))
            return $"'{name}' cannot be a resource: names with this start belong to the database";
        return CharacterMistake(name, ownsSchema);
    }

    /// <summary>What is wrong with the name of a field or relation; null when nothing is.</summary>
    public static string? FieldMistake(string name, bool ownsSchema)
    {
        if (ownsSchema
            && FieldWords.Contains(name)) return $"'{name}' cannot be a field: it is a word of the query language";
        return CharacterMistake(name, ownsSchema);
    }

    // Names of an existing database are taken as they are, as long as a URL can carry them.
    private static string? CharacterMistake(string name, bool ownsSchema)
    {
        if (IsIdentifier(name)) return null;
        if (ownsSchema)
        {
            const int Max = ModelFileLimits.NameCharsMax;
            return $"'{name}' cannot be a name: up to {Max} letters, digits, '_'; no digit first";
        }

        return name.Length is 0 or > 200 || name.Any(char.IsControl) ? $"'{name}' cannot be a name" : null;
    }
}
