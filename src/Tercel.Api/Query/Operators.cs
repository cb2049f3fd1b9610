using System.Collections.Frozen;

namespace Tercel.Api.Query;

/// <summary>The wire names of the operators.</summary>
internal static class Operators
{
    private static readonly FrozenDictionary<string, Operator> ByName = Enum.GetValues<Operator>()
        .ToFrozenDictionary(Name, StringComparer.Ordinal);

    public static IEnumerable<string> Names => ByName.Keys;

    public static bool TryParse(string name, out Operator result) => ByName.TryGetValue(name, out result);

    public static string Name(Operator value) => value.ToString().ToLowerInvariant();
}
