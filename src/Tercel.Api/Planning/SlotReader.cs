using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Tercel.Api.Model;
using Tercel.Api.Query;
using Tercel.Data;

namespace Tercel.Api.Planning;

/// <summary>Reads the raw text of a request value into a parameter: each time a cached plan runs, and once when it
/// is made.</summary>
internal static class SlotReader
{
    public static bool TryRead(
        ReadOnlySpan<char> text, ValueReading reading, DateTimeOffset now, ApiLimits limits,
        out SqlValue value, out ValueFault fault)
    {
        fault = default;
        switch (reading.Form)
        {
            case ValueForm.Single:
                if (ValueText.TryRead(text, reading.Type, now, out value, out fault)) return true;
                fault = new ValueFault($"'{Shortened.Text(text)}' is not possible here: the value {fault.Detail}",
                    fault.Suggestion);
                return false;
            case ValueForm.List: return ReadList(text, reading.Type, now, limits, out value, out fault);
            case ValueForm.First or ValueForm.Second: return ReadHalf(text, reading, now, out value, out fault);
            case ValueForm.FoldedPattern: value = ValueText.OfText(Fold(text)); return true;
            case ValueForm.Glob: value = ValueText.OfText(Glob(text)); return true;
            case ValueForm.FoldedGlob: value = ValueText.OfText(Glob(Fold(text))); return true;
            case ValueForm.PrefixEnd: value = PrefixEnd(text); return true;
            case ValueForm.Search: value = SqlValue.Of(SearchText.ToMatch(text)); return true;
            default: value = ValueText.OfText(text); return true;
        }
    }

    /// <summary>Splits <c>A-1,B-2,"C,3"</c>: values by commas, quotes around a value that holds one, doubled quotes
    /// inside.</summary>
    /// <returns>False when a quote is not closed.</returns>
    public static bool TrySplit(ReadOnlySpan<char> text, List<string> values)
    {
        while (true)
        {
            if (text is not ['"', ..])
            {
                var end = text.IndexOf(',');
                values.Add((end < 0 ? text : text[..end]).ToString());
                if (end < 0) return true;
                text = text[(end + 1)..];
                continue;
            }

            var close = 1;
            while (close < text.Length && (text[close] != '"' || (close + 1 < text.Length && text[close + 1] == '"')))
                close += text[close] == '"' ? 2 : 1;
            if (close >= text.Length) return false;
            values.Add(text[1..close].ToString().Replace("\"\"", "\"", StringComparison.Ordinal));
            text = text[(close + 1)..];
            if (text.IsEmpty) return true;
            if (text[0] != ',') return false;
            text = text[1..];
        }
    }

    /// <summary>A JSON array of storage values, for <c>json_each</c>.</summary>
    /// <remarks>Members of JSON documents (type Json) match both as what they look like and as text.</remarks>
    public static bool TryListOf(
        IReadOnlyList<string> texts, FieldType type, DateTimeOffset now, out SqlValue value, out ValueFault fault)
    {
        var bytes = new ArrayBufferWriter<byte>(texts.Count * 16 + 2);
        using var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { SkipValidation = true });
        json.WriteStartArray();
        fault = default;
        value = default;
        foreach (var text in texts)
        {
            if (!ValueText.TryRead(text, type, now, out var item, out fault))
            {
                fault = new ValueFault($"'{Shortened.Text(text)}' is not possible here: the value {fault.Detail}",
                    fault.Suggestion);
                return false;
            }

            if (!WriteItem(json, item))
            {
                fault = new ValueFault("lists of bytes are not possible");
                return false;
            }

            if (type.Kind == FieldKind.Json && item.Kind != SqlKind.Text) json.WriteStringValue(text);
        }

        json.WriteEndArray();
        json.Flush();
        value = SqlValue.OfUtf8(bytes.WrittenMemory);
        return true;
    }

    /// <summary>Unicode lower case, the same as the database function <c>tercel_fold</c>.</summary>
    public static string Fold(ReadOnlySpan<char> text) => text.ToString().ToLowerInvariant();

    private static bool ReadList(
        ReadOnlySpan<char> text, FieldType type, DateTimeOffset now, ApiLimits limits,
        out SqlValue value, out ValueFault fault)
    {
        var values = new List<string>();
        if (!text.IsEmpty && !TrySplit(text, values))
        {
            fault = new ValueFault("a quote in the list is not closed");
            value = default;
            return false;
        }

        if (values.Count <= limits.InValuesMax) return TryListOf(values, type, now, out value, out fault);
        fault = new ValueFault(
            $"more than {limits.InValuesMax} values (query.in_values_max)", Code: QueryErrors.TooManyValues);
        value = default;
        return false;
    }

    private static bool ReadHalf(
        ReadOnlySpan<char> text, ValueReading reading, DateTimeOffset now, out SqlValue value, out ValueFault fault)
    {
        var values = new List<string>(2);
        value = default;
        if (!TrySplit(text, values) || values.Count != 2)
        {
            fault = new ValueFault("between needs two values: low,high");
            return false;
        }

        var half = values[reading.Form == ValueForm.First ? 0 : 1];
        if (ValueText.TryRead(half, reading.Type, now, out value, out fault)) return true;
        var detail = $"'{Shortened.Text(half)}' is not possible here: the value {fault.Detail}";
        fault = new ValueFault(detail, fault.Suggestion);
        return false;
    }

    private static bool WriteItem(Utf8JsonWriter json, SqlValue item)
    {
        switch (item.Kind)
        {
            case SqlKind.Integer: json.WriteNumberValue(item.Integer); return true;
            case SqlKind.Real: json.WriteNumberValue(item.Real); return true;
            case SqlKind.Text: json.WriteStringValue(item.Bytes.Span); return true;
            default: return false;
        }
    }

    // like's % and _ become GLOB's * and ?, since SQLite's own LIKE ignores the case of ASCII letters.
    private static string Glob(ReadOnlySpan<char> text)
    {
        var glob = new StringBuilder(text.Length + 8);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\\' && i + 1 < text.Length) c = text[++i];
            else if (c is '%' or '_')
            {
                glob.Append(c == '%' ? '*' : '?');
                continue;
            }

            if (c is '*' or '?' or '[') glob.Append(CultureInfo.InvariantCulture, $"[{c}]");
            else glob.Append(c);
        }

        return glob.ToString();
    }

    // The first text after all texts that start with the prefix, so that "starts" is an index range. When there is
    // none, an empty blob: SQLite orders every text before every blob.
    private static SqlValue PrefixEnd(ReadOnlySpan<char> text)
    {
        var runes = text.ToString().EnumerateRunes().ToArray();
        for (var count = runes.Length; count > 0; count--)
        {
            var last = runes[count - 1].Value;
            if (last == 0x10FFFF) continue;
            runes[count - 1] = new Rune(last == 0xD7FF ? 0xE000 : last + 1);
            return SqlValue.Of(string.Concat(runes.Take(count)));
        }

        return SqlValue.OfBlob(ReadOnlyMemory<byte>.Empty);
    }
}
