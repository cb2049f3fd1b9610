using System.Collections.Immutable;

namespace Tercel.Api.Query;

/// <summary>Collects the entries of a <c>fields</c> list: <c>*</c>, names, and names to leave out.</summary>
internal sealed class SelectionBuilder(QueryLimits limits)
{
    private readonly QueryLimits _limits = limits;
    private readonly ImmutableArray<FieldPath>.Builder _include = ImmutableArray.CreateBuilder<FieldPath>();
    private readonly ImmutableArray<FieldPath>.Builder _exclude = ImmutableArray.CreateBuilder<FieldPath>();
    private bool _all;

    /// <summary>Reads a whole list; null after a mistake, which the cursor keeps.</summary>
    public static Selection? Read(TextCursor cursor, QueryLimits limits)
    {
        var builder = new SelectionBuilder(limits);
        return builder.AddList(cursor) ? builder.Build(cursor) : null;
    }

    /// <summary>Reads entries between commas.</summary>
    public bool AddList(TextCursor cursor)
    {
        do
        {
            if (TryAddSign(cursor)) continue;
            if (cursor.Error is not null || PathReader.Take(cursor) is not { } path) return false;
            if (!Add(cursor, path)) return false;
        }
        while (cursor.TryTake(','));
        return cursor.Error is null;
    }

    /// <summary>Takes <c>*</c> or <c>-name</c>; false when neither is next, or after a mistake.</summary>
    public bool TryAddSign(TextCursor cursor)
    {
        if (cursor.TryTake('*'))
        {
            _all = true;
            return true;
        }

        if (!cursor.TryTake('-') || PathReader.Take(cursor) is not { } path) return false;
        _exclude.Add(path);
        return Check(cursor, path);
    }

    public bool Add(TextCursor cursor, FieldPath path)
    {
        _include.Add(path);
        return Check(cursor, path);
    }

    /// <summary>The selection; null when nothing was named, or after a mistake.</summary>
    public Selection? Build(TextCursor cursor)
    {
        if (!_all && _include.Count == 0 && _exclude.Count == 0) return null;
        if (!_all && _include.Count > 0 && _exclude.Count > 0)
        {
            cursor.Fail(QueryErrors.Syntax, "a name can only be left out of all fields: start the list with *",
                _exclude[0].Position, "*");
            return null;
        }

        var all = _all || _include.Count == 0;
        return new Selection(all, _include.ToImmutable(), _exclude.ToImmutable());
    }

    private bool Check(TextCursor cursor, FieldPath path)
    {
        if (_include.Count + _exclude.Count <= _limits.FieldsMax) return true;
        cursor.Fail(QueryErrors.TooComplex, $"more than {_limits.FieldsMax} fields", path.Position);
        return false;
    }
}
