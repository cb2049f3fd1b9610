using Tercel.Api.Model;
using Tercel.Data;

namespace Tercel.Api.Http;

/// <summary>The key of a row in a URL: its parts in key order, joined by commas, each percent-encoded.</summary>
internal static class RowKey
{
    /// <summary>Reads a key; the fault is a whole sentence.</summary>
    public static SqlValue[]? Read(string text, Entity entity, DateTimeOffset now, out string fault)
    {
        fault = "";
        var fields = entity.Key;
        if (fields.Count == 0)
        {
            fault = $"{entity.Name} has no key, so that its rows have no address";
            return null;
        }

        var parts = fields.Count == 1 ? [text] : text.Split(',');
        if (parts.Length != fields.Count)
        {
            var names = string.Join(',', fields.Select(f => f.Name));
            fault = $"the key of {entity.Name} has {fields.Count} parts: {names}";
            return null;
        }

        var key = new SqlValue[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            var part = Decode(parts[i]);
            if (ValueText.TryRead(part, fields[i].Type, now, out key[i], out var problem)) continue;
            fault = $"no row of {entity.Name} has the key '{Shown(part)}': {fields[i].Name} {problem.Detail}";
            return null;
        }

        return key;
    }

    /// <summary>A path segment without its percent-escapes.</summary>
    public static string Decode(string segment) => segment.Contains('%') ? Uri.UnescapeDataString(segment) : segment;

    private static string Shown(string text) => text.Length <= 60 ? text : text[..60] + "...";
}
