using System.Globalization;
using System.Text.Json.Nodes;
using Tercel.Api.Model;

namespace Tercel.Api.OpenApi;

/// <summary>Values that a reader can recognise and that are valid for their field; the same on every run.</summary>
internal static class ExampleValues
{
    /// <summary>An example of the field's value as JSON; null when none can be made up (a text with a
    /// pattern).</summary>
    public static JsonNode? For(Field field)
    {
        if (field.Pattern is { } pattern)
            return Candidates(field).Where(c => pattern.IsMatch(c)).Select(c => (JsonNode)c).FirstOrDefault();
        if (field.Default is FieldDefault.Constant constant && field.Type.Kind == FieldKind.Enum) return constant.Text;
        return For(field.Type, field);
    }

    private static JsonNode? For(FieldType type, Field? field) => type.Kind switch
    {
        FieldKind.Uuid => "019a2f6e-7c1d-7e5a-9f00-0242ac120002",
        FieldKind.Email => "ada@example.com",
        FieldKind.Slug => "running-shoes",
        FieldKind.String or FieldKind.Text => Text(type, field),
        FieldKind.Int => (long)Number(field, 7),
        FieldKind.BigInt => "7",
        FieldKind.Decimal => decimal.Round(Number(field, 49.90m), type.Scale ?? 2),
        FieldKind.Float => (double)Number(field, 1.5m),
        FieldKind.Bool => true,
        FieldKind.DateTime => "2026-03-14T09:26:53Z",
        FieldKind.Date => "2026-03-14",
        FieldKind.Time => "09:26:53",
        FieldKind.Enum => type.EnumValues.Count > 0 ? type.EnumValues[0] : null,
        FieldKind.Json => new JsonObject { ["color"] = "red" },
        FieldKind.Array => type.Element is { } element && For(element, null) is { } item ? new JsonArray(item) : null,
        FieldKind.Bytes => "VGVyY2Vs",
        _ => null,
    };

    private static decimal Number(Field? field, decimal usual)
    {
        if (field?.Type is { Kind: FieldKind.Decimal, Precision: { } precision, Scale: { } scale })
        {
            var largest = 1m;
            for (var i = 0; i < precision - scale; i++) largest *= 10;
            if (usual >= largest) usual = 0.5m;
        }

        if (field?.Min is { } min && usual < min) usual = min;
        if (field?.Max is { } max && usual > max) usual = max;
        return usual;
    }

    private static JsonNode? Text(FieldType type, Field? field)
    {
        var text = field?.Name.ToLowerInvariant() switch
        {
            "country" or "country_code" => "IT",
            "currency" => "EUR",
            { } name when name.Contains("name", StringComparison.Ordinal) => "Runner",
            { } name when name.Contains("phone", StringComparison.Ordinal) => "+39 06 1234567",
            _ => "text",
        };
        var longest = Math.Min(type.LengthMax ?? int.MaxValue, field?.LengthMax ?? int.MaxValue);
        if (text.Length > longest) text = text[..longest];
        while (text.Length < (field?.LengthMin ?? 0)) text += "x";
        return text;
    }

    private static IEnumerable<string> Candidates(Field field)
    {
        string[] texts =
            ["IT", "EUR", "A-1", "AB", "ABC", "A1", "abc", "a1", "1", "12345", "123", "Runner", "red", "#ff0000"];
        var longest = Math.Min(field.Type.LengthMax ?? int.MaxValue, field.LengthMax ?? int.MaxValue);
        return texts
            .Concat(Enumerable.Range(1, 12).Select(n => new string('A', n)))
            .Concat(Enumerable.Range(1, 12).Select(n => n.ToString(CultureInfo.InvariantCulture).PadLeft(n, '0')))
            .Where(t => t.Length <= longest && t.Length >= (field.LengthMin ?? 0));
    }
}
