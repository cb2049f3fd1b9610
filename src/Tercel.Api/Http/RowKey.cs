using Tercel.Api.Model;
using Tercel.Api.Query;
using Tercel.Data;

namespace Tercel.Api.Http;

/// <summary>The key of a row in a URL: its parts in key order, joined by commas, each percent-encoded.</summary>
internal static class RowKey
{
    /// <summary>Reads a key; the fault is a whole sentence.</summary>
    public static SqlValue[]? Read(ReadOnlySpan<char> text, Entity entity, DateTimeOffset now, out string fault)
    {
        fault = "";
        var fields = entity.Key;
        if (fields.Count == 0)
        {
            fault = $"{entity.Name} has no key, so that its rows have no address";
            return null;
        }

        if (fields.Count > 1 && text.Count(',') != fields.Count - 1)
        {
            var names = string.Join(',', fields.Select(f => f.Name));
            fault = $"the key of {entity.Name} has {fields.Count} parts: {names}";
            return null;
        }

        var key = new SqlValue[fields.Count];
        for (var i = 0; i < key.Length; i++)
        {
            var end = i < key.Length - 1 ? text.IndexOf(',') : text.Length;
            var part = Decode(text[..end]);
            text = text[Math.Min(end + 1, text.Length)..];
            if (ValueText.TryRead(part, fields[i].Type, now, out key[i], out var problem)) continue;
            fault = $"no row of {entity.Name} has the key '{Shortened.Text(part)}': {fields[i].Name} {problem.Detail}";
            return null;
        }

        return key;
    }

    /// <summary>A path segment without its percent-escapes.</summary>
    public static ReadOnlySpan<char> Decode(ReadOnlySpan<char> segment) =>
        segment.Contains('%') ? Uri.UnescapeDataString(segment) : segment;
}
