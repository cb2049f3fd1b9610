using Tercel.Primitives;

namespace Tercel.Api.Query;

/// <summary>Reads
/// <c>embed=customer(id,name),lines(quantity,product(name);sort=-quantity;limit=5),lines.order</c>.</summary>
/// <remarks>
/// Inside parentheses come first the fields and nested relations (a name with parentheses of its own is a relation),
/// then options after semicolons: <c>sort limit where fields embed</c>. Recursion is bounded by the depth of the tree.
/// </remarks>
internal sealed class EmbedReader(TextCursor cursor, EmbedTree tree, QueryLimits limits)
{
    private static readonly string[] Options =
        [QueryNames.Sort, QueryNames.Limit, QueryNames.Where, QueryNames.Fields, QueryNames.Embed];

    private readonly TextCursor _cursor = cursor;
    private readonly EmbedTree _tree = tree;
    private readonly QueryLimits _limits = limits;

    /// <summary>Reads a list of relations into a node; false after a mistake, which the cursor keeps.</summary>
    public bool ReadList(EmbedTree.Draft into)
    {
        do
        {
            if (PathReader.Take(_cursor) is not { } path || !ReadRelation(into, path)) return false;
        }
        while (_cursor.TryTake(','));
        return true;
    }

    private bool ReadRelation(EmbedTree.Draft into, FieldPath path)
    {
        if (_tree.Open(into, path, _cursor) is not { } node) return false;
        _cursor.SkipSpaces();
        return _cursor.Peek != '(' || ReadDetails(node, path);
    }

    private bool ReadDetails(EmbedTree.Draft node, FieldPath path)
    {
        if (node.IsDetailed)
        {
            var name = Shortened.Text(path.ToString());
            _cursor.Fail(QueryErrors.Duplicate, $"'{name}' has its options twice", path.Position);
            return false;
        }

        node.IsDetailed = true;
        _cursor.Advance(1);
        var fields = new SelectionBuilder(_limits);
        if (!ReadItems(node, fields) || !ReadOptions(node, fields)) return false;
        if (!_cursor.TryTake(')'))
        {
            _cursor.FailExpected("',', ';' or ')'");
            return false;
        }

        node.Fields = fields.Build(_cursor);
        return _cursor.Error is null;
    }

    private bool ReadItems(EmbedTree.Draft node, SelectionBuilder fields)
    {
        _cursor.SkipSpaces();
        if (_cursor.Peek is ')' or ';') return true;
        do
        {
            if (fields.TryAddSign(_cursor)) continue;
            if (_cursor.Error is not null || PathReader.Take(_cursor) is not { } path) return false;
            _cursor.SkipSpaces();
            var read = _cursor.Peek == '(' ? ReadRelation(node, path) : fields.Add(_cursor, path);
            if (!read) return false;
        }
        while (_cursor.TryTake(','));
        return true;
    }

    private bool ReadOptions(EmbedTree.Draft node, SelectionBuilder fields)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (_cursor.TryTake(';'))
        {
            _cursor.SkipSpaces();
            var start = _cursor.Offset;
            if (PathReader.TakeName(_cursor, out _) is not { } option) return false;
            if (!_cursor.TryTake('='))
            {
                _cursor.FailExpected("'=' after the name of an option");
                return false;
            }

            if (!seen.Add(option))
                _cursor.Fail(QueryErrors.Duplicate, $"'{Shortened.Text(option)}' is given twice", start);
            if (_cursor.Error is not null || !ReadOption(node, fields, option, start)) return false;
        }

        return true;
    }

    private bool ReadOption(EmbedTree.Draft node, SelectionBuilder fields, string option, int start)
    {
        switch (option)
        {
            case QueryNames.Fields: return fields.AddList(_cursor);
            case QueryNames.Embed: return ReadList(node);
            case QueryNames.Sort:
                node.Sort = TermReaders.Sort(_cursor, _limits) ?? [];
                return _cursor.Error is null;
            case QueryNames.Limit:
                node.Limit = TermReaders.WholeNumber(_cursor, "limit");
                return _cursor.Error is null;
            case QueryNames.Where:
                node.Where = ExpressionParser.ParsePrefix(_cursor, _limits.Expression);
                return _cursor.Error is null;
            default:
                _cursor.Fail(QueryErrors.UnknownParameter, $"no option '{Shortened.Text(option)}' inside embed", start,
                    Suggestion.For(option, Options));
                return false;
        }
    }
}
