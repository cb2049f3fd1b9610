namespace Tercel.Data;

/// <summary>A forward cursor over the rows of one statement.</summary>
/// <remarks>
/// Lifetime: from <see cref="ISqlSession.Query"/> until <see cref="IDisposable.Dispose"/>, within its session;
/// spans end with the next call of <see cref="Next"/>. Thread: one at a time. Errors: <see cref="StoreException"/>
/// from <see cref="Next"/>. On SQLite every call completes at once, on the caller's thread.
/// </remarks>
public abstract class SqlRows : IDisposable
{
    /// <summary>Columns of each row.</summary>
    public abstract int ColumnCount { get; }

    /// <summary>Moves to the next row; false at the end.</summary>
    public abstract ValueTask<bool> Next();

    /// <summary>Name of a column, as the statement gave it.</summary>
    public abstract string ColumnName(int column);

    /// <summary>What the column holds in this row.</summary>
    public abstract SqlKind Kind(int column);

    /// <summary>The column as an integer; text that holds a number converts, anything else is 0.</summary>
    public abstract long Integer(int column);

    /// <summary>The column as a double; text that holds a number converts, anything else is 0.</summary>
    public abstract double Real(int column);

    /// <summary>The column as UTF-8; a number converts to its text, NULL is empty.</summary>
    public abstract ReadOnlySpan<byte> Utf8(int column);

    /// <summary>The column's bytes; NULL is empty.</summary>
    public abstract ReadOnlySpan<byte> Blob(int column);

    /// <summary>Copies the column out.</summary>
    public SqlValue Value(int column) => Kind(column) switch
    {
        SqlKind.Null => SqlValue.Null,
        SqlKind.Integer => SqlValue.Of(Integer(column)),
        SqlKind.Real => SqlValue.Of(Real(column)),
        SqlKind.Text => SqlValue.OfUtf8(Utf8(column).ToArray()),
        _ => SqlValue.OfBlob(Blob(column).ToArray()),
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends the statement so that its connection can run another.</summary>
    protected abstract void Dispose(bool disposing);
}
