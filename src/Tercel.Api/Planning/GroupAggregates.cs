using System.Collections.Immutable;
using System.Globalization;
using Tercel.Api.Model;

namespace Tercel.Api.Planning;

/// <summary>Which aggregates there are over the rows of a group, what type they give, and how an aggregate over related
/// rows becomes one over a group.</summary>
internal static class GroupAggregates
{
    // More digits than its operand, so that a mean is worth showing; a double has about 15 in all.
    private const int MeanDigits = 2;
    private const int ScaleMax = 12;

    /// <summary>The type of an aggregate over values of a type; null when it does not fit.</summary>
    public static FieldType? TypeOf(string name, FieldType? operand)
    {
        if (name == "count") return FieldType.Int;
        if (operand is null) return null;
        var type = operand.Kind == FieldKind.Json ? FieldType.Float : operand;
        return name switch
        {
            "min" or "max" or "first" or "last" => type.Kind is FieldKind.Array ? null : operand,
            "sum" => type.IsNumber ? type : null,
            _ => type.IsNumber ? MeanOf(type) : null,
        };
    }

    /// <summary>The part of a percentile's name after the p: 0.95 for p95.</summary>
    public static string Fraction(string name) =>
        (int.Parse(name.AsSpan(1), CultureInfo.InvariantCulture) / 100.0).ToString(CultureInfo.InvariantCulture);

    /// <summary>An aggregate over all rows that the rows of a group lead to, made of one over each row's own.</summary>
    /// <returns>Null when the whole does not follow from the parts, as with distinct values and medians.</returns>
    public static Bound? OfParts(Bound.RelatedAggregate part)
    {
        switch (part.Name)
        {
            case "count" or "sum": return new Bound.Aggregate("sum", part, false, part.Type);
            case "min" or "max": return new Bound.Aggregate(part.Name, part, false, part.Type);
            case "avg" when part.Operand is not null:
                var sum = part with { Name = "sum", Type = part.Operand.Type };
                var count = part with { Name = "count", Type = FieldType.Int };
                var type = MeanOf(sum.Type.IsNumber ? sum.Type : FieldType.Float);
                var rows = new Bound.Scalar(
                    "nullif", [new Bound.Aggregate("sum", count, false, FieldType.Int), Zero], FieldType.Int);
                return new Bound.Arithmetic('/', new Bound.Aggregate("sum", sum, false, sum.Type), rows, type);
            default: return null;
        }
    }

    /// <summary>The order that first and last go by: the key's fields, as one value.</summary>
    /// <returns>Empty when the entity has no key, or one whose parts cannot be joined in order.</returns>
    public static ImmutableArray<Bound> KeyOrder(Source root)
    {
        var key = root.Entity.Key;
        if (key.Count > 1 && !key.All(k => IsWhole(k.Type) || IsTextStored(k.Type))) return [];
        return [.. key.Select(k => (Bound)new Bound.Column(root, k))];
    }

    /// <summary>True for types that the database keeps as integers.</summary>
    public static bool IsWhole(FieldType type) => type.Kind is FieldKind.Int or FieldKind.BigInt or FieldKind.Bool
        || type is { Kind: FieldKind.DateTime, Format: DateTimeFormat.Unix or DateTimeFormat.UnixMs };

    private static Bound.Value Zero => new(new ValueOrigin.Fixed(Data.SqlValue.Of(0L)), FieldType.Int);

    private static bool IsTextStored(FieldType type) =>
        type.IsText || (!IsWhole(type) && type.Kind is FieldKind.DateTime or FieldKind.Date or FieldKind.Time);

    private static FieldType MeanOf(FieldType type) => type is { Kind: FieldKind.Decimal, Scale: { } scale }
        ? new FieldType(FieldKind.Decimal) { Scale = Math.Min(scale + MeanDigits, Math.Max(scale, ScaleMax)) }
        : FieldType.Float;
}
