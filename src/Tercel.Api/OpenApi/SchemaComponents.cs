using System.Text.Json.Nodes;
using Tercel.Api.Model;

namespace Tercel.Api.OpenApi;

/// <summary>JSON Schema (draft 2020-12, as OpenAPI 3.1 uses it) for fields, rows and lists.</summary>
internal sealed class SchemaComponents(ApiModel model, OpenApiNames names)
{
    private readonly ApiModel _model = model;
    private readonly OpenApiNames _names = names;

    public static JsonObject Ref(string component) => new() { ["$ref"] = $"#/components/schemas/{component}" };

    /// <summary>The schemas of one entity: the row, and for a writable one what a create and an update may
    /// hold.</summary>
    public IEnumerable<(string Name, JsonObject Schema)> Of(Entity entity)
    {
        var name = _names.Of(entity);
        yield return (name, Row(entity));
        yield return ($"{name}.list", List(entity));
        if (!entity.Writable) yield break;
        yield return ($"{name}.create", Create(entity));
        yield return ($"{name}.patch", Patch(entity));
    }

    /// <summary>The schema of a field's value, without null.</summary>
    public static JsonObject Value(Field field)
    {
        var schema = Value(field.Type);
        if (field.Min is { } min) schema["minimum"] = min;
        if (field.Max is { } max) schema["maximum"] = max;
        if (field.LengthMin is { } lengthMin) schema["minLength"] = lengthMin;
        if (field.LengthMax is { } lengthMax) schema["maxLength"] = lengthMax;
        if (field.ItemsMax is { } itemsMax) schema["maxItems"] = itemsMax;
        if (field.Pattern is { } pattern) schema["pattern"] = PatternText.Anchored(pattern);
        return schema;
    }

    public static JsonObject Value(FieldType type)
    {
        var schema = type.Kind switch
        {
            FieldKind.Uuid => Text("uuid"),
            FieldKind.Email => Text("email"),
            FieldKind.DateTime => Text("date-time"),
            FieldKind.Date => Text("date"),
            FieldKind.Time => Text("time"),
            FieldKind.Int => new JsonObject { ["type"] = "integer", ["format"] = "int64" },
            FieldKind.BigInt => new JsonObject { ["type"] = "string", ["pattern"] = "^-?[0-9]{1,19}$" },
            FieldKind.Decimal or FieldKind.Float => new JsonObject { ["type"] = "number" },
            FieldKind.Bool => new JsonObject { ["type"] = "boolean" },
            FieldKind.Enum => new JsonObject
            {
                ["type"] = "string",
                ["enum"] = new JsonArray([.. type.EnumValues.Select(v => (JsonNode)v)]),
            },
            FieldKind.Array => new JsonObject { ["type"] = "array", ["items"] = Value(type.Element ?? FieldType.Json) },
            FieldKind.Bytes => new JsonObject { ["type"] = "string", ["contentEncoding"] = "base64" },
            FieldKind.Json => [],
            _ => Text(null),
        };
        if (type.LengthMax is { } longest) schema["maxLength"] = longest;
        if (type.Kind == FieldKind.Slug) schema["pattern"] = "^[a-z0-9]+(-[a-z0-9]+)*$";
        return schema;
    }

    private JsonObject Row(Entity entity)
    {
        var properties = new JsonObject();
        foreach (var field in entity.Fields.Where(f => f.IsVisible))
            properties[field.Name] = Described(field, forRow: true);
        foreach (var relation in entity.Relations)
        {
            // A to-one relation may share its name with a column of an existing database; the column wins.
            if (properties.ContainsKey(relation.Name)) continue;
            properties[relation.Name] = Embedded(relation);
        }

        var row = new JsonObject
        {
            ["type"] = "object",
            ["description"] = entity.Description ?? $"One row of {entity.Name}. Relations appear when embedded.",
            ["properties"] = properties,
        };
        if (entity.Deprecation is not null) row["deprecated"] = true;
        return row;
    }

    private JsonObject Embedded(Relation relation)
    {
        var target = Ref(_names.Of(relation.To));
        var text = relation.IsToOne
            ? $"The {relation.To.Name} row it refers to; only with `embed={relation.Name}`."
            : $"The related {relation.To.Name} rows; only with `embed={relation.Name}`.";
        if (relation is { IsToOne: true, IsOptional: false })
            return new JsonObject { ["description"] = text, ["allOf"] = new JsonArray(target) };
        return relation.IsToOne
            ? new JsonObject { ["description"] = text, ["anyOf"] = new JsonArray(target, Null()) }
            : new JsonObject { ["description"] = text, ["type"] = "array", ["items"] = target };
    }

