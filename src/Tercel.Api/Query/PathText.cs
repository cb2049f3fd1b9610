using System.Collections.Immutable;

namespace Tercel.Api.Query;

/// <summary>Writes names and paths as lists and filter keys spell them: quotes only where the grammar needs
/// them.</summary>
internal static class PathText
{
    public static string Write(FieldPath path) => string.Join('.', path.Segments.Select(WriteName));

    /// <summary>A name in a list.</summary>
    public static string WriteName(string name) =>
        name.AsSpan().ContainsAny(PathReader.Ends) || name[0] is '-' or '+' or '*' || name != name.Trim()
            || name is "nullsfirst" or "nullslast"
            ? Names.Quote(name)
            : name;

    /// <summary>An alias.</summary>
    public static string BareOrQuoted(string name) => Names.IsBare(name, first: true) ? name : Names.Quote(name);

    public static string Write(SortTerm term)
    {
        var nulls = term.Nulls switch
        {
            NullsOrder.First => ".nullsfirst",
            NullsOrder.Last => ".nullslast",
            _ => "",
        };
        return (term.Descending ? "-" : "") + Write(term.Path) + nulls;
    }

    /// <summary>The entries of a <c>fields</c> list; none for null.</summary>
    public static IEnumerable<string> Entries(Selection? selection)
    {
        if (selection is null) return [];
        IEnumerable<string> all = selection.All ? ["*"] : [];
        return all.Concat(selection.Include.Select(Write)).Concat(selection.Exclude.Select(path => "-" + Write(path)));
    }

    /// <summary>The key of a filter. Equality is left unsaid unless the last name would be read as something
    /// else.</summary>
    public static string Key(ImmutableArray<string> segments, Operator op, bool negated)
    {
        var path = string.Join('.', segments.Select((name, index) => KeySegment(name, index == 0)));
        if (negated) path += ".not";
        var needsOperator = op != Operator.Eq || (segments is [var only] && !negated && QueryNames.IsReserved(only));
        return needsOperator ? path + "." + Operators.Name(op) : path;
    }

    private static string KeySegment(string name, bool first)
    {
        var special = name.AsSpan().IndexOfAny(".[]\"") >= 0 || (first && name[0] == '$');
        var looksLikeOperator = !first && (name == "not" || Operators.TryParse(name, out _));
        return special || looksLikeOperator ? Names.Quote(name) : name;
    }
}
