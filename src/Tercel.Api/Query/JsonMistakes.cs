using System.Text.Json;
using Tercel.Primitives;

namespace Tercel.Api.Query;

/// <summary>The mistakes found in a JSON query, and the ways to read a value that note one.</summary>
internal sealed class JsonMistakes
{
    private readonly List<Error> _errors = [];

    public int Count => _errors.Count;

    /// <summary>The first mistakes, as many as are worth reporting.</summary>
    public List<Error> All => _errors.Take(QueryReader.ErrorsMax).ToList();

    public void Add(ErrorCode code, JsonPlace place, string detail, string? suggestion = null) =>
        _errors.Add(new Error(code, detail) { Pointer = place.Pointer, Suggestion = suggestion });

    /// <summary>A mistake inside the text at a place.</summary>
    public void Add(Error error, JsonPlace place) =>
        _errors.Add(error with { Parameter = null, Pointer = place.Pointer });

    public void Expected(string what, JsonElement found, JsonPlace place) =>
        Add(QueryErrors.InvalidValue, place, $"expected {what}, found {Kind(found)}");

    /// <summary>The members of an object; a name that comes twice is a mistake.</summary>
    public IEnumerable<JsonProperty> Members(JsonElement json, JsonPlace place)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in json.EnumerateObject())
        {
            if (seen.Add(member.Name)) yield return member;
            else Add(QueryErrors.Duplicate, place.Key(member.Name), "this key is given twice");
        }
    }

    public string? Text(JsonElement json, JsonPlace place)
    {
        if (json.ValueKind == JsonValueKind.String) return json.GetString();
        Expected("text", json, place);
        return null;
    }

    public bool? Flag(JsonElement json, JsonPlace place)
    {
        if (json.ValueKind is JsonValueKind.True or JsonValueKind.False) return json.GetBoolean();
        Expected("true or false", json, place);
        return null;
    }

    public int? WholeNumber(JsonElement json, JsonPlace place, int least)
    {
        var isNumber = json.ValueKind == JsonValueKind.Number;
        if (isNumber && json.TryGetInt32(out var number) && number >= least) return number;
        Expected($"a whole number from {least} to {int.MaxValue}", json, place);
        return null;
    }

    /// <summary>Text, or the texts of an array, each with its place.</summary>
    public List<(string Text, JsonPlace Place)> Texts(JsonElement json, JsonPlace place)
    {
        if (json.ValueKind == JsonValueKind.String) return [(json.GetString() ?? "", place)];
        var texts = new List<(string, JsonPlace)>();
        if (json.ValueKind != JsonValueKind.Array)
        {
            Expected("text or a list of texts", json, place);
            return texts;
        }

        foreach (var item in json.EnumerateArray())
        {
            var at = place.Index(texts.Count);
            if (Text(item, at) is not { } text) return texts;
            texts.Add((text, at));
        }

        return texts;
    }

    private static string Kind(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "text",
        JsonValueKind.Null => "null",
        _ => Shortened.Text(json.GetRawText()),
    };
}