    private static JsonObject Create(Entity entity)
    {
        var properties = new JsonObject();
        var required = new JsonArray();
        foreach (var field in entity.Fields.Where(IsWritten))
        {
            properties[field.Name] = Described(field, forRow: false);
            if (field is { Required: true, Default: null, AutoIncrement: false }) required.Add((JsonNode)field.Name);
        }

        foreach (var relation in entity.Relations.Where(r => r.Writable))
        {
            properties[relation.Name] = new JsonObject
            {
                ["type"] = "array",
                ["items"] = Child(relation),
                ["description"] = $"Rows of {relation.To.Name} to create with it, in the same transaction.",
            };
        }

        var schema = new JsonObject
        {
            ["type"] = "object",
            ["properties"] = properties,
            ["additionalProperties"] = false,
        };
        if (required.Count > 0) schema["required"] = required;
        return schema;
    }

    // A nested child gets the parent's key from the server.
    private static JsonObject Child(Relation relation)
    {
        var properties = new JsonObject();
        var required = new JsonArray();
        foreach (var field in relation.To.Fields.Where(f => IsWritten(f) && !relation.ToFields.Contains(f)))
        {
            properties[field.Name] = Described(field, forRow: false);
            if (field is { Required: true, Default: null, AutoIncrement: false }) required.Add((JsonNode)field.Name);
        }

        var schema = new JsonObject
        {
            ["type"] = "object",
            ["properties"] = properties,
            ["additionalProperties"] = false,
        };
        if (required.Count > 0) schema["required"] = required;
        return schema;
    }

    private static JsonObject Patch(Entity entity)
    {
        var properties = new JsonObject();
        foreach (var field in entity.Fields.Where(IsWritten)) properties[field.Name] = Described(field, forRow: false);
        foreach (var relation in entity.Relations.Where(r => r.Writable))
            properties[relation.Name] = new JsonObject { ["type"] = "array", ["items"] = Child(relation) };
        return new JsonObject
        {
            ["type"] = "object",
            ["description"] =
                "A merge patch (RFC 7396): what is absent stays, null clears. Numbers take `{\"$inc\": 1}`.",
            ["properties"] = properties,
            ["additionalProperties"] = false,
        };
    }

    private JsonObject List(Entity entity) => new()
    {
        ["type"] = "object",
        ["description"] = $"A page of {entity.Name}. Grouped and distinct queries have their own members in each row.",
        ["required"] = new JsonArray("data", "page"),
        ["properties"] = new JsonObject
        {
            ["data"] = new JsonObject { ["type"] = "array", ["items"] = Ref(_names.Of(entity)) },
            ["page"] = Ref("Page"),
            ["facets"] = Ref("Facets"),
        },
    };

    private static bool IsWritten(Field field) =>
        !field.IsComputed && !field.ReadOnly && !field.AutoUpdate && !field.IsVersion;

    private static JsonObject Described(Field field, bool forRow)
    {
        var schema = Value(field);
        if (field.Nullable) Nullable(schema);
        if (Describe(field) is { } description) schema["description"] = description;
        if (field.Deprecation is not null) schema["deprecated"] = true;
        if (forRow && (field.ReadOnly || field.IsComputed)) schema["readOnly"] = true;
        if (field.WriteOnly) schema["writeOnly"] = true;
        if (field.Default is FieldDefault.Constant { Text: var text } && Constant(field.Type, text) is { } value)
            schema["default"] = value;
        if (ExampleValues.For(field) is { } example) schema["examples"] = new JsonArray(example);
        return schema;
    }

    private static string? Describe(Field field)
    {
        if (field.Description is { } own) return own;
        if (field.ComputedText is { } computed) return $"Computed: `{computed}`.";
        if (field.Reference is { } relation)
            return $"Key of the {relation.To.Name} row; `embed={relation.Name}` brings the row.";
        if (field.IsVersion) return "Counts the row's changes; it is the row's ETag.";
        return field.Deprecation?.Use is { } use ? $"Deprecated: use `{use}`." : null;
    }

    private static JsonNode? Constant(FieldType type, string text) => type.Kind switch
    {
        FieldKind.Int when long.TryParse(text, out var number) => number,
        FieldKind.Decimal when decimal.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var number)
            => number,
        FieldKind.Bool => text is "true" or "1",
        _ when type.IsText => text,
        _ => null,
    };

    private static void Nullable(JsonObject schema)
    {
        if (schema["type"] is { } type) schema["type"] = new JsonArray(type.DeepClone(), "null");
        if (schema["enum"] is JsonArray values) values.Add((JsonNode?)null);
    }

    private static JsonObject Null() => new() { ["type"] = "null" };

    private static JsonObject Text(string? format)
    {
        var schema = new JsonObject { ["type"] = "string" };
        if (format is not null) schema["format"] = format;
        return schema;
    }
}
