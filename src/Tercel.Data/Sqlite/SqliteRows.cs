using System.Runtime.InteropServices;

namespace Tercel.Data.Sqlite;

// The reused cursor of one prepared statement. After Dispose its handle is 0, for which SQLite answers NULL columns
// and no rows, so a stale cursor reads nothing. Unsafe, because a column is a span over SQLite's memory: it is
// valid until the next step, reset or conversion of that column, and SqlRows promises no more.
internal sealed unsafe class SqliteRows(SqliteConnection connection, SqliteStatement statement) : SqlRows
{
    private nint _handle;
    private bool _ended;
    private string[] _names = [];
    private int _namesVersion = -1;

    public override int ColumnCount => SqliteNative.sqlite3_column_count(_handle);

    public void Begin(nint handle)
    {
        _handle = handle;
        _ended = false;
    }

    public override ValueTask<bool> Next() => new(Step());

    public bool Step()
    {
        if (_ended) return false;
        connection.Watch.StartRow();
        var code = SqliteNative.sqlite3_step(_handle);
        if (code == SqliteCode.Row) return true;
        _ended = true;
        var failure = code == SqliteCode.Done ? null : connection.Failure(code);
        _ = statement.Reset(); // gives back the read lock at once; its code repeats what step said
        return failure is null ? false : throw failure;
    }

    public override string ColumnName(int column)
    {
        // A schema change may have prepared the statement anew, with other columns.
        var version = SqliteNative.sqlite3_stmt_status(_handle, SqliteCode.StatusReprepared, 0);
        if (_namesVersion != version) ReadNames(version);
        return _names[column];
    }

    public override SqlKind Kind(int column) => SqliteNative.sqlite3_column_type(_handle, column) switch
    {
        SqliteCode.TypeInteger => SqlKind.Integer,
        SqliteCode.TypeReal => SqlKind.Real,
        SqliteCode.TypeText => SqlKind.Text,
        SqliteCode.TypeBlob => SqlKind.Blob,
        _ => SqlKind.Null,
    };

    public override long Integer(int column) => SqliteNative.sqlite3_column_int64(_handle, column);

    public override double Real(int column) => SqliteNative.sqlite3_column_double(_handle, column);

    public override ReadOnlySpan<byte> Utf8(int column)
    {
        var start = SqliteNative.sqlite3_column_text(_handle, column); // before bytes: it may convert
        return new ReadOnlySpan<byte>(start, SqliteNative.sqlite3_column_bytes(_handle, column));
    }

    public override ReadOnlySpan<byte> Blob(int column)
    {
        var start = SqliteNative.sqlite3_column_blob(_handle, column);
        return new ReadOnlySpan<byte>(start, SqliteNative.sqlite3_column_bytes(_handle, column));
    }

    protected override void Dispose(bool disposing)
    {
        if (_handle == 0) return;
        _handle = 0;
        connection.Release(statement, reset: !_ended);
    }

    private void ReadNames(int version)
    {
        var names = new string[ColumnCount];
        for (var i = 0; i < names.Length; i++)
            names[i] = Marshal.PtrToStringUTF8((nint)SqliteNative.sqlite3_column_name(_handle, i)) ?? "";
        _names = names;
        _namesVersion = version;
    }
}
