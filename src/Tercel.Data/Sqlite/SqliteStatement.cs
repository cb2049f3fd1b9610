using System.Runtime.InteropServices;

namespace Tercel.Data.Sqlite;

// One prepared statement with the native memory of its parameters and its reused cursor. Unsafe, because parameters
// are copied once into memory that outlives the call, so that SQLite neither allocates nor copies for them.
internal sealed unsafe class SqliteStatement : IDisposable
{
    private const int KeptBytesMax = 16 * 1024;

    private readonly SqliteConnection _connection;
    private readonly int _parameterCount;
    private byte* _memory;
    private int _memoryBytes;

    public SqliteStatement(SqliteConnection connection, SqlText sql, nint handle)
    {
        _connection = connection;
        Sql = sql;
        Handle = handle;
        _parameterCount = SqliteNative.sqlite3_bind_parameter_count(handle);
        Rows = new SqliteRows(connection, this);
    }

    public SqlText Sql { get; }

    public SqliteRows Rows { get; }

    public nint Handle { get; private set; }

    // The cache's own: whether somebody runs it, whether it stays, and its place in the order of use.
    public bool IsInUse { get; set; }

    public bool IsCached { get; set; }

    public SqliteStatement? Newer { get; set; }

    public SqliteStatement? Older { get; set; }

    public SqliteRows Open(ReadOnlySpan<SqlValue> parameters)
    {
        if (parameters.Length != _parameterCount)
            throw new ArgumentException(
                $"{parameters.Length} values for {_parameterCount} parameters of: {Sql}", nameof(parameters));
        if (_parameterCount != 0) Bind(parameters);
        Rows.Begin(Handle);
        return Rows;
    }

    // Gives the code of the reset, which is an error when a statement that was not stepped to its end failed on
    // ending.
    public int Reset()
    {
        var code = SqliteNative.sqlite3_reset(Handle);
        if (_memoryBytes > KeptBytesMax) FreeMemory();
        return code;
    }

    public void Dispose()
    {
        if (Handle == 0) return;
        _ = SqliteNative.sqlite3_finalize(Handle);
        Handle = 0;
        FreeMemory();
    }

    private void Bind(ReadOnlySpan<SqlValue> parameters)
    {
        var bytes = 0L;
        foreach (ref readonly var value in parameters) bytes += value.Bytes.Length;
        if (bytes > int.MaxValue) throw new StoreException(StoreFailure.TooLarge, "the parameters are too large");
        if (bytes > _memoryBytes) Grow((int)bytes);

        var at = _memory;
        var index = 0;
        foreach (ref readonly var value in parameters)
        {
            var code = BindOne(++index, value, at);
            if (code != SqliteCode.Ok) throw _connection.Failure(code);
            at += value.Bytes.Length;
        }
    }

    private int BindOne(int index, in SqlValue value, byte* at)
    {
        switch (value.Kind)
        {
            case SqlKind.Integer: return SqliteNative.sqlite3_bind_int64(Handle, index, value.Integer);
            case SqlKind.Real: return SqliteNative.sqlite3_bind_double(Handle, index, value.Real);
            case SqlKind.Null: return SqliteNative.sqlite3_bind_null(Handle, index);
        }

        var bytes = value.Bytes.Span;
        var empty = stackalloc byte[1]; // a null pointer would mean SQL NULL
        var start = bytes.IsEmpty ? empty : at;
        bytes.CopyTo(new Span<byte>(at, bytes.Length));
        var lifetime = bytes.IsEmpty ? SqliteCode.Transient : 0;
        return value.Kind == SqlKind.Text
            ? SqliteNative.sqlite3_bind_text(Handle, index, start, bytes.Length, lifetime)
            : SqliteNative.sqlite3_bind_blob(Handle, index, start, bytes.Length, lifetime);
    }

    private void Grow(int bytes)
    {
        FreeMemory();
        _memory = (byte*)NativeMemory.Alloc((nuint)bytes);
        _memoryBytes = bytes;
    }

    // Bound parameters may still point here; they are bound anew before the statement runs again.
    private void FreeMemory()
    {
        NativeMemory.Free(_memory);
        _memory = null;
        _memoryBytes = 0;
    }
}
