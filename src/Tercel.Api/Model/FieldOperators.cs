using Tercel.Api.Query;

namespace Tercel.Api.Model;

/// <summary>Which operators make sense for which type: the binder refuses the others, OpenAPI lists these.</summary>
internal static class FieldOperators
{
    private static readonly Operator[] Equality = [Operator.Eq, Operator.Ne, Operator.In, Operator.Nin];

    private static readonly Operator[] Order =
        [Operator.Lt, Operator.Lte, Operator.Gt, Operator.Gte, Operator.Between];

    private static readonly Operator[] Pattern =
    [
        Operator.Like, Operator.Ilike, Operator.Contains, Operator.Icontains, Operator.Starts, Operator.Istarts,
        Operator.Ends, Operator.Iends, Operator.Regex,
    ];

    private static readonly Operator[] Elements = [Operator.Has, Operator.Hasany, Operator.Hasall];

    private static readonly Operator[] ForText = [.. Equality, .. Order, .. Pattern, Operator.Null];
    private static readonly Operator[] ForEnum = [.. Equality, .. Order, Operator.Null];
    private static readonly Operator[] ForScalar = [.. Equality, .. Order, Operator.Null];
    private static readonly Operator[] ForBool = [Operator.Eq, Operator.Ne, Operator.In, Operator.Nin, Operator.Null];
    private static readonly Operator[] ForArray = [.. Elements, Operator.Null];

    // A JSON column is compared through its members; as a whole it can be tested for null and, when a list, for
    // elements.
    private static readonly Operator[] ForJson = [.. Elements, Operator.Null];

    private static readonly Operator[] ForBytes = [Operator.Null];

    /// <summary>The operators for a column of this type, in documentation order.</summary>
    public static IReadOnlyList<Operator> For(FieldType type) => type.Kind switch
    {
        FieldKind.Bool => ForBool,
        FieldKind.Enum => ForEnum,
        FieldKind.Array => ForArray,
        FieldKind.Json => ForJson,
        FieldKind.Bytes => ForBytes,
        _ when type.IsText && type.Kind != FieldKind.Uuid => ForText,
        _ => ForScalar,
    };
}
