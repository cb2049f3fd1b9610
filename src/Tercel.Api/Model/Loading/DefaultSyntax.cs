using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Tercel.Api.Model.Loading;

/// <summary>Reads the value of <c>default=</c>, and checks a constant against the type.</summary>
internal sealed class DefaultSyntax(bool ownsSchema, ModelReport report)
{
    private const long IntMax = (1L << 53) - 1;

    /// <summary>The default, or null after a mistake.</summary>
    public FieldDefault? Read(FieldDraft draft, FieldOption option, string value)
    {
        if (draft.Type == TypeDraft.Broken) return null;
        var type = draft.Type.Value;
        if (!option.Quoted)
        {
            if (value.StartsWith('@')) return Ambient(option, value);
            if (value == "now" && type is { Kind: FieldKind.DateTime or FieldKind.Date or FieldKind.Time })
                return new FieldDefault.Now();
            if (value == "uuid" && type?.Kind == FieldKind.Uuid) return new FieldDefault.NewUuid();
            if (Call(value, "seq") is { } pattern) return Sequence(draft, option, pattern);
            if (Call(value, "sql") is { } sql) return Database(option, sql);
            if (value == "null")
                return Refuse(option, "a field that may be null needs no default", "null");
        }

        if (type is null) return new FieldDefault.Constant(value);
        if (Mistake(type, value) is not { } mistake) return new FieldDefault.Constant(value);
        var near = type.Kind == FieldKind.Enum ? Primitives.Suggestion.For(value, type.EnumValues) : null;
        return Refuse(option, $"the default '{value}' {mistake}", near);
    }

    /// <summary>What is wrong with a constant of this type; null when nothing is.</summary>
    public static string? Mistake(FieldType type, string value) => type.Kind switch
    {
        FieldKind.Uuid => Guid.TryParseExact(value, "D", out _) ? null : "is no UUID",
        FieldKind.Int => Whole(value, -IntMax, IntMax),
        FieldKind.BigInt => Whole(value, long.MinValue, long.MaxValue),
        FieldKind.Decimal => Fraction(value, type),
        FieldKind.Float => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number) ? null : "is no number",
        FieldKind.Bool => value is "true" or "false" ? null : "is neither true nor false",
        FieldKind.DateTime =>
            DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _)
            && value.Contains('T', StringComparison.Ordinal) ? null
                : "is no point in time such as 2026-01-31T12:00:00Z",
        FieldKind.Date =>
            DateOnly.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
            ? null : "is no date such as 2026-01-31",
        FieldKind.Time =>
            TimeOnly.TryParseExact(value, ["HH:mm:ss", "HH:mm"], CultureInfo.InvariantCulture, DateTimeStyles.None,
            out _)
            ? null : "is no time of day such as 23:59:59",
        FieldKind.Enum => type.EnumValues.Contains(value) ? null : $"is none of {string.Join(", ", type.EnumValues)}",
        FieldKind.Json => IsJson(value, out _) ? null : "is no JSON",
        FieldKind.Array =>
            IsJson(value, out var kind) && kind == JsonValueKind.Array ? null : "is no JSON list such as []",
        FieldKind.Bytes => Convert.TryFromBase64String(value, new byte[value.Length], out _) ? null : "is no Base64",
        FieldKind.Slug => IsSlug(value) ? Length(type, value) : "is no slug: lower-case letters, digits, inner hyphens",
        _ => Length(type, value),
    };

    private FieldDefault? Ambient(FieldOption option, string value)
    {
        if (!value.StartsWith("@ref(", StringComparison.Ordinal) || !value.EndsWith(')'))
        {
            var name = value.Split('.', '(')[0];
            report.NotYet(option.ValuePlace, $"the default {name} belongs to authentication, which is");
            return null;
        }

        var path = value[5..^1].Split('.');
        if (path.Length == 2) return new FieldDefault.FromReference(path[0].Trim(), path[1].Trim());
        return Refuse(option, "@ref takes a reference of this resource and a field of its target",
            "@ref(product.price)");
    }

    // O-{000000}: the zeros are the width of the number.
    private FieldDefault? Sequence(FieldDraft draft, FieldOption option, string pattern)
    {
        if (draft.Type.Value is not { Kind: FieldKind.String or FieldKind.Text })
            return Refuse(option, "a sequence with a pattern makes texts; declare the field as string", null);
        if (Regex.IsMatch(pattern, @"\A[^{}]*\{0{1,18}\}[^{}]*\z")) return new FieldDefault.Sequence(pattern);
        return Refuse(option, $"the pattern '{pattern}' has no place for the number: zeros in braces",
            "seq('O-{000000}')");
    }

    private FieldDefault? Database(FieldOption option, string sql)
    {
        if (!ownsSchema) return new FieldDefault.Database(sql);
        return Refuse(option, "sql(...) names the default of an existing table; it needs 'schema: existing'", null);
    }

    private FieldDefault? Refuse(FieldOption option, string detail, string? suggestion)
    {
        report.Add(option.ValuePlace, ModelErrors.Value, detail, suggestion);
        return null;
    }

    private static string? Call(string value, string name)
    {
        if (!value.StartsWith(name + "(", StringComparison.Ordinal) || !value.EndsWith(')')) return null;
        var argument = value[(name.Length + 1)..^1].Trim();
        return argument.Length >= 2 && argument[0] is '\'' or '"' && argument[^1] == argument[0]
            ? argument[1..^1].Replace(new string(argument[0], 2), argument[..1], StringComparison.Ordinal)
            : argument;
    }

    private static string? Whole(string value, long min, long max) =>
        long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number < min || number > max ? "is too large" : null
            : "is no whole number";

    private static string? Fraction(string value, FieldType type)
    {
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        if (!decimal.TryParse(value, Style, CultureInfo.InvariantCulture,
            out var number)) return "is no decimal number";
        if (type.Scale is { } scale
            && decimal.Round(number, scale) != number) return $"has more than {scale} digits after the point";
        return type is { Precision: { } precision, Scale: { } digits }
            && Math.Abs(number) >= (decimal)Math.Pow(10, precision - digits) ? "has too many digits" : null;
    }

    private static string? Length(FieldType type, string value) =>
        value.EnumerateRunes().Count() > type.LengthMax ? $"is longer than {type.LengthMax} characters" : null;

    private static bool IsSlug(string value) => Regex.IsMatch(value, @"\A[a-z0-9]+(-[a-z0-9]+)*\z");

    private static bool IsJson(string value, out JsonValueKind kind)
    {
        kind = JsonValueKind.Undefined;
        try
        {
            using var document = JsonDocument.Parse(value);
            kind = document.RootElement.ValueKind;
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
