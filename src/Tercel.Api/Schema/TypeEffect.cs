using Tercel.Api.Model;

namespace Tercel.Api.Schema;

// Whether clients that know the old type of a field get along with the new one.
internal static class TypeEffect
{
    public static ApiEffect Of(string was, FieldType now)
    {
        var before = StoredType.Of(was, Affinity.Text);
        var grown = (before.Kind, now.Kind) switch
        {
            (FieldKind.Enum, FieldKind.Enum) =>
                Arguments(was).All(v => now.EnumValues.Contains(v, StringComparer.Ordinal)),
            (FieldKind.Decimal, FieldKind.Decimal) => Number(was, 0) <= (now.Precision ?? int.MaxValue)
                && Number(was, 1) == (now.Scale ?? Number(was, 1)),
            (FieldKind.String, FieldKind.String) => now.LengthMax is null || Number(was, 0) <= now.LengthMax,
            (FieldKind.Slug, FieldKind.Slug) => now.LengthMax is null || Number(was, 0) <= now.LengthMax,
            (FieldKind.String or FieldKind.Slug or FieldKind.Email or FieldKind.Enum or FieldKind.Uuid,
                FieldKind.Text) => true,
            _ => false,
        };
        return grown ? ApiEffect.Addition : ApiEffect.Breaking;
    }

    private static string[] Arguments(string definition)
    {
        var open = definition.IndexOf('(', StringComparison.Ordinal);
        return open < 0 ? [] : definition[(open + 1)..].TrimEnd(')').Split(',');
    }

    private static int Number(string definition, int argument) =>
        Arguments(definition).ElementAtOrDefault(argument) is { } text && int.TryParse(text, out var number)
            ? number
            : int.MaxValue;
}
