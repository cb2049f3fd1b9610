using System.Collections.Immutable;
using Tercel.Primitives;

namespace Tercel.Api.Query;

/// <summary>Reads a query string into a <see cref="ListQuery"/>, or into all of its mistakes.</summary>
/// <remarks>Errors: at most <see cref="ErrorsMax"/>, each with the decoded name of its parameter. Cost: linear in the
/// text.
/// </remarks>
internal sealed class QueryReader
{
    /// <summary>Mistakes reported for one request; the rest would only be noise.</summary>
    public const int ErrorsMax = 20;

    private readonly QueryLimits _limits;
    private readonly QueryScope _scope;
    private readonly List<Error> _errors = [];
    private readonly FilterReader _filters;
    private readonly Dictionary<string, RawPair> _reserved = new(StringComparer.Ordinal);
    private readonly ImmutableDictionary<string, Expr.Literal>.Builder _parameters =
        ImmutableDictionary.CreateBuilder<string, Expr.Literal>(StringComparer.Ordinal);

    private QueryReader(QueryLimits limits, QueryScope scope)
    {
        _limits = limits;
        _scope = scope;
        _filters = new FilterReader(limits);
    }

    /// <summary>Reads the query string of a collection.</summary>
    public static Result<ListQuery> ReadList(ReadOnlySpan<char> query, QueryLimits limits) =>
        Read(query, limits, QueryScope.List);

    /// <summary>Reads a query string of which the endpoint understands only some parts, or more than these.</summary>
    public static Result<ListQuery> Read(ReadOnlySpan<char> query, QueryLimits limits, QueryScope scope)
    {
        if (query.Length > limits.UrlCharsMax)
            return new Error(QueryErrors.TooLong, $"the query string has more than {limits.UrlCharsMax} characters");
        var reader = new QueryReader(limits, scope);
        reader.ReadPairs(query);
        var result = reader.Build();
        if (reader._errors.Count == 0) return result;
        return reader._errors.Take(ErrorsMax).ToList();
    }

    private void ReadPairs(ReadOnlySpan<char> query)
    {
        var pairs = new QueryStringReader(query);
        while (pairs.MoveNext() && _errors.Count < ErrorsMax)
        {
            if (Decode(pairs.RawKey, pairs.RawKey) is not { } name) continue;
            if (Decode(pairs.RawValue, pairs.RawKey) is not { } value) continue;
            Add(name, new RawPair(value, pairs.HasValue, pairs.Index));
        }
    }

    private string? Decode(ReadOnlySpan<char> raw, ReadOnlySpan<char> rawKey)
    {
        var text = PercentText.Decode(raw, out var mistakeAt);
        if (text is null)
        {
            Fail(new Error(QueryErrors.Encoding, "not percent-encoded UTF-8")
            {
                Parameter = PercentText.Decode(rawKey, out _) ?? Shortened.Text(rawKey.ToString()),
                Position = mistakeAt,
            });
        }

        return text;
    }

    private void Add(string name, RawPair pair)
    {
        if (_scope.Extra.Contains(name)) return;
        if (name.StartsWith('$')) AddParameter(name, pair);
        else if (QueryNames.IsReserved(name)) AddReserved(name, pair);
        else if (!_scope.Filters) FailUnknown(name);
        else if (!pair.HasValue) Fail(QueryErrors.Syntax, name, "expected a value: name=value");
        else if (_filters.Add(name, pair.Value, pair.Slot) is { } error) Fail(error);
    }

    private void AddParameter(string name, RawPair pair)
    {
        if (name.Length == 1) Fail(QueryErrors.Syntax, name, "expected a name after '$'");
        else if (!_parameters.TryAdd(name[1..], pair.Literal)) FailDuplicate(name);
    }

    private void AddReserved(string name, RawPair pair)
    {
        if (!_scope.Names.Contains(name)) FailUnknown(name);
        else if (!_reserved.TryAdd(name, pair)) FailDuplicate(name);
    }

