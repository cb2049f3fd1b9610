using Tercel.Api.Model;
using Tercel.Primitives;

namespace Tercel.Api.Writing;

/// <summary>What an upsert does with a row that is there already.</summary>
internal enum ConflictResolution
{
    /// <summary>The given fields change it.</summary>
    Merge,

    /// <summary>It stays as it is.</summary>
    Ignore,
}

/// <summary>The fields by which an upsert finds the row: the key, a unique field, or a unique set.</summary>
/// <remarks>Never fields that are write-only: the answer would show the row to whoever guesses one.</remarks>
internal sealed record ConflictTarget(IReadOnlyList<Field> Fields, ConflictResolution Resolution)
{
    /// <summary>Reads <c>on_conflict=product_id,author_id</c>.</summary>
    public static Result<ConflictTarget> Read(Entity entity, string onConflict, string? resolve)
    {
        var names = onConflict.Split(',', StringSplitOptions.TrimEntries);
        var fields = new List<Field>(names.Length);
        foreach (var name in names)
        {
            if (entity.Field(name) is not { IsComputed: false, IsVisible: true } field)
            {
                return new Error(WriteErrors.UnknownField, $"no field '{name}' in {entity.Name}")
                {
                    Parameter = "on_conflict",
                    Suggestion = Suggestion.For(name, entity.Fields.Where(f => f.IsVisible).Select(f => f.Name)),
                };
            }

            fields.Add(field);
        }

        if (!IsUnique(entity, fields))
        {
            return new Error(WriteErrors.ConflictTarget,
                $"'{onConflict}' is neither the key nor unique in {entity.Name}")
            {
                Parameter = "on_conflict",
            };
        }

        return resolve switch
        {
            null or "merge" => new ConflictTarget(fields, ConflictResolution.Merge),
            "ignore" => new ConflictTarget(fields, ConflictResolution.Ignore),
            _ => new Error(WriteErrors.ConflictTarget, "must be merge or ignore")
            {
                Parameter = "resolve",
                Suggestion = Suggestion.For(resolve, ["merge", "ignore"]),
            },
        };
    }

    private static bool IsUnique(Entity entity, List<Field> fields)
    {
        if (fields is [{ Unique: true }]) return true;
        var names = fields.Select(f => f.Name).ToHashSet(StringComparer.Ordinal);
        return names.SetEquals(entity.Key.Select(f => f.Name))
            || entity.Uniques.Any(names.SetEquals)
            || entity.Indexes.Any(i => i.Unique && names.SetEquals(i.Fields.Select(f => f.Field)));
    }
}
