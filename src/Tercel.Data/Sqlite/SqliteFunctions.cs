namespace Tercel.Data.Sqlite;

// The SQL functions this project adds to each connection.
internal sealed class SqliteFunctions : IDisposable
{
    public static SqliteFunctions Register(SqliteConnection connection)
    {
        _ = connection;
        return new SqliteFunctions();
    }

    public void Dispose()
    {
    }
}
