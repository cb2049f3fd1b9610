using Tercel.Primitives;

namespace Tercel.Api.Query;

/// <summary>The wire names of <see cref="CountMode"/>.</summary>
internal static class CountModes
{
    private static readonly string[] Names = ["none", "exact", "estimate"];

    public static string Name(CountMode mode) => Names[(int)mode];

    public static bool TryParse(string name, out CountMode mode)
    {
        var index = Array.IndexOf(Names, name);
        mode = index < 0 ? CountMode.None : (CountMode)index;
        return index >= 0;
    }

    public static Error Mistake(string name) =>
        new(QueryErrors.InvalidValue, $"count is exact, estimate or none, not '{Shortened.Text(name)}'")
        {
            Suggestion = Suggestion.For(name, Names),
        };
}
