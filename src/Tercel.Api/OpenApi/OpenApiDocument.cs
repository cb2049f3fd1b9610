using System.Text.Json;
using System.Text.Json.Nodes;
using Tercel.Api.Model;

namespace Tercel.Api.OpenApi;

/// <summary>The OpenAPI 3.1 description of a whole API, made once for each model.</summary>
internal static class OpenApiDocument
{
    private const string Introduction =
        "Made by Tercel from the model. Lists filter with `field.op=value`, sort with `sort=-field`, "
        + "include related rows with `embed=`, and page with cursors. "
        + "Errors are problem documents (RFC 9457) that name every mistake at once.";

    /// <summary>The document as UTF-8 JSON.</summary>
    public static byte[] Write(ApiModel model, ApiLimits limits)
    {
        var names = new OpenApiNames(model);
        var parameters = new ParameterComponents(model, names, limits);
        var document = new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = Info(model),
            ["servers"] = new JsonArray(new JsonObject { ["url"] = "/", ["description"] = "This server" }),
            ["security"] = new JsonArray(new JsonObject()),
            ["tags"] = Tags(model),
            ["paths"] = Paths(model, names, parameters),
            ["components"] = new JsonObject
            {
                ["schemas"] = Schemas(model, names),
                ["parameters"] = parameters.All(),
                ["headers"] = CommonComponents.Headers(),
                ["responses"] = ProblemComponents.Responses(),
            },
        };
        UnusedComponents.Remove(document);
        return JsonSerializer.SerializeToUtf8Bytes(document);
    }

    private static JsonObject Info(ApiModel model) => new()
    {
        ["title"] = model.Name,
        ["version"] = model.Version,
        ["description"] = model.Description is { } own ? $"{own}\n\n{Introduction}" : Introduction,
        ["contact"] = new JsonObject { ["name"] = $"{model.Name} API" },
        ["license"] = new JsonObject { ["name"] = "Not stated", ["identifier"] = "LicenseRef-NotStated" },
    };

    private static JsonArray Tags(ApiModel model)
    {
        var tags = new JsonArray();
        foreach (var entity in model.Entities.Where(e => e.HasPath))
        {
            var kind = entity.IsView ? "View" : "Resource";
            tags.Add((JsonNode)new JsonObject
            {
                ["name"] = entity.Name,
                ["description"] = entity.Description ?? $"{kind} {entity.Name}.",
            });
        }

        if (model.Entities.Any(e => e is { HasPath: true, Writable: true }))
            tags.Add((JsonNode)new JsonObject { ["name"] = "batch",
                ["description"] = "Several operations in one transaction." });
        return tags;
    }

    private static JsonObject Paths(ApiModel model, OpenApiNames names, ParameterComponents parameters)
    {
        var reads = new ReadOperations(names, parameters);
        var writes = new WriteOperations(names, parameters, reads);
        var paths = new JsonObject();
        foreach (var entity in model.Entities.Where(e => e.HasPath))
        {
            var list = OpenApiNames.ListPath(model, entity);
            var collection = new JsonObject { ["get"] = reads.List(entity) };
            if (entity.Writable) collection["post"] = writes.Create(entity);
            if (entity is { Writable: true, Key.Count: > 0 })
            {
                collection["patch"] = writes.PatchMany(entity);
                collection["delete"] = writes.DeleteMany(entity);
            }

            paths[list] = collection;
            paths[$"{list}.{{format}}"] = new JsonObject { ["get"] = reads.Export(entity) };
            paths[$"{list}/query"] = new JsonObject { ["post"] = reads.Query(entity) };
            if (entity.Key.Count > 0) AddRow(model, entity, paths, reads, writes);
        }

        if (model.Entities.Any(e => e is { HasPath: true, Writable: true }))
            paths[$"/{model.Version}/batch"] = new JsonObject { ["post"] = WriteOperations.Batch() };
        return paths;
    }

    private static void AddRow(
        ApiModel model, Entity entity, JsonObject paths, ReadOperations reads, WriteOperations writes)
    {
        var path = OpenApiNames.RowPath(model, entity);
        var row = new JsonObject
        {
            ["parameters"] = ReadOperations.KeyParameters(entity),
            ["get"] = reads.Get(entity),
        };
        if (entity.Writable)
        {
            row["patch"] = writes.Patch(entity);
            row["put"] = writes.Put(entity);
            row["delete"] = writes.Delete(entity);
        }

        paths[path] = row;
        foreach (var relation in entity.Relations.Where(r => !r.IsToOne))
        {
            paths[$"{path}/{Uri.EscapeDataString(relation.Name)}"] = new JsonObject
            {
                ["parameters"] = ReadOperations.KeyParameters(entity),
                ["get"] = reads.SubCollection(entity, relation),
            };
        }
    }

    private static JsonObject Schemas(ApiModel model, OpenApiNames names)
    {
        var components = new SchemaComponents(model, names);
        var schemas = new JsonObject();
        foreach (var entity in model.Entities)
            foreach (var (name, schema) in components.Of(entity)) schemas[name] = schema;
        foreach (var (name, schema) in CommonComponents.Schemas()) schemas[name] = schema;
        schemas["Problem"] = ProblemComponents.ProblemSchema();
        schemas["ProblemError"] = ProblemComponents.ErrorSchema();
        return schemas;
    }
}