    private ListQuery Build()
    {
        var query = new ListQuery
        {
            Filters = _filters.Build(),
            Parameters = _parameters.ToImmutable(),
            Where = Expression(QueryNames.Where),
            Having = Expression(QueryNames.Having),
            Sort = Terms(QueryNames.Sort, TermReaders.Sort),
            Fields = Value(QueryNames.Fields, cursor => SelectionBuilder.Read(cursor, _limits)),
            Embed = Embed(),
            Limit = Number(QueryNames.Limit, 0),
            Page = Number(QueryNames.Page, 1),
            Offset = Number(QueryNames.Offset, 0),
            Cursor = Text(QueryNames.Cursor)?.Value,
            Count = Count(),
            Search = Text(QueryNames.Search)?.Literal,
            Highlight = Terms(QueryNames.Highlight, TermReaders.Names),
            Group = Terms(QueryNames.Group, GroupReader.Groups),
            Aggregates = Terms(QueryNames.Aggregates, GroupReader.Aggregates),
            Distinct = Terms(QueryNames.Distinct, TermReaders.Paths),
            Facets = Terms(QueryNames.Facets, TermReaders.Facets),
            Explain = Flag(QueryNames.Explain),
        };
        // A part that could not be read is missing here, and what depends on it would only look wrong.
        if (_errors.Count > 0) return query;
        QueryChecks.Conflicts(query, _errors);
        QueryChecks.Parameters(query, _errors, (error, part) => error with { Parameter = part });
        return query;
    }

    private Expr? Expression(string name)
    {
        if (Text(name) is not { } pair) return null;
        var result = ExpressionParser.Parse(pair.Value, _limits.Expression, name);
        if (result.TryGet(out var expr, out var errors)) return expr;
        foreach (var error in errors) Fail(error);
        return null;
    }

    private ImmutableArray<T> Terms<T>(string name, Func<TextCursor, QueryLimits, ImmutableArray<T>?> read) =>
        Value(name, cursor => Box.Of(read(cursor, _limits)))?.Content ?? [];

    private ImmutableArray<EmbedNode> Embed()
    {
        var tree = new EmbedTree(_limits);
        Value(QueryNames.Embed, cursor => new EmbedReader(cursor, tree, _limits).ReadList(tree.Root) ? tree : null);
        return tree.Build();
    }

    private int? Number(string name, int least)
    {
        var number = Value(name, cursor => Box.Of(TermReaders.OnlyWholeNumber(cursor, name)))?.Content;
        if (number >= least || number is null) return number;
        Fail(QueryErrors.InvalidValue, name, $"{name} starts at {least}");
        return null;
    }

    private CountMode? Count()
    {
        if (Text(QueryNames.Count) is not { } pair) return null;
        if (CountModes.TryParse(pair.Value, out var mode)) return mode;
        Fail(CountModes.Mistake(pair.Value) with { Parameter = QueryNames.Count });
        return null;
    }

    // `?explain` alone means true.
    private bool Flag(string name)
    {
        if (!_reserved.TryGetValue(name, out var pair)) return false;
        if (!pair.HasValue || pair.Value == "true") return true;
        if (pair.Value != "false") Fail(QueryErrors.InvalidValue, name, $"{name} is true or false");
        return false;
    }

    private T? Value<T>(string name, Func<TextCursor, T?> read)
        where T : class
    {
        if (Text(name) is not { } pair) return null;
        var cursor = new TextCursor(pair.Value, name);
        var value = read(cursor);
        cursor.SkipSpaces();
        if (value is not null && !cursor.AtEnd) cursor.FailExpected("',' or the end");
        if (cursor.Error is not { } error) return value;
        Fail(error);
        return null;
    }

    // The pair of a reserved name; an empty value is a mistake, for none of them has a meaning.
    private RawPair? Text(string name)
    {
        if (!_reserved.TryGetValue(name, out var pair)) return null;
        if (pair.Value.Length > 0) return pair;
        Fail(QueryErrors.InvalidValue, name, $"{name} is empty");
        return null;
    }

    private void FailUnknown(string name)
    {
        var allowed = _scope.Names.Concat(_scope.Extra);
        Fail(new Error(QueryErrors.UnknownParameter, $"no parameter '{Shortened.Text(name)}' here")
        {
            Parameter = name,
            Suggestion = Suggestion.For(name, allowed),
        });
    }

    private void FailDuplicate(string name) =>
        Fail(QueryErrors.Duplicate, name, $"{Shortened.Text(name)} is given twice");

    private void Fail(ErrorCode code, string name, string detail) => Fail(new Error(code, detail) { Parameter = name });

    private void Fail(Error error) => _errors.Add(error);

    private readonly record struct RawPair(string Value, bool HasValue, int Slot)
    {
        public Expr.Literal Literal => new(LiteralKind.Raw, Value, Slot);
    }

    // Value and array readers alike say "mistake" with null.
    private sealed record Box<T>(T Content);

    private static class Box
    {
        public static Box<T>? Of<T>(T? content)
            where T : struct => content is { } some ? new Box<T>(some) : null;
    }
}
