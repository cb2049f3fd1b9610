using System.Text.Json.Nodes;
using Tercel.Api.Model;

namespace Tercel.Api.OpenApi;

/// <summary>Operations that read: list, query, one row, sub-collections, streams.</summary>
internal sealed class ReadOperations(OpenApiNames names, ParameterComponents parameters)
{
    private readonly OpenApiNames _names = names;
    private readonly ParameterComponents _parameters = parameters;

    public JsonObject List(Entity entity)
    {
        var operation = Operation(entity, "list", $"List {entity.Name}",
            "Filters, sorts, pages, embeds, groups and searches; see each parameter. Filters combine with and.");
        operation["parameters"] = new JsonArray(
            [.. _parameters.FilterRefs(entity), .. ParameterComponents.ListRefs(entity),
                ParameterComponents.Ref("if_none_match")]);
        operation["responses"] = Responses(ListContent(entity), "A page of rows.", listHeaders: true);
        return operation;
    }

    /// <summary>All rows as a stream, at an address that ends with the format.</summary>
    public JsonObject Export(Entity entity)
    {
        var operation = Operation(entity, "export", $"Export {entity.Name}",
            "All rows that the filters select, streamed; to-one embeds only. Without `limit=` there is no page.");
        var format = new JsonObject
        {
            ["name"] = "format",
            ["in"] = "path",
            ["required"] = true,
            ["description"] = "The form of the stream.",
            ["schema"] = new JsonObject { ["type"] = "string", ["enum"] = new JsonArray("csv", "ndjson") },
            ["example"] = "csv",
        };
        var shared = new[] { "where", "sort", "fields", "embed", "limit" }.Select(ParameterComponents.Ref);
        operation["parameters"] = new JsonArray([format, .. _parameters.FilterRefs(entity), .. shared]);
        var responses = new JsonObject
        {
            ["200"] = new JsonObject { ["description"] = "The rows.", ["content"] = Streams() },
        };
        operation["responses"] = ProblemComponents.AddTo(responses, ProblemComponents.ForReads);
        return operation;
    }

    public JsonObject Query(Entity entity)
    {
        var operation = Operation(entity, "query", $"Query {entity.Name} with a JSON body",
            "The same query as a JSON document, for conditions that do not fit a URL. `QUERY` on the list's own URL "
            + "(RFC 10008) does the same.");
        operation["requestBody"] = new JsonObject
        {
            ["required"] = true,
            ["content"] =
                new JsonObject { ["application/json"] = new JsonObject { ["schema"] = SchemaComponents.Ref("Query") } },
        };
        operation["responses"] = Responses(ListContent(entity), "A page of rows.", listHeaders: true);
        ProblemComponents.AddTo((JsonObject)operation["responses"]!.AsObject(), ["413", "415"]); // set one line above
        return operation;
    }

    public JsonObject Get(Entity entity)
    {
        var operation = Operation(entity, "get", $"Get one row of {entity.Name}",
            "The bare row with its ETag; the same document that a merge patch applies to.");
        operation["parameters"] = new JsonArray(
            ParameterComponents.Ref("fields"), ParameterComponents.Ref("embed"),
            ParameterComponents.Ref("if_none_match"));
        operation["responses"] =
            Responses(Json(SchemaComponents.Ref(_names.Of(entity))), "The row.", listHeaders: false);
        return operation;
    }

    public JsonObject SubCollection(Entity entity, Relation relation)
    {
        var operation = Operation(entity, $"list_{OpenApiNames.Safe(relation.Name)}",
            $"List {relation.Name} of one row of {entity.Name}",
            $"The {relation.To.Name} rows that belong to the row.");
        operation["parameters"] = new JsonArray([.. ParameterComponents.ListRefs(relation.To)]);
        operation["responses"] = Responses(ListContent(relation.To), "A page of rows.", listHeaders: true);
        return operation;
    }

    public static JsonArray KeyParameters(Entity entity)
    {
        var parameters = new JsonArray();
        foreach (var field in entity.Key)
        {
            var parameter = new JsonObject
            {
                ["name"] = OpenApiNames.Safe(field.Name),
                ["in"] = "path",
                ["required"] = true,
                ["description"] = $"The row's `{field.Name}`.",
                ["schema"] = SchemaComponents.Value(field),
            };
            if (ExampleValues.For(field) is { } example) parameter["example"] = example;
            parameters.Add((JsonNode)parameter);
        }

        return parameters;
    }

    public JsonObject Operation(Entity entity, string verb, string summary, string description)
    {
        var operation = new JsonObject
        {
            ["operationId"] = $"{verb}_{_names.Of(entity)}",
            ["tags"] = new JsonArray(entity.Name),
            ["summary"] = summary,
            ["description"] = description,
        };
        if (entity.Deprecation is not null) operation["deprecated"] = true;
        return operation;
    }

    public static JsonObject Json(JsonObject schema) =>
        new() { ["application/json"] = new JsonObject { ["schema"] = schema } };

    private JsonObject ListContent(Entity entity)
    {
        var content = Json(SchemaComponents.Ref($"{_names.Of(entity)}.list"));
        foreach (var (type, schema) in Streams()) content[type] = schema?.DeepClone();
        return content;
    }

    private static JsonObject Streams() => new()
    {
        ["text/csv"] = new JsonObject
        {
            ["schema"] = new JsonObject { ["type"] = "string", ["description"] = "A header, then a line per row." },
        },
        ["application/x-ndjson"] = new JsonObject
        {
            ["schema"] = new JsonObject { ["type"] = "string", ["description"] = "One JSON object per line." },
        },
    };

    private static JsonObject Responses(JsonObject content, string text, bool listHeaders)
    {
        var headers = new JsonObject { ["ETag"] = HeaderRef("ETag") };
        if (listHeaders) headers["Link"] = HeaderRef("Link");
        var responses = new JsonObject
        {
            ["200"] = new JsonObject { ["description"] = text, ["headers"] = headers, ["content"] = content },
            ["304"] = new JsonObject { ["description"] = "Unchanged since the ETag of If-None-Match." },
        };
        return ProblemComponents.AddTo(responses, ProblemComponents.ForReads);
    }

    private static JsonObject HeaderRef(string name) => new() { ["$ref"] = $"#/components/headers/{name}" };
}
