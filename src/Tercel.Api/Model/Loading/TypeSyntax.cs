using System.Collections.Frozen;
using System.Globalization;

namespace Tercel.Api.Model.Loading;

/// <summary>Reads a type: <c>int</c>, <c>string(40)</c>, <c>decimal(10,2)</c>, <c>enum(a,b)</c>, <c>string[]</c>,
/// <c>ref(users)</c>.</summary>
internal sealed class TypeSyntax(
    IReadOnlyDictionary<string, IReadOnlyList<string>> enums, bool ownsSchema, ModelReport report)
{
    /// <summary>Digits that a double keeps, and so does a NUMERIC column of SQLite.</summary>
    private const int PrecisionMax = 15;

    private const int LengthMax = 1_000_000;

    private const int EnumValuesMax = 500;

    private static readonly FrozenDictionary<string, FieldKind> Simple = new Dictionary<string, FieldKind>
    {
        ["uuid"] = FieldKind.Uuid,
        ["string"] = FieldKind.String,
        ["text"] = FieldKind.Text,
        ["email"] = FieldKind.Email,
        ["slug"] = FieldKind.Slug,
        ["int"] = FieldKind.Int,
        ["bigint"] = FieldKind.BigInt,
        ["float"] = FieldKind.Float,
        ["bool"] = FieldKind.Bool,
        ["datetime"] = FieldKind.DateTime,
        ["date"] = FieldKind.Date,
        ["time"] = FieldKind.Time,
        ["json"] = FieldKind.Json,
        ["bytes"] = FieldKind.Bytes,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    // What people write out of habit, and what it is called here.
    private static readonly FrozenDictionary<string, string> Habits = new Dictionary<string, string>
    {
        ["integer"] = "int", ["int32"] = "int", ["number"] = "int", ["long"] = "bigint", ["int64"] = "bigint",
        ["varchar"] = "string", ["char"] = "string", ["str"] = "string", ["boolean"] = "bool", ["double"] = "float",
        ["real"] = "float", ["numeric"] = "decimal(10,2)", ["money"] = "decimal(10,2)", ["timestamp"] = "datetime",
        ["timestamptz"] = "datetime", ["guid"] = "uuid", ["jsonb"] = "json", ["object"] = "json", ["blob"] = "bytes",
        ["binary"] = "bytes", ["serial"] = "int", ["reference"] = "ref(...)", ["array"] = "string[]",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly string[] Names = [.. Simple.Keys, "decimal", "enum", "version", "ref"];

    /// <summary>Reads the type in <paramref name="text"/>; <see cref="TypeDraft.Broken"/> after a mistake.</summary>
    /// <param name="text">The type alone.</param>
    /// <param name="place">Gives the place of a character of it.</param>
    public TypeDraft Read(string text, Func<int, Place> place)
    {
        if (text.EndsWith("[]", StringComparison.Ordinal)) return Array(text, place);
        var open = text.IndexOf('(', StringComparison.Ordinal);
        if (open >= 0 && !text.EndsWith(')'))
        {
            report.Add(place(open), ModelErrors.Syntax, $"'(' without ')' in the type '{text}'");
            return TypeDraft.Broken;
        }

        var name = open < 0 ? text : text[..open];
        var argument = open < 0 ? null : text[(open + 1)..^1].Trim();
        Place argumentPlace = place(open < 0 ? 0 : open + 1);
        switch (name)
        {
            case "decimal":
                return Decimal(argument, argumentPlace);
            case "enum":
                return Enum(argument, argumentPlace);
            case "ref" when argument is { Length: > 0 }:
                return new TypeDraft(null, Reference: Unquoted(argument));
            case "ref":
                report.Add(argumentPlace, ModelErrors.Syntax, "ref needs the resource it refers to", "ref(users)");
                return TypeDraft.Broken;
            case "version" when argument is null:
                return new TypeDraft(FieldType.Int, IsVersion: true);
            case "file" or "image" or "vector" or "geo" or "point":
                report.NotYet(place(0), $"the type {name} is");
                return TypeDraft.Broken;
        }

        if (Simple.TryGetValue(name, out var kind)) return WithLength(kind, name, argument, argumentPlace);
        var suggestion = Habits.GetValueOrDefault(name) ?? Primitives.Suggestion.For(name, Names);
        report.Add(place(0), ModelErrors.UnknownType, $"no type '{name}'; known: {string.Join(", ", Names)}",
            suggestion);
        return TypeDraft.Broken;
    }

    private TypeDraft Array(string text, Func<int, Place> place)
    {
        var element = Read(text[..^2], place);
        if (element == TypeDraft.Broken) return element;
        if (element.Value is { Kind: not (FieldKind.Array or FieldKind.Json or FieldKind.Bytes) } type
            && !element.IsVersion)
            return new TypeDraft(new FieldType(FieldKind.Array) { Element = type });
        report.Add(place(0), ModelErrors.UnknownType, $"there are no lists of {text[..^2]}", "json");
        return TypeDraft.Broken;
    }

    private TypeDraft WithLength(FieldKind kind, string name, string? argument, Place place)
    {
        if (argument is null) return new TypeDraft(new FieldType(kind));
        if (kind is not (FieldKind.String or FieldKind.Slug or FieldKind.Email))
        {
            var suggestion = kind == FieldKind.Text ? $"text max={argument}" : name;
            report.Add(place, ModelErrors.Syntax, $"the type {name} takes nothing in parentheses", suggestion);
            return TypeDraft.Broken;
        }

        if (int.TryParse(argument, NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            && length is >= 1 and <= LengthMax)
            return new TypeDraft(new FieldType(kind) { LengthMax = length });
        report.Add(place, ModelErrors.Value,
            $"the length of a {name} is a number from 1 to {LengthMax}, not '{argument}'");
        return TypeDraft.Broken;
    }

    private TypeDraft Decimal(string? argument, Place place)
    {
        if (argument is null && !ownsSchema) return new TypeDraft(new FieldType(FieldKind.Decimal));
        var parts = (argument ?? "").Split(',', StringSplitOptions.TrimEntries);
        if (parts.Length != 2
            || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var precision)
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var scale)
            || precision < 1 || scale > precision)
        {
            report.Add(place, ModelErrors.Syntax,
                "a decimal says how many digits it has in all, and how many after the point", "decimal(10,2)");
            return TypeDraft.Broken;
        }

        if (precision <= PrecisionMax)
            return new TypeDraft(new FieldType(FieldKind.Decimal) { Precision = precision, Scale = scale });
        report.Add(place, ModelErrors.Value,
            $"SQLite keeps {PrecisionMax} digits of a decimal exactly, not {precision}",
            $"decimal({PrecisionMax},{Math.Min(scale, PrecisionMax)})");
        return TypeDraft.Broken;
    }

    private TypeDraft Enum(string? argument, Place place)
    {
        var values = argument is null or "" ? [] : argument.Split(',').Select(v => Unquoted(v.Trim())).ToList();
        if (values.Count == 0)
        {
            report.Add(place, ModelErrors.Syntax, "an enum needs its values, or the name of a shared enum",
                "enum(draft,active)");
            return TypeDraft.Broken;
        }

        if (values.Count > 1) return CheckEnumValues(values, place) ? Of(values, name: null) : TypeDraft.Broken;
        if (enums.TryGetValue(values[0], out var shared)) return Of(shared, values[0]);
        report.Unknown(place, ModelErrors.UnknownName, "no enum", values[0], enums.Keys);
        return TypeDraft.Broken;

        static TypeDraft Of(IReadOnlyList<string> values, string? name) =>
            new(new FieldType(FieldKind.Enum) { EnumValues = values, EnumName = name });
    }

    /// <summary>Checks the values of an enum, inline or shared.</summary>
    public bool CheckEnumValues(IReadOnlyList<string> values, Place place)
    {
        string? mistake = null;
        if (values.Count is 0 or > EnumValuesMax) mistake = $"an enum has 1 to {EnumValuesMax} values";
        else if (values.FirstOrDefault(v =>
            v.Length is 0 or > 100 || v != v.Trim() || v.Any(char.IsControl)) is { } bad)
            mistake = $"'{bad}' cannot be a value of an enum: 1 to 100 characters, no space at either end";
        else if (values.GroupBy(v => v, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            mistake = $"the value '{twice.Key}' stands twice";
        if (mistake is not null) report.Add(place, ModelErrors.Value, mistake);
        return mistake is null;
    }

    private static string Unquoted(string text) =>
        text.Length >= 2 && text[0] is '\'' or '"' && text[^1] == text[0] ? text[1..^1] : text;
}
