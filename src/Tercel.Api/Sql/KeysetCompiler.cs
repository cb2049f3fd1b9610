using Tercel.Api.Planning;

namespace Tercel.Api.Sql;

/// <summary>Which way a cursor reads, and which of its values are null.</summary>
/// <param name="IsBackward">Towards the first row: the page before the cursor's row.</param>
/// <param name="NullMask">Bit i is set when sort value i is null.</param>
internal readonly record struct CursorForm(bool IsBackward, int NullMask)
{
    public bool IsNull(int index) => (NullMask >> index & 1) != 0;
}

/// <summary>Writes the condition "after the cursor's row" for a total order.</summary>
/// <remarks>
/// One direction and no nulls: a row value comparison, which SQLite turns into one index range. Otherwise the expanded
/// form, with a bound on the first key in front so that an index on it still limits the rows.
/// </remarks>
internal sealed class KeysetCompiler(SqlBuilder sql, ExpressionCompiler expressions, IReadOnlyList<SortKey> keys,
    CursorForm form)
{
    private readonly SqlBuilder _sql = sql;
    private readonly ExpressionCompiler _expressions = expressions;
    private readonly IReadOnlyList<SortKey> _keys = keys;
    private readonly CursorForm _form = form;

    public void Write()
    {
        if (IsRowComparison())
        {
            WriteRow();
            return;
        }

        _sql.Add("(");
        if (!CanFollowBeNull(0) && !_form.IsNull(0) && _keys.Count > 1)
        {
            _expressions.Wrap("", _keys[0].Value, IsDescending(0) ? " <= " : " >= ");
            _sql.Parameter(new ValueOrigin.Cursor(0)).Add(" AND (");
            WriteAlternatives();
            _sql.Add(")");
        }
        else
        {
            WriteAlternatives();
        }

        _sql.Add(")");
    }

    private bool IsDescending(int index) => _keys[index].Descending != _form.IsBackward;

    private bool NullsFirst(int index) => _keys[index].NullsFirst != _form.IsBackward;

    private bool CanFollowBeNull(int index) => _keys[index].Nullable && !NullsFirst(index);

    // Nulls that come before the cursor's row drop out of a row comparison by themselves, since it is null then.
    private bool IsRowComparison()
    {
        for (var i = 0; i < _keys.Count; i++)
        {
            if (IsDescending(i) != IsDescending(0) || CanFollowBeNull(i) || _form.IsNull(i)) return false;
            if (_keys[i].Nullable && i > 0) return false;
        }

        return true;
    }

    private void WriteRow()
    {
        var single = _keys.Count == 1;
        if (!single) _sql.Add("(");
        for (var i = 0; i < _keys.Count; i++) _expressions.Wrap(i > 0 ? ", " : "", _keys[i].Value, "");
        _sql.Add(single ? "" : ")").Add(IsDescending(0) ? " < " : " > ").Add(single ? "" : "(");
        for (var i = 0; i < _keys.Count; i++) _sql.Add(i > 0 ? ", " : "").Parameter(new ValueOrigin.Cursor(i));
        if (!single) _sql.Add(")");
    }

    private void WriteAlternatives()
    {
        var written = false;
        for (var i = 0; i < _keys.Count; i++)
        {
            if (_form.IsNull(i) && !NullsFirst(i)) continue;
            _sql.Add(written ? " OR (" : "(");
            for (var j = 0; j < i; j++)
            {
                WriteSame(j);
                _sql.Add(" AND ");
            }

            WriteAfter(i);
            _sql.Add(")");
            written = true;
        }

        if (!written) _sql.Add("0");
    }

    private void WriteSame(int index)
    {
        _expressions.Write(_keys[index].Value);
        if (_form.IsNull(index)) _sql.Add(" IS NULL");
        else _sql.Add(" = ").Parameter(new ValueOrigin.Cursor(index));
    }

    private void WriteAfter(int index)
    {
        var value = _keys[index].Value;
        if (_form.IsNull(index))
        {
            _expressions.Wrap("", value, " IS NOT NULL");
            return;
        }

        var nulls = CanFollowBeNull(index);
        _expressions.Wrap(nulls ? "(" : "", value, IsDescending(index) ? " < " : " > ");
        _sql.Parameter(new ValueOrigin.Cursor(index));
        if (nulls) _expressions.Wrap(" OR ", value, " IS NULL)");
    }
}
