using System.Text.Json.Nodes;

namespace Tercel.Api.OpenApi;

/// <summary>Drops components that nothing refers to, such as the write errors of a read-only API.</summary>
internal static class UnusedComponents
{
    private const string Prefix = "#/components/";

    public static void Remove(JsonObject document)
    {
        var used = new HashSet<string>(StringComparer.Ordinal);
        var pending = new Queue<JsonNode>();
        if (document["paths"] is { } paths) pending.Enqueue(paths);
        while (pending.TryDequeue(out var node))
        {
            foreach (var reference in References(node))
            {
                if (!used.Add(reference)) continue;
                if (Find(document, reference) is { } target) pending.Enqueue(target);
            }
        }

        if (document["components"] is not JsonObject components) return;
        foreach (var (section, members) in components)
        {
            if (members is not JsonObject map) continue;
            foreach (var name in map.Select(m => m.Key).Where(k => !used.Contains($"{Prefix}{section}/{k}")).ToList())
                map.Remove(name);
        }
    }

    private static JsonNode? Find(JsonObject document, string reference)
    {
        var parts = reference[Prefix.Length..].Split('/', 2);
        return document["components"]?[parts[0]]?[parts[1]];
    }

    private static IEnumerable<string> References(JsonNode node)
    {
        if (node is JsonArray array)
            return array.Where(i => i is not null).SelectMany(i => References(i!)); // filtered one call earlier
        if (node is not JsonObject map) return [];
        return map.SelectMany(member => member.Key == "$ref" && member.Value is JsonValue value
            ? [value.GetValue<string>()]
            : member.Value is null ? [] : References(member.Value));
    }
}
