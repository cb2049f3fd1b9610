using Tercel.Primitives;

namespace Tercel.Data.Sqlite;

// A reader connection while it is rented; the same object every time. Dispose it exactly once for each rent.
internal sealed class SqliteReadSession(SqliteConnection connection, ReaderPool pool, int slot) : IReadSession
{
    private static readonly SqlText Begin = new("BEGIN");
    private static readonly SqlText End = new("COMMIT");

    private int _rented;
    private bool _snapshot;

    public int Slot => slot;

    public SqliteReadSession Start(ICaller? caller, CancellationToken cancellation)
    {
        connection.Watch.Cancellation = cancellation;
        connection.Watch.Caller = caller;
        Volatile.Write(ref _rented, 1);
        return this;
    }

    public ValueTask<SqlRows> Query(SqlText sql, ReadOnlySpan<SqlValue> parameters)
    {
        ObjectDisposedException.ThrowIf(_rented == 0, this);
        return new ValueTask<SqlRows>(connection.Open(sql, parameters));
    }

    public ValueTask BeginSnapshot()
    {
        if (_snapshot) return default;
        connection.Run(Begin);
        _snapshot = true;
        return default;
    }

    public void Interrupt() => connection.Watch.Stop();

    public void Close() => connection.Dispose();

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _rented, 0) == 0) return;
        connection.Watch.Cancellation = default;
        connection.Watch.Caller = null;
        try
        {
            connection.ReleaseAll();
            if (_snapshot) connection.Run(End);
        }
        finally
        {
            _snapshot = false;
            pool.Return(this);
        }
    }
}
