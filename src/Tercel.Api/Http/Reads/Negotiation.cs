using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Tercel.Api.Http.Reads;

/// <summary>The forms that rows can leave in.</summary>
internal enum AnswerForm
{
    Json,
    Csv,
    Ndjson,

    /// <summary>The client takes none of them.</summary>
    None,
}

/// <summary>Reads <c>Accept</c>: which of our forms the client likes best (RFC 9110, 12.5.1).</summary>
internal static class Negotiation
{
    public const string JsonType = "application/json";

    private static readonly (string Type, AnswerForm Form)[] Types =
    [
        ("application/json", AnswerForm.Json), ("*/*", AnswerForm.Json), ("application/*", AnswerForm.Json),
        ("text/csv", AnswerForm.Csv), ("text/*", AnswerForm.Csv), ("application/x-ndjson", AnswerForm.Ndjson),
        ("application/ndjson", AnswerForm.Ndjson), ("application/jsonl", AnswerForm.Ndjson),
    ];

    /// <summary>The best form of a list; without the header, JSON.</summary>
    public static AnswerForm ForList(HttpRequest request) => Best(request.Headers.Accept, lists: true);

    /// <summary>JSON, or nothing: single rows have no other form.</summary>
    public static AnswerForm ForRow(HttpRequest request) => Best(request.Headers.Accept, lists: false);

    private static AnswerForm Best(StringValues header, bool lists)
    {
        if (StringValues.IsNullOrEmpty(header)) return AnswerForm.Json;
        var (best, bestWeight) = (AnswerForm.None, 0.0);
        foreach (var line in header)
        {
            var rest = line.AsSpan();
            while (!rest.IsEmpty)
            {
                var comma = rest.IndexOf(',');
                var item = comma < 0 ? rest : rest[..comma];
                rest = comma < 0 ? [] : rest[(comma + 1)..];
                var (form, weight) = Read(item, lists);
                if (weight > bestWeight) (best, bestWeight) = (form, weight);
            }
        }

        return best;
    }

    private static (AnswerForm Form, double Weight) Read(ReadOnlySpan<char> item, bool lists)
    {
        var semicolon = item.IndexOf(';');
        var type = (semicolon < 0 ? item : item[..semicolon]).Trim();
        var weight = semicolon < 0 ? 1 : Weight(item[semicolon..]);
        if (type.StartsWith("application/", StringComparison.OrdinalIgnoreCase)
            && type.EndsWith("+json", StringComparison.OrdinalIgnoreCase)) return (AnswerForm.Json, weight);
        foreach (var (name, form) in Types)
        {
            if (!type.Equals(name, StringComparison.OrdinalIgnoreCase)) continue;
            if (form != AnswerForm.Json && !lists) return (AnswerForm.None, 0);
            return (form, weight);
        }

        return (AnswerForm.None, 0);
    }

    private static double Weight(ReadOnlySpan<char> parameters)
    {
        var at = parameters.IndexOf("q=", StringComparison.OrdinalIgnoreCase);
        if (at < 0) return 1;
        var text = parameters[(at + 2)..];
        var end = text.IndexOf(';');
        if (end >= 0) text = text[..end];
        return double.TryParse(
            text.Trim(), System.Globalization.NumberStyles.AllowDecimalPoint,
            System.Globalization.CultureInfo.InvariantCulture, out var weight) ? weight : 0;
    }
}
