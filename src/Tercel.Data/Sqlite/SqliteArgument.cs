using System.Buffers;

namespace Tercel.Data.Sqlite;

// Reads the arguments of SQL functions. Unsafe, because SQLite hands out pointers; a span is valid until the
// function returns.
internal static unsafe class SqliteArgument
{
    public static bool IsNull(nint value) => SqliteNative.sqlite3_value_type(value) == SqliteCode.TypeNull;

    public static bool IsNumber(nint value) =>
        SqliteNative.sqlite3_value_type(value) is SqliteCode.TypeInteger or SqliteCode.TypeReal;

    public static ReadOnlySpan<byte> Utf8(nint value)
    {
        var start = SqliteNative.sqlite3_value_text(value); // before bytes: it may convert
        return new ReadOnlySpan<byte>(start, SqliteNative.sqlite3_value_bytes(value));
    }

    public static ReadOnlySpan<byte> Blob(nint value)
    {
        var start = SqliteNative.sqlite3_value_blob(value);
        return new ReadOnlySpan<byte>(start, SqliteNative.sqlite3_value_bytes(value));
    }

    // False for NULL. Text that is no number is the caller's mistake.
    public static bool TryNumber(nint value, out double number)
    {
        number = 0;
        switch (SqliteNative.sqlite3_value_numeric_type(value))
        {
            case SqliteCode.TypeNull:
                return false;
            case SqliteCode.TypeInteger or SqliteCode.TypeReal:
                number = SqliteNative.sqlite3_value_double(value);
                return true;
            default:
                throw new SqliteFunctionException("the aggregate takes numbers only");
        }
    }
}

// Bytes of the shared pool while a function runs.
internal readonly ref struct PooledBytes(int bytesMin)
{
    private readonly byte[] _bytes = ArrayPool<byte>.Shared.Rent(bytesMin);

    public Span<byte> Span => _bytes;

    public void Dispose() => ArrayPool<byte>.Shared.Return(_bytes);
}
