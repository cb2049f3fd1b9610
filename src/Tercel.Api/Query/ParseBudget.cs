namespace Tercel.Api.Query;

/// <summary>Counts the depth and nodes of one expression while it is read.</summary>
internal sealed class ParseBudget(TextCursor cursor, ExpressionLimits limits)
{
    private readonly TextCursor _cursor = cursor;
    private readonly ExpressionLimits _limits = limits;
    private int _depth;
    private int _nodes;

    /// <summary>One level deeper; false when that is too deep.</summary>
    public bool Enter(int position)
    {
        if (++_depth <= _limits.DepthMax) return true;
        _cursor.Fail(QueryErrors.TooDeep, $"nested more than {_limits.DepthMax} levels deep", position);
        return false;
    }

    public void Leave() => _depth--;

    /// <summary>Passes the node on, or null when it is one too many.</summary>
    public T? Count<T>(T node)
        where T : Expr
    {
        if (++_nodes <= _limits.NodesMax) return node;
        var detail = $"more than {_limits.NodesMax} operators, names and values";
        _cursor.Fail(QueryErrors.TooComplex, detail, node.Position);
        return null;
    }

    /// <summary>Checks the length of a list. Its constants do not count as nodes.</summary>
    public bool CountItem(Expr item, int items)
    {
        if (item is Expr.Literal) _nodes--;
        if (items <= _limits.ListItemsMax) return true;
        _cursor.Fail(QueryErrors.TooManyValues, $"more than {_limits.ListItemsMax} values in a list", item.Position);
        return false;
    }
}
