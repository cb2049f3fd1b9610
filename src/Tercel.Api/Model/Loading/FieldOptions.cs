using System.Globalization;
using System.Text.RegularExpressions;

namespace Tercel.Api.Model.Loading;

/// <summary>Applies the options of a field to its draft, and checks each against the type.</summary>
internal sealed class FieldOptions(bool ownsSchema, ModelReport report)
{
    private const int LengthMax = 1_000_000;
    private const int ItemsMax = 10_000;

    private static readonly string[] Flags =
        ["required", "null", "unique", "nocase", "index", "readonly", "write_only", "auto", "pk"];

    public static readonly string[] Known =
        [.. Flags, "default", "min", "max", "min_length", "max_length", "pattern", "max_items", "on_delete", "column",
            "was",
         "format"];

    public static bool IsFlag(string name) => Flags.Contains(name);

    public void Apply(FieldDraft draft, FieldOption option)
    {
        if (!Known.Contains(option.Name))
        {
            if (option.Name is "schema" or "encrypted" or "hidden" or "generated" or "was_type")
                report.NotYet(option.Place, $"the option '{option.Name}' is");
            else
                report.Unknown(option.Place, ModelErrors.UnknownOption, "no field option", option.Name, Known);
            return;
        }

        if (!draft.Options.TryAdd(option.Name, option.Place))
        {
            report.Duplicate(option.Place, $"the option '{option.Name}'", draft.Options[option.Name]);
            return;
        }

        if (IsFlag(option.Name)) Flag(draft, option);
        else if (option.Value is null) report.Add(option.Place, ModelErrors.Syntax, $"'{option.Name}' needs a value",
            Example(option.Name));
        else WithValue(draft, option, option.Value);
    }

    /// <summary>Options that contradict each other or the type; called when all are known.</summary>
    public void CheckTogether(FieldDraft draft)
    {
        if (draft is { Required: true, Null: true })
            Refuse(draft, "null", "a field is either required or null, not both");
        if (draft is { Pk: true, Null: true }) Refuse(draft, "null", "a key is never null");
        if (draft is { Pk: true, WriteOnly: true }) Refuse(draft, "write_only", "a key is always shown");
        if (draft is { ReadOnly: true, WriteOnly: true })
            Refuse(draft, "write_only", "a field that is neither read nor written is useless");
        if (draft is { IsReference: true, WriteOnly: true })
            Refuse(draft, "write_only", "a reference is shown by its relation, which queries follow both ways");
        if (draft.Min > draft.Max) Refuse(draft, "min", $"min {draft.Min} is more than max {draft.Max}");
        if (draft.LengthMin > (draft.LengthMax ?? draft.Type.Value?.LengthMax))
            Refuse(draft, draft.Options.ContainsKey("min") ? "min"
                : "min_length", "the shortest length is more than the longest");
        if (draft.LengthMax > draft.Type.Value?.LengthMax)
            Refuse(draft, draft.Options.ContainsKey("max") ? "max" : "max_length",
                $"the type allows {draft.Type.Value?.LengthMax} characters only");
        if (draft.Type.IsVersion && draft.Options.Count > 0)
            Refuse(draft, draft.Options.Keys.First(),
                "a version takes no options: it starts at 1 and counts the updates");
        if (draft.Auto) CheckAuto(draft);
        if (draft.IsReference) return;
        if (draft.OnDelete is not null) Refuse(draft, "on_delete", "on_delete belongs to a reference", "ref(...)");
        if (!ownsSchema
            || draft.Type.Value is not { Kind: FieldKind.Json or FieldKind.Array or FieldKind.Bytes } type) return;
        foreach (var option in (ReadOnlySpan<string>)["unique", "index", "pk"])
            if (draft.Options.ContainsKey(option)) Refuse(draft, option, $"a {Word(type)} cannot be {Verb(option)}");
    }

    private void CheckAuto(FieldDraft draft)
    {
        if (draft.Type == TypeDraft.Broken) return;
        if (draft.Type.Value is { Kind: FieldKind.Int or FieldKind.BigInt } or { Kind: FieldKind.DateTime })
        {
            if (draft.Default is not null) Refuse(draft, "default", "an auto field needs no default");
            return;
        }

        Refuse(draft, "auto",
            "'auto' is for integer keys (numbered by the database) and datetimes (set by each write)");
    }

    private void Flag(FieldDraft draft, FieldOption option)
    {
        if (option.Value is not null && !(option.Name == "unique" && option.Value == "nocase"))
        {
            report.Add(option.ValuePlace, ModelErrors.Syntax, $"'{option.Name}' takes no value",
                option.Name == "unique" ? "unique(nocase)" : option.Name);
            return;
        }

        switch (option.Name)
        {
            case "required": draft.Required = true; break;
            case "null": draft.Null = true; break;
            case "unique": draft.Unique = true; break;
            case "index": draft.Index = true; break;
            case "readonly": draft.ReadOnly = true; break;
            case "write_only": draft.WriteOnly = true; break;
            case "auto": draft.Auto = true; break;
            case "pk": draft.Pk = true; break;
        }

        if (option.Name != "nocase" && option.Value != "nocase") return;
        if (draft.Type.Value is null or { IsText: true,
            Kind: not (FieldKind.Enum or FieldKind.Uuid) }) draft.NoCase = true;
        else report.Add(option.Place, ModelErrors.Option, "only texts can ignore case");
    }

