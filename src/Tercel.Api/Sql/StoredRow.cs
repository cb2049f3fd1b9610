using Tercel.Api.Model;
using Tercel.Data;

namespace Tercel.Api.Sql;

/// <summary>Looks at single rows inside a write.</summary>
internal static class StoredRow
{
    /// <summary>These columns of the row with the key; null when there is no such row, or it is soft-deleted.</summary>
    public static ValueTask<SqlValue[]?> Read(
        IWriteSession session, WriteCompiler statements, Entity entity, IReadOnlyList<Field> columns, SqlValue[] key) =>
        Find(session, statements.Read(entity, columns, entity.Key), columns.Count, key);

    /// <summary>The first row of a statement; null when it has none.</summary>
    public static async ValueTask<SqlValue[]?> Find(IWriteSession session, SqlText sql, int columns,
        SqlValue[] parameters)
    {
        using var rows = await session.Query(sql, parameters);
        if (!await rows.Next()) return null;
        var values = new SqlValue[columns];
        for (var i = 0; i < columns; i++) values[i] = rows.Value(i);
        return values;
    }

    /// <summary>True when the two keys are the same.</summary>
    public static bool SameKey(SqlValue[] a, SqlValue[] b)
    {
        if (a.Length != b.Length) return false;
        for (var i = 0; i < a.Length; i++)
            if (!Same(a[i], b[i])) return false;
        return true;
    }

    /// <summary>True when two values are the same: SQLite's <c>=</c>, but NULL equals NULL.</summary>
    public static bool Same(SqlValue a, SqlValue b) => a.Kind == b.Kind
        ? a.Integer == b.Integer && a.Real.Equals(b.Real) && a.Bytes.Span.SequenceEqual(b.Bytes.Span)
        : (a.Kind == SqlKind.Integer && b.Kind == SqlKind.Real && a.Integer == b.Real)
            || (a.Kind == SqlKind.Real && b.Kind == SqlKind.Integer && a.Real == b.Integer);
}
