using System.Text.Json.Nodes;
using Tercel.Api.Model;

namespace Tercel.Api.OpenApi;

/// <summary>Operations that change rows: create, patch, replace, delete, one or many, and batches.</summary>
internal sealed class WriteOperations(OpenApiNames names, ParameterComponents parameters, ReadOperations reads)
{
    private readonly OpenApiNames _names = names;
    private readonly ParameterComponents _parameters = parameters;
    private readonly ReadOperations _reads = reads;

    public JsonObject Create(Entity entity)
    {
        var name = _names.Of(entity);
        var operation = _reads.Operation(entity, "create", $"Create rows of {entity.Name}",
            "One object, or an array for many in one transaction. "
            + "With `on_conflict` an existing row is merged or kept.");
        operation["parameters"] = Refs("on_conflict", "resolve", "atomic", "fields", "embed", "prefer");
        operation["requestBody"] = Body("application/json", OneOrMany($"{name}.create"));
        var row = ReadOperations.Json(OneOrMany(name));
        var responses = new JsonObject
        {
            ["200"] = Response("Existing rows were updated (`on_conflict`).", row.DeepClone().AsObject()),
            ["201"] = Response("Created; Location leads to the row.", row, "ETag", "Location"),
            ["207"] = Response("A result for each row (`atomic=false`).",
                ReadOperations.Json(SchemaComponents.Ref("BulkResult"))),
        };
        operation["responses"] = ProblemComponents.AddTo(responses, ProblemComponents.ForWrites);
        return operation;
    }

    public JsonObject PatchMany(Entity entity)
    {
        var name = _names.Of(entity);
        var operation = _reads.Operation(entity, "patch_many", $"Change many rows of {entity.Name}",
            "An array of patches with their keys, or one patch for all rows that the filters select.");
        operation["parameters"] = new JsonArray(
            [.. _parameters.FilterRefs(entity), .. Refs("where", "max", "fields", "embed", "prefer")
                .Select(n => n!.DeepClone())]);
        operation["requestBody"] = Body("application/merge-patch+json", OneOrMany($"{name}.patch"), "application/json");
        operation["responses"] = ProblemComponents.AddTo(Affected(name), ProblemComponents.ForWrites);
        return operation;
    }

    public JsonObject DeleteMany(Entity entity)
    {
        var operation =
            _reads.Operation(entity, "delete_many", $"Delete the rows of {entity.Name} that the filters select",
            "Refused without a filter.");
        operation["parameters"] = new JsonArray(
            [.. _parameters.FilterRefs(entity), .. Refs("where", "max", "prefer").Select(n => n!.DeepClone())]);
        operation["responses"] = ProblemComponents.AddTo(Affected(_names.Of(entity)), ProblemComponents.ForWrites);
        return operation;
    }

    public JsonObject Patch(Entity entity)
    {
        var name = _names.Of(entity);
        var operation =
            _reads.Operation(entity, "patch", $"Change one row of {entity.Name}", "A merge patch (RFC 7396).");
        operation["parameters"] = Refs("fields", "embed", "if_match", "prefer");
        operation["requestBody"] =
            Body("application/merge-patch+json", SchemaComponents.Ref($"{name}.patch"), "application/json");
        operation["responses"] =
            ProblemComponents.AddTo(OneRow(name, "The row after the change."), ProblemComponents.ForWrites);
        return operation;
    }

    public JsonObject Put(Entity entity)
    {
        var name = _names.Of(entity);
        var operation = _reads.Operation(entity, "put", $"Replace or create one row of {entity.Name}",
            "Fields that the body leaves out get their default or null.");
        operation["parameters"] = Refs("fields", "embed", "if_match", "prefer");
        operation["requestBody"] = Body("application/json", SchemaComponents.Ref($"{name}.create"));
        var responses = OneRow(name, "The row after the change.");
        responses["201"] = Response("Created.", ReadOperations.Json(SchemaComponents.Ref(name)), "ETag", "Location");
        operation["responses"] = ProblemComponents.AddTo(responses, ProblemComponents.ForWrites);
        return operation;
    }

    public JsonObject Delete(Entity entity)
    {
        var text = entity.SoftDelete is { } field
            ? $"Sets `{field.Name}`; the row is gone from the API." : "Deletes the row.";
        var operation = _reads.Operation(entity, "delete", $"Delete one row of {entity.Name}", text);
        operation["parameters"] = Refs("if_match", "prefer");
        var responses = new JsonObject { ["204"] = new JsonObject { ["description"] = "Deleted." } };
        operation["responses"] =
            ProblemComponents.AddTo(responses, ProblemComponents.ForWrites.Where(s => s is not ("413" or "415")));
        return operation;
    }

    public static JsonObject Batch()
    {
        var operation = new JsonObject
        {
            ["operationId"] = "batch",
            ["tags"] = new JsonArray("batch"),
            ["summary"] = "Several operations in one transaction",
            ["description"] =
                "Runs in order; all succeed or none does. `\"$o.id\"` in a body or path is the `id` that the "
                + "operation named `o` answered.",
            ["parameters"] = Refs("prefer"),
            ["requestBody"] = Body("application/json", SchemaComponents.Ref("Batch")),
        };
        var responses = new JsonObject
        {
            ["200"] =
                Response("A result for each operation.", ReadOperations.Json(SchemaComponents.Ref("BatchResult"))),
        };
        operation["responses"] = ProblemComponents.AddTo(responses, ProblemComponents.ForWrites);
        return operation;
    }

    private static JsonObject OneRow(string name, string text) => new()
    {
        ["200"] = Response(text, ReadOperations.Json(SchemaComponents.Ref(name)), "ETag"),
        ["204"] = new JsonObject { ["description"] = "Done (`Prefer: return=minimal`)." },
    };

    private static JsonObject Affected(string name) => new()
    {
        ["200"] = Response("How many rows changed, or the rows with `Prefer: return=representation`.",
            ReadOperations.Json(new JsonObject
            {
                ["anyOf"] = new JsonArray(SchemaComponents.Ref("Affected"), OneOrMany(name)),
            })),
        ["204"] = new JsonObject { ["description"] = "Done (`Prefer: return=minimal`)." },
    };

    private static JsonObject OneOrMany(string schema) => new()
    {
        ["anyOf"] = new JsonArray(
            SchemaComponents.Ref(schema),
            new JsonObject { ["type"] = "array", ["items"] = SchemaComponents.Ref(schema) }),
    };

    private static JsonObject Response(string text, JsonObject content, params string[] headers)
    {
        var response = new JsonObject { ["description"] = text };
        if (headers.Length > 0)
        {
            var named = new JsonObject();
            foreach (var header in headers)
                named[header] = new JsonObject { ["$ref"] = $"#/components/headers/{header}" };
            response["headers"] = named;
        }

        response["content"] = content;
        return response;
    }

    private static JsonObject Body(string type, JsonObject schema, string? alsoType = null)
    {
        var content = new JsonObject { [type] = new JsonObject { ["schema"] = schema } };
        if (alsoType is not null) content[alsoType] = new JsonObject { ["schema"] = schema.DeepClone() };
        return new JsonObject { ["required"] = true, ["content"] = content };
    }

    private static JsonArray Refs(params string[] names) => new([.. names.Select(ParameterComponents.Ref)]);
}