    private void WithValue(FieldDraft draft, FieldOption option, string value)
    {
        switch (option.Name)
        {
            case "default": draft.Default = new DefaultSyntax(ownsSchema, report).Read(draft, option, value); break;
            case "min" or "max" or "min_length" or "max_length": Bound(draft, option, value); break;
            case "max_items": MaxItems(draft, option, value); break;
            case "pattern": draft.Pattern = Pattern(draft, option, value); break;
            case "on_delete": draft.OnDelete = OnDeleteOf(value, option.ValuePlace, report); break;
            case "column": draft.Column = value; break;
            case "was": draft.Was = value; break;
            case "format": Format(draft, option, value); break;
        }
    }

    private void Bound(FieldDraft draft, FieldOption option, string value)
    {
        if (draft.Type == TypeDraft.Broken) return;
        var type = draft.Type.Value;
        var isLength = option.Name.EndsWith("_length", StringComparison.Ordinal);
        if (type is { IsText: true, Kind: not (FieldKind.Enum or FieldKind.Uuid) })
        {
            if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var length)
                || length > LengthMax)
                report.Add(option.ValuePlace, ModelErrors.Value,
                    $"'{option.Name}' of a text is its length in characters, 0 to {LengthMax}");
            else if (option.Name.StartsWith("min", StringComparison.Ordinal))
                draft.LengthMin = length;
            else
                draft.LengthMax = length;
            return;
        }

        if (isLength || type is not { IsNumber: true } || draft.Type.IsVersion)
        {
            report.Add(option.Place, ModelErrors.Option, $"a {Word(type)} has no '{option.Name}'",
                type?.Kind == FieldKind.Array ? "max_items" : null);
        }
        else if (!decimal.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            report.Add(option.ValuePlace, ModelErrors.Value, $"'{option.Name}' must be a number, not '{value}'");
        }
        else if (option.Name == "min")
        {
            draft.Min = number;
        }
        else
        {
            draft.Max = number;
        }
    }

    private void MaxItems(FieldDraft draft, FieldOption option, string value)
    {
        if (draft.Type.Value is { Kind: not FieldKind.Array } || draft.IsReference)
            report.Add(option.Place, ModelErrors.Option, "'max_items' is for lists, such as string[]");
        else if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var items)
            && items is >= 1 and <= ItemsMax)
            draft.ItemsMax = items;
        else
            report.Add(option.ValuePlace, ModelErrors.Value,
                $"'max_items' is a number from 1 to {ItemsMax}, not '{value}'");
    }

    // Without backtracking, so that no text can make a match take long; lookarounds and back references do not exist
    // then.
    private Regex? Pattern(FieldDraft draft, FieldOption option, string value)
    {
        if (draft.Type.Value is { } type && (!type.IsText || type.Kind is FieldKind.Enum or FieldKind.Uuid))
        {
            report.Add(option.Place, ModelErrors.Option, $"a {Word(type)} has no pattern");
            return null;
        }

        try
        {
            // The pattern must match the whole text, whether or not it says so.
            return new Regex($@"\A(?:{value})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            report.Add(option.ValuePlace, ModelErrors.Value, $"the pattern cannot be used: {e.Message}");
            return null;
        }
    }

    private void Format(FieldDraft draft, FieldOption option, string value)
    {
        if (draft.Type == TypeDraft.Broken) return;
        if (draft.Type.Value is not { Kind: FieldKind.DateTime } type)
        {
            report.Add(option.Place, ModelErrors.Option, "'format' says how a datetime is stored");
            return;
        }

        string[] formats = ["iso", "sql", "unix", "unixms"];
        var index = Array.IndexOf(formats, value);
        if (index < 0) report.Unknown(option.ValuePlace, ModelErrors.Value, "no datetime format", value, formats);
        else draft.Type = new TypeDraft(type with { Format = (DateTimeFormat)index });
    }

    public static OnDelete? OnDeleteOf(string value, Place place, ModelReport report)
    {
        switch (value)
        {
            case "restrict": return OnDelete.Restrict;
            case "cascade": return OnDelete.Cascade;
            case "set null" or "set_null" or "null": return OnDelete.SetNull;
            case "no action" or "no_action": return OnDelete.NoAction;
            default:
                report.Unknown(place, ModelErrors.Value, "no on_delete action", value,
                    ["restrict", "cascade", "set_null", "no_action"]);
                return null;
        }
    }

    private void Refuse(FieldDraft draft, string option, string detail, string? suggestion = null) =>
        report.Add(draft.PlaceOf(option), ModelErrors.Option, detail, suggestion);

    private static string Word(FieldType? type) => type switch
    {
        null => "reference",
        { Kind: FieldKind.Array } => "list",
        _ => type.Word,
    };

    private static string Verb(string option) => option switch
    {
        "unique" => "unique",
        "index" => "indexed",
        _ => "a key",
    };

    private static string? Example(string option) => option switch
    {
        "default" => "default=0",
        "pattern" => "pattern=^[A-Z]+$",
        "on_delete" => "on_delete=restrict",
        "format" => "format=iso",
        "column" or "was" => null,
        _ => option + "=10",
    };
}
