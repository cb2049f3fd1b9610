using System.Globalization;
using System.Text;
using Tercel.Api.Model;
using Tercel.Data;
using Tercel.Primitives;

namespace Tercel.Api.Writing;

/// <summary>The limits that a field sets to a value that has its type already: min, max, lengths, pattern,
/// items.</summary>
internal static class FieldRules
{
    /// <summary>The first limit that the value breaks; null when it keeps all. NULL keeps all.</summary>
    public static Error? Check(Field field, SqlValue value) => value.Kind switch
    {
        SqlKind.Null => null,
        SqlKind.Integer or SqlKind.Real => field.Type.IsNumber ? CheckNumber(field, value) : null,
        SqlKind.Text => field.Type.Kind is FieldKind.Array ? CheckItems(field, value)
            : field.Type.Kind is FieldKind.Json ? null : CheckText(field, value.Bytes.Span),
        _ => CheckLength(field, value.Bytes.Length, "bytes"),
    };

    /// <summary>The length that the type of an array's elements sets.</summary>
    public static Error? CheckElement(FieldType type, SqlValue value)
    {
        if (type.LengthMax is not { } max || value.Kind != SqlKind.Text) return null;
        var length = TextForms.CodePoints(value.Bytes.Span);
        return length > max ? TooLong(length, max, "characters") : null;
    }

    private static Error? CheckNumber(Field field, SqlValue value)
    {
        if (field.Min is { } min && Compare(value, min) < 0)
            return Broken(WriteErrors.Min, $"must be at least {Text(min)}", "min", min);
        if (field.Max is { } max && Compare(value, max) > 0)
            return Broken(WriteErrors.Max, $"must be at most {Text(max)}", "max", max);
        return null;
    }

    private static int Compare(SqlValue value, decimal limit) => value.Kind == SqlKind.Integer
        ? ((decimal)value.Integer).CompareTo(limit)
        : Math.Abs(value.Real) < 1e27 ? ((decimal)value.Real).CompareTo(limit) : Math.Sign(value.Real);

    private static Error? CheckText(Field field, ReadOnlySpan<byte> text)
    {
        if (CheckLength(field, TextForms.CodePoints(text), "characters") is { } error) return error;
        if (field.Pattern is null || field.Pattern.IsMatch(Encoding.UTF8.GetString(text))) return null;
        var pattern = PatternText.Written(field.Pattern);
        return Broken(WriteErrors.Pattern, $"must match {pattern}", "pattern", pattern);
    }

    private static Error? CheckLength(Field field, int length, string unit)
    {
        var max = field.LengthMax is { } own && own < (field.Type.LengthMax ?? int.MaxValue) ? own
            : field.Type.LengthMax;
        if (max is { } longest && length > longest)
            return TooLong(length, longest, unit);
        if (field.LengthMin is { } shortest && length < shortest)
            return Broken(WriteErrors.MinLength, $"must be at least {shortest} {unit} long, not {length}", "min",
                shortest);
        return null;
    }

    private static Error? CheckItems(Field field, SqlValue value)
    {
        if (field.ItemsMax is not { } max) return null;
        var items = BodyReader.Read(value.Bytes, StoredJson.StoredDepthMax).TryGet(out var document, out _)
            ? document.Root.Count
            : 0;
        if (items <= max) return null;
        return Broken(WriteErrors.TooManyItems, $"must have at most {max} elements, not {items}", "max", max);
    }

    private static Error TooLong(int length, int max, string unit) =>
        Broken(WriteErrors.MaxLength, $"must be at most {max} {unit} long, not {length}", "max", max);

    private static Error Broken(ErrorCode code, string detail, string name, object limit) =>
        new(code, detail) { Params = WriteReader.Param(name, limit) };

    private static string Text(decimal number) =>
        number.ToString("0.############################", CultureInfo.InvariantCulture);
}
