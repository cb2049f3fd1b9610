using System.Text.Json;
using Tercel.Scenarios.Harness;

namespace Tercel.Scenarios.Robustness;

/// <summary>A parameter as the OpenAPI document describes it, with values to send.</summary>
internal sealed record DescribedParameter(string Name, string Place, JsonElement Schema)
{
    /// <summary>A value that the schema allows.</summary>
    public string Valid => ValueOf(Schema);

    /// <summary>A value that the schema forbids; null when it allows every text.</summary>
    public string? Invalid => ForbiddenBy(Schema);

    private static string ValueOf(JsonElement schema)
    {
        if (schema.TryGetProperty("enum", out var values)) return values[0].ToString();
        var type = schema.TryGetProperty("type", out var name) ? name.ToString() : "";
        switch (type)
        {
            case "array":
                var count = schema.TryGetProperty("minItems", out var least) ? least.GetInt32() : 1;
                return string.Join(',', Enumerable.Repeat(ValueOf(schema.GetProperty("items")), count));
            case "integer" or "number": return schema.TryGetProperty("minimum", out var minimum) ? minimum.ToString() : "1";
            case "boolean": return "true";
            case "string" when IsDigits(schema): return "1";
        }

        return (schema.TryGetProperty("format", out var format) ? format.GetString() : "") switch
        {
            "uuid" => "00000000-0000-4000-8000-000000000000",
            "date-time" => "2026-01-31T23:59:59Z",
            "date" => "2026-01-31",
            "time" => "23:59:59",
            "byte" => "YQ==",
            "email" => "a@b.example",
            _ => "x",
        };
    }

    private static string? ForbiddenBy(JsonElement schema)
    {
        if (schema.TryGetProperty("enum", out _)) return "no-such-value";
        var type = schema.TryGetProperty("type", out var name) ? name.ToString() : "";
        if (type == "array") return schema.TryGetProperty("items", out var items) ? ForbiddenBy(items) : null;
        if (type is "integer" or "number" || IsDigits(schema)) return "many";
        if (type == "boolean") return "maybe";
        var format = schema.TryGetProperty("format", out var form) ? form.GetString() : "";
        return format is "uuid" or "date-time" or "date" or "time" ? "no-such-form" : null;
    }

    // Large integers are strings in JSON.
    public static bool IsDigits(JsonElement schema) =>
        schema.TryGetProperty("pattern", out var pattern) && (pattern.GetString() ?? "").StartsWith("^-?[0-9]", StringComparison.Ordinal);
}

/// <summary>One GET operation.</summary>
internal sealed record DescribedOperation(string Path, IReadOnlyList<DescribedParameter> Parameters)
{
    /// <summary>Fields that can be filtered for equality, by their parameters without an operator.</summary>
    public IReadOnlyList<string> Fields { get; } =
    [
        .. Parameters.Where(p => p.Place == "query" && p.Name.EndsWith(".null", StringComparison.Ordinal)
            || p.Name.EndsWith(".gte", StringComparison.Ordinal)).Select(p => p.Name[..p.Name.LastIndexOf('.')]).Distinct(),
    ];
}

/// <summary>What <c>/openapi.json</c> and <c>/</c> say about a server.</summary>
internal sealed class DescribedApi
{
    private readonly Dictionary<string, JsonElement> _resources;

    private DescribedApi(
        ApiClient client, List<DescribedOperation> operations, Dictionary<string, JsonElement> resources)
    {
        Client = client;
        Operations = operations;
        _resources = resources;
    }

    public ApiClient Client { get; }

    public IReadOnlyList<DescribedOperation> Operations { get; }

    public IEnumerable<string> Resources => _resources.Keys;

    public static async Task<DescribedApi> Read(ApiClient client)
    {
        var document = (await client.Get("/openapi.json")).Expect(200).Json;
        var shared = document.GetProperty("components").GetProperty("parameters");
        var operations = new List<DescribedOperation>();
        foreach (var path in document.GetProperty("paths").EnumerateObject())
        {
            if (!path.Value.TryGetProperty("get", out var get)) continue;
            var own = path.Value.TryGetProperty("parameters", out var common) ? common.EnumerateArray().ToList() : [];
            if (get.TryGetProperty("parameters", out var more)) own.AddRange(more.EnumerateArray());
            operations.Add(new DescribedOperation(path.Name, [.. own.Select(p => Parameter(p, shared))]));
        }

        var start = (await client.Get("/", ("Accept", "application/json"))).Expect(200).Json;
        var resources = start.GetProperty("resources").EnumerateArray()
            .ToDictionary(r => r.GetProperty("name").GetString() ?? "", r => r);
        return new DescribedApi(client, operations, resources);
    }

    public IReadOnlyList<string> FieldsOf(string resource) => Texts(resource, "fields");

    public IReadOnlyList<string> EmbedsOf(string resource) => Texts(resource, "embeds");

    /// <summary>The parameters of a resource's list.</summary>
    public IReadOnlyList<DescribedParameter> ParametersOf(string resource) =>
        Operations.FirstOrDefault(o => Uri.UnescapeDataString(o.Path) == $"/v1/{resource}")?.Parameters ?? [];

    /// <summary>number, text, time, boolean or other.</summary>
    public string KindOf(string resource, string field)
    {
        var parameter = ParametersOf(resource).FirstOrDefault(p => p.Name == field);
        if (parameter is null) return "other";
        var type = parameter.Schema.TryGetProperty("type", out var name) ? name.ToString() : "";
        var format = parameter.Schema.TryGetProperty("format", out var form) ? form.GetString() : "";
        if (type is "integer" or "number" || DescribedParameter.IsDigits(parameter.Schema)) return "number";
        if (type != "string") return type == "boolean" ? type : "other";
        return format is "date" or "date-time" ? "time" : format is "uuid" or "time" ? "other" : "text";
    }

    /// <summary>The path with real keys in it; null when the table has no row.</summary>
    public async Task<string?> Fill(DescribedOperation operation)
    {
        var path = operation.Path.Replace("{format}", "ndjson", StringComparison.Ordinal);
        if (!path.Contains('{', StringComparison.Ordinal)) return path;
        var list = path[..path.IndexOf("/{", StringComparison.Ordinal)];
        var rows = (await Client.Get($"{list}?limit=1")).Expect(200).Items;
        if (rows.Count == 0) return null;
        foreach (var member in rows[0].EnumerateObject())
        {
            var value = Uri.EscapeDataString(member.Value.ToString());
            path = path.Replace($"{{{member.Name}}}", value, StringComparison.Ordinal);
        }

        return path;
    }

    private IReadOnlyList<string> Texts(string resource, string list) =>
        [.. _resources[resource].GetProperty(list).EnumerateArray().Select(f => f.GetString() ?? "")];

    private static DescribedParameter Parameter(JsonElement parameter, JsonElement shared)
    {
        if (parameter.TryGetProperty("$ref", out var reference))
        {
            var name = (reference.GetString() ?? "").Split('/')[^1];
            name = name.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            parameter = shared.GetProperty(name);
        }

        return new DescribedParameter(
            parameter.GetProperty("name").GetString() ?? "", parameter.GetProperty("in").GetString() ?? "",
            parameter.GetProperty("schema"));
    }
}
