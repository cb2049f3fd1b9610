using Tercel.Api.Planning;

namespace Tercel.Api.Sql;

/// <summary>The columns of a statement under construction; the same column is selected once.</summary>
/// <param name="first">Columns that come before the list's own.</param>
internal sealed class SelectList(int first = 0)
{
    private readonly int _first = first;
    private readonly List<Bound> _expressions = [];

    public int Count => _first + Math.Max(_expressions.Count, 1 - _first);

    /// <summary>The position of an expression in each row.</summary>
    public int Add(Bound expression)
    {
        for (var i = 0; i < _expressions.Count; i++)
            if (IsSame(_expressions[i], expression)) return _first + i;
        _expressions.Add(expression);
        return _first + _expressions.Count - 1;
    }

    /// <summary>Writes <c>a, b, c</c>.</summary>
    public void Write(SqlBuilder sql, ExpressionCompiler expressions)
    {
        for (var i = 0; i < _expressions.Count; i++) expressions.Wrap(_first + i > 0 ? ", " : "", _expressions[i], "");
        if (_expressions.Count == 0 && _first == 0) sql.Add("1");
    }

    // Only columns are compared by what they are: two equal expressions are rare and cost one more column.
    private static bool IsSame(Bound a, Bound b) =>
        ReferenceEquals(a, b) || (a is Bound.Column x && b is Bound.Column y
            && ReferenceEquals(x.Source, y.Source) && ReferenceEquals(x.Field, y.Field));
}
