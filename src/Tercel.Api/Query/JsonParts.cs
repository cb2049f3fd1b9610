using System.Collections.Immutable;
using System.Text.Json;

namespace Tercel.Api.Query;

/// <summary>Reads the parts that a JSON query and its embedded relations have in common.</summary>
internal sealed class JsonParts(JsonMistakes mistakes, QueryLimits limits)
{
    private readonly JsonMistakes _mistakes = mistakes;
    private readonly QueryLimits _limits = limits;

    /// <summary>An expression in text, or an object of conditions.</summary>
    public Expr? Condition(JsonElement json, JsonPlace place)
    {
        if (json.ValueKind != JsonValueKind.String)
            return new JsonConditions(_mistakes, _limits.Expression).Read(json, place);
        var result = ExpressionParser.Parse(json.GetString() ?? "", _limits.Expression);
        if (result.TryGet(out var expr, out var errors)) return expr;
        foreach (var error in errors) _mistakes.Add(error, place);
        return null;
    }

    /// <summary>Terms in one text or in a list of texts.</summary>
    public ImmutableArray<T> Terms<T>(
        JsonElement json, JsonPlace place, Func<TextCursor, QueryLimits, ImmutableArray<T>?> read, int termsMax)
    {
        var terms = ImmutableArray.CreateBuilder<T>();
        foreach (var (text, at) in _mistakes.Texts(json, place))
        {
            var cursor = new TextCursor(text, null);
            var some = read(cursor, _limits);
            if (!AtEnd(cursor, at) || some is null) return [];
            terms.AddRange(some.Value);
            if (terms.Count <= termsMax) continue;
            _mistakes.Add(QueryErrors.TooComplex, at, $"more than {termsMax} entries");
            return [];
        }

        return terms.ToImmutable();
    }

    public Selection? Fields(JsonElement json, JsonPlace place)
    {
        var builder = new SelectionBuilder(_limits);
        foreach (var (text, at) in _mistakes.Texts(json, place))
        {
            var cursor = new TextCursor(text, null);
            if (!builder.AddList(cursor) | !AtEnd(cursor, at)) return null;
        }

        var end = new TextCursor("", null);
        var selection = builder.Build(end);
        if (end.Error is { } error) _mistakes.Add(error with { Position = null }, place);
        return selection;
    }

    private bool AtEnd(TextCursor cursor, JsonPlace place)
    {
        cursor.SkipSpaces();
        if (cursor.Error is null && !cursor.AtEnd) cursor.FailExpected("',' or the end");
        if (cursor.Error is null) return true;
        _mistakes.Add(cursor.Error, place);
        return false;
    }
}
