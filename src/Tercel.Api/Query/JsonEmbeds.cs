using System.Text.Json;
using Tercel.Primitives;

namespace Tercel.Api.Query;

/// <summary>Reads the <c>embed</c> of a JSON query: text, a list of texts, or an object of relations with their
/// options.
/// </summary>
internal sealed class JsonEmbeds(JsonMistakes mistakes, EmbedTree tree, QueryLimits limits)
{
    private static readonly string[] Options =
        [QueryNames.Fields, QueryNames.Embed, QueryNames.Sort, QueryNames.Limit, QueryNames.Where];

    private readonly JsonMistakes _mistakes = mistakes;
    private readonly EmbedTree _tree = tree;
    private readonly QueryLimits _limits = limits;

    public void Read(EmbedTree.Draft into, JsonElement json, JsonPlace place)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            foreach (var (text, at) in _mistakes.Texts(json, place)) ReadText(into, text, at);
            return;
        }

        foreach (var member in _mistakes.Members(json, place))
        {
            var at = place.Key(member.Name);
            if (Open(into, member.Name, at) is not { } node) return;
            ReadRelation(node, member.Value, at);
        }
    }

    private void ReadText(EmbedTree.Draft into, string text, JsonPlace place)
    {
        var cursor = new TextCursor(text, null);
        if (new EmbedReader(cursor, _tree, _limits).ReadList(into))
        {
            cursor.SkipSpaces();
            if (!cursor.AtEnd) cursor.FailExpected("',' or the end");
        }

        if (cursor.Error is { } error) _mistakes.Add(error, place);
    }

    private EmbedTree.Draft? Open(EmbedTree.Draft from, string name, JsonPlace place)
    {
        var cursor = new TextCursor(name, null);
        var path = PathReader.Take(cursor);
        if (path is not null && !cursor.AtEnd) cursor.FailExpected("the end of the name");
        var node = path is null || cursor.Error is not null ? null : _tree.Open(from, path, cursor);
        if (cursor.Error is { } error) _mistakes.Add(error, place);
        return cursor.Error is null ? node : null;
    }

    private void ReadRelation(EmbedTree.Draft node, JsonElement json, JsonPlace place)
    {
        if (json.ValueKind == JsonValueKind.True) return;
        if (json.ValueKind != JsonValueKind.Object)
        {
            _mistakes.Expected("true or an object of options", json, place);
            return;
        }

        if (node.IsDetailed)
        {
            _mistakes.Add(QueryErrors.Duplicate, place, "this relation has its options twice");
            return;
        }

        node.IsDetailed = true;
        foreach (var member in _mistakes.Members(json, place)) ReadOption(node, member, place.Key(member.Name));
    }

    private void ReadOption(EmbedTree.Draft node, JsonProperty member, JsonPlace place)
    {
        var parts = new JsonParts(_mistakes, _limits);
        switch (member.Name)
        {
            case QueryNames.Fields: node.Fields = parts.Fields(member.Value, place); break;
            case QueryNames.Embed: Read(node, member.Value, place); break;
            case QueryNames.Sort:
                node.Sort = parts.Terms(member.Value, place, TermReaders.Sort, _limits.SortMax);
                break;
            case QueryNames.Limit: node.Limit = _mistakes.WholeNumber(member.Value, place, least: 0); break;
            case QueryNames.Where: node.Where = parts.Condition(member.Value, place); break;
            default:
                _mistakes.Add(QueryErrors.UnknownParameter, place,
                    $"no option '{Shortened.Text(member.Name)}' inside embed", Suggestion.For(member.Name, Options));
                break;
        }
    }
}
