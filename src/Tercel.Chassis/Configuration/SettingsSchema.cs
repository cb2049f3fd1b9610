using System.Diagnostics.CodeAnalysis;
using Tercel.Primitives;

namespace Tercel.Chassis.Configuration;

/// <summary>All settings that a program knows.</summary>
/// <remarks>Lifetime: immutable. Thread: any.</remarks>
public sealed class SettingsSchema
{
    private readonly Dictionary<string, Setting> _byKey = new(StringComparer.Ordinal);

    /// <summary>Joins the declarations of several parts; the same key twice is a mistake of ours and throws.</summary>
    public SettingsSchema(params IEnumerable<IReadOnlyList<Setting>> parts)
    {
        var all = new List<Setting>();
        foreach (var part in parts)
        {
            foreach (var setting in part)
            {
                Invariant.Holds(_byKey.TryAdd(setting.Key, setting));
                all.Add(setting);
            }
        }

        All = all;
    }

    /// <summary>The declarations in the order they were given.</summary>
    public IReadOnlyList<Setting> All { get; }

    /// <summary>The setting of a key.</summary>
    public bool TryFind(string key, [MaybeNullWhen(false)] out Setting setting) => _byKey.TryGetValue(key, out setting);

    /// <summary>The known key nearest to a wrong one; null when none is near.</summary>
    public string? Suggest(string key)
    {
        // A right name in the wrong section is the commonest slip, and too many edits for the spelling search.
        var name = key[(key.LastIndexOf('.') + 1)..];
        return Suggestion.For(key, _byKey.Keys)
            ?? _byKey.Keys.FirstOrDefault(known => known.EndsWith("." + name, StringComparison.Ordinal));
    }
}
