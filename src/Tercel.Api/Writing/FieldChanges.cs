using System.Globalization;
using Tercel.Api.Model;
using Tercel.Data;
using Tercel.Primitives;

namespace Tercel.Api.Writing;

/// <summary>Computes what a <see cref="FieldChange"/> makes of the stored value, and keeps the field's
/// limits.</summary>
internal static class FieldChanges
{
    /// <summary>The new value, or why it is not allowed (without pointer).</summary>
    public static Error? Apply(Field field, FieldChange change, SqlValue stored, out SqlValue result)
    {
        Error? error = null;
        result = stored;
        switch (change)
        {
            case FieldChange.Increment increment:
                error = Sum(field.Type, stored, increment.Amount, out result);
                break;
            case FieldChange.Add add:
                result = Combine(stored, add.Items, adding: true);
                break;
            case FieldChange.Remove remove:
                result = Combine(stored, remove.Items, adding: false);
                break;
            case FieldChange.Merge merge:
                result = SqlValue.OfUtf8(
                    StoredJson.Merge(stored.IsNull ? default : stored.Bytes, merge.Patch));
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }

        return error ?? FieldRules.Check(field, result);
    }

    private static Error? Sum(FieldType type, SqlValue stored, SqlValue amount, out SqlValue result)
    {
        result = default;
        if (stored.Kind is SqlKind.Text or SqlKind.Blob)
            return new Error(WriteErrors.Type, "is not a number in the database");
        if (type.Kind is FieldKind.Int or FieldKind.BigInt && stored.Kind != SqlKind.Real)
        {
            var sum = (Int128)stored.Integer + amount.Integer;
            var max = type.Kind == FieldKind.Int ? ValueText.IntMax : long.MaxValue;
            var min = type.Kind == FieldKind.Int ? -ValueText.IntMax : long.MinValue;
            if (sum < min || sum > max) return OutOfRange();
            result = SqlValue.Of((long)sum);
            return null;
        }

        if (type.Kind == FieldKind.Decimal && TryDecimal(stored, out var a) && TryDecimal(amount, out var b))
            return SumOfDecimals(type, a, b, out result);
        var real = AsDouble(stored) + AsDouble(amount);
        if (!double.IsFinite(real)) return OutOfRange();
        result = SqlValue.Of(real);
        return null;
    }

    private static Error? SumOfDecimals(FieldType type, decimal a, decimal b, out SqlValue result)
    {
        var sum = decimal.Round(a + b, type.Scale ?? 15);
        result = sum == decimal.Truncate(sum) && Math.Abs(sum) < long.MaxValue
            ? SqlValue.Of((long)sum)
            : SqlValue.Of((double)sum);
        return type.Precision is null || ValueText.FitsDecimal(sum, type, out _) ? null : OutOfRange();
    }

    private static Error OutOfRange() => new(WriteErrors.Range, "would be out of the range of its type");

    // Half of decimal's range, so that a sum of two never overflows.
    private static bool TryDecimal(SqlValue value, out decimal result)
    {
        var fits = value.Kind != SqlKind.Real || Math.Abs(value.Real) < 1e28;
        result = !fits ? 0 : value.Kind == SqlKind.Real ? (decimal)value.Real : value.Integer;
        return fits;
    }

    private static double AsDouble(SqlValue value) => value.Kind == SqlKind.Real ? value.Real : value.Integer;

    // Both sides are arrays of single values; equal means the same kind and the same text.
    private static SqlValue Combine(SqlValue stored, SqlValue items, bool adding)
    {
        var output = new JsonOutput(stored.Bytes.Length + items.Bytes.Length + 2);
        var named = Elements(items);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        if (!adding)
            foreach (var item in named) seen.Add(Identity(item));
        output.Open('[');
        foreach (var item in Elements(stored))
        {
            if (!adding && seen.Contains(Identity(item))) continue;
            if (adding) seen.Add(Identity(item));
            StoredJson.Write(output, item);
        }

        if (adding)
            foreach (var item in named)
                if (seen.Add(Identity(item))) StoredJson.Write(output, item);
        output.Close(']');
        return SqlValue.OfUtf8(output.Written);
    }

    private static List<BodyValue> Elements(SqlValue array)
    {
        var found = new List<BodyValue>();
        if (array.IsNull || !BodyReader.Read(array.Bytes, StoredJson.StoredDepthMax).TryGet(out var document, out _))
            return found;
        if (document.Root.Kind != BodyKind.Array) return found;
        foreach (var item in document.Root) found.Add(item);
        return found;
    }

    private static string Identity(BodyValue value) => value.Kind switch
    {
        BodyKind.String => "\"" + value.Text,
        BodyKind.Number when NumberText.Of(value.Raw).TryInteger(out var integer) =>
            integer.ToString(CultureInfo.InvariantCulture),
        _ => System.Text.Encoding.UTF8.GetString(StoredJson.Of(value).Span),
    };
}
