using Tercel.Primitives;

namespace Tercel.Api.Query;

/// <summary>The spellings of the comparison operators inside expressions.</summary>
internal static class ComparisonOperators
{
    // Longer symbols first: `<=` must not be read as `<`.
    private static readonly (string Symbol, Operator Operator)[] Symbols =
    [
        ("==", Operator.Eq), ("!=", Operator.Ne), ("<>", Operator.Ne), ("<=", Operator.Lte), (">=", Operator.Gte),
        ("=", Operator.Eq), ("<", Operator.Lt), (">", Operator.Gt),
    ];

    /// <summary>Takes the operator that is next, after spaces.</summary>
    public static bool TryTake(TextCursor cursor, out Operator op)
    {
        foreach (var (symbol, candidate) in Symbols)
        {
            if (!cursor.TryTake(symbol)) continue;
            op = candidate;
            return true;
        }

        var word = cursor.PeekWord();
        if (!Operators.TryParse(word.ToString().ToLowerInvariant(), out op) || !IsInfix(op)) return false;
        cursor.Advance(word.Length);
        return true;
    }

    /// <summary>The infix word that was probably meant.</summary>
    public static string? Near(string word) =>
        Suggestion.For(word, Operators.Names.Where(IsInfixName).Concat(["and", "or", "is", "not"]));

    /// <summary>The canonical spelling.</summary>
    public static string Name(Operator op) => Operators.Name(op);

    private static bool IsInfix(Operator op) => op is not (Operator.Null or Operator.Exists);

    private static bool IsInfixName(string name) => Operators.TryParse(name, out var op) && IsInfix(op);
}
