using System.Collections.Immutable;
using System.Text.Json;
using Tercel.Primitives;

namespace Tercel.Api.Query;

/// <summary>Reads the JSON form of a query: the body of <c>QUERY</c> and of <c>POST .../query</c>.</summary>
/// <remarks>
/// Lists may be one text, as in a URL, or a list of texts; null is the same as absent. Errors: all of them, with JSON
/// pointers. The slots of all literals are -1: a body has no pairs.
/// </remarks>
internal sealed class QueryJsonReader
{
    private const string ParametersKey = "params";

    private readonly QueryLimits _limits;
    private readonly JsonMistakes _mistakes = new();
    private readonly JsonParts _parts;
    private readonly Dictionary<string, JsonElement> _members = new(StringComparer.Ordinal);

    private QueryJsonReader(QueryLimits limits)
    {
        _limits = limits;
        _parts = new JsonParts(_mistakes, limits);
    }

    public static Result<ListQuery> ReadList(ReadOnlyMemory<byte> body, QueryLimits limits)
    {
        if (JsonSyntax.Check(body.Span, limits) is { } error) return error;
        using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = limits.BodyDepthMax + 1 });
        var reader = new QueryJsonReader(limits);
        reader.ReadMembers(document.RootElement);
        var query = reader.Build();
        return reader._mistakes.Count == 0 ? query : reader._mistakes.All;
    }

    private void ReadMembers(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            _mistakes.Expected("an object", root, JsonPlace.Root);
            return;
        }

        foreach (var member in _mistakes.Members(root, JsonPlace.Root))
        {
            if (!QueryNames.IsReserved(member.Name) && member.Name != ParametersKey)
            {
                _mistakes.Add(QueryErrors.UnknownParameter, JsonPlace.Root.Key(member.Name),
                    $"no key '{Shortened.Text(member.Name)}'; conditions go into \"where\"",
                    Suggestion.For(member.Name, QueryNames.All.Append(ParametersKey)));
            }
            else if (member.Value.ValueKind != JsonValueKind.Null)
            {
                _members.Add(member.Name, member.Value);
            }
        }
    }

    private ListQuery Build()
    {
        var query = new ListQuery
        {
            Parameters = Parameters(),
            Where = Object(QueryNames.Where, _parts.Condition),
            Having = Object(QueryNames.Having, _parts.Condition),
            Sort = Terms(QueryNames.Sort, TermReaders.Sort, _limits.SortMax),
            Fields = Object(QueryNames.Fields, _parts.Fields),
            Embed = Embed(),
            Limit = Number(QueryNames.Limit, least: 0),
            Page = Number(QueryNames.Page, least: 1),
            Offset = Number(QueryNames.Offset, least: 0),
            Cursor = Text(QueryNames.Cursor),
            Count = Count(),
            Search = Text(QueryNames.Search) is { } text ? new Expr.Literal(LiteralKind.Raw, text) : null,
            Highlight = Terms(QueryNames.Highlight, TermReaders.Names, _limits.GroupsMax),
            Group = Terms(QueryNames.Group, GroupReader.Groups, _limits.GroupsMax),
            Aggregates = Terms(QueryNames.Aggregates, GroupReader.Aggregates, _limits.AggregatesMax),
            Distinct = Terms(QueryNames.Distinct, TermReaders.Paths, _limits.GroupsMax),
            Facets = Terms(QueryNames.Facets, TermReaders.Facets, _limits.FacetsMax),
            Explain = _members.TryGetValue(QueryNames.Explain, out var json)
                && _mistakes.Flag(json, JsonPlace.Root.Key(QueryNames.Explain)) == true,
        };
        if (_mistakes.Count > 0) return query;
        var errors = new List<Error>();
        QueryChecks.Conflicts(query, errors);
        QueryChecks.Parameters(query, errors, (error, part) => error with { Parameter = part });
        foreach (var error in errors) _mistakes.Add(error, PlaceOf(error.Parameter ?? ""));
        return query;
    }

    private static JsonPlace PlaceOf(string part) => part.StartsWith('$')
        ? JsonPlace.Root.Key(ParametersKey).Key(part[1..])
        : JsonPlace.Root.Key(part);

    private ImmutableDictionary<string, Expr.Literal> Parameters()
    {
        var parameters = ImmutableDictionary.CreateBuilder<string, Expr.Literal>(StringComparer.Ordinal);
        if (!_members.TryGetValue(ParametersKey, out var json)) return parameters.ToImmutable();
        var place = JsonPlace.Root.Key(ParametersKey);
        if (json.ValueKind != JsonValueKind.Object)
        {
            _mistakes.Expected("an object of values", json, place);
            return parameters.ToImmutable();
        }

        foreach (var member in _mistakes.Members(json, place))
        {
            if (Raw(member.Value, place.Key(member.Name)) is { } text)
                parameters.Add(member.Name, new Expr.Literal(LiteralKind.Raw, text));
        }

        return parameters.ToImmutable();
    }

    // The text that a URL would carry; a list becomes text with commas.
    private string? Raw(JsonElement json, JsonPlace place)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.String: return json.GetString();
            case JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False: return json.GetRawText();
            case JsonValueKind.Array: return RawList(json, place);
            default:
                _mistakes.Expected("text, a number, true, false or a list of these", json, place);
                return null;
        }
    }

    private string? RawList(JsonElement json, JsonPlace place)
    {
        if (json.GetArrayLength() > _limits.Expression.ListItemsMax)
        {
            _mistakes.Add(QueryErrors.TooManyValues, place, $"more than {_limits.Expression.ListItemsMax} values");
            return null;
        }

        var values = new List<string>();
        foreach (var item in json.EnumerateArray())
        {
            var at = place.Index(values.Count);
            if (item.ValueKind is JsonValueKind.Array) _mistakes.Expected("a single value", item, at);
            else if (Raw(item, at) is { } text) values.Add(text);
        }

        return ValueList.Join(values);
    }

    private ImmutableArray<EmbedNode> Embed()
    {
        var tree = new EmbedTree(_limits);
        if (_members.TryGetValue(QueryNames.Embed, out var json))
            new JsonEmbeds(_mistakes, tree, _limits).Read(tree.Root, json, JsonPlace.Root.Key(QueryNames.Embed));
        return tree.Build();
    }

    private ImmutableArray<T> Terms<T>(
        string name, Func<TextCursor, QueryLimits, ImmutableArray<T>?> read, int termsMax) =>
        _members.TryGetValue(name, out var json) ? _parts.Terms(json, JsonPlace.Root.Key(name), read, termsMax) : [];

    private T? Object<T>(string name, Func<JsonElement, JsonPlace, T?> read)
        where T : class =>
        _members.TryGetValue(name, out var json) ? read(json, JsonPlace.Root.Key(name)) : null;

    private int? Number(string name, int least) =>
        _members.TryGetValue(name, out var json) ? _mistakes.WholeNumber(json, JsonPlace.Root.Key(name), least) : null;

    private string? Text(string name)
    {
        if (!_members.TryGetValue(name, out var json)) return null;
        var place = JsonPlace.Root.Key(name);
        var text = _mistakes.Text(json, place);
        if (text is { Length: 0 }) _mistakes.Add(QueryErrors.InvalidValue, place, $"{name} is empty");
        return text;
    }

    private CountMode? Count()
    {
        if (Text(QueryNames.Count) is not { Length: > 0 } text) return null;
        if (CountModes.TryParse(text, out var mode)) return mode;
        _mistakes.Add(CountModes.Mistake(text), JsonPlace.Root.Key(QueryNames.Count));
        return null;
    }
}
