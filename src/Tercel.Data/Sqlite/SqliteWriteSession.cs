using System.Text;

namespace Tercel.Data.Sqlite;

// The writer's connection as one request's work sees it; reused from request to request, and deaf between them.
internal sealed class SqliteWriteSession(SqliteConnection connection) : IMigrationSession
{
    private static readonly SqlText OpenSavepoint = new("SAVEPOINT nested");
    private static readonly SqlText KeepSavepoint = new("RELEASE nested");
    private static readonly SqlText UndoSavepoint = new("ROLLBACK TO nested");
    private static readonly SqlText ForeignKeyCheck = new("PRAGMA foreign_key_check");

    private CancellationToken _cancellation;
    private int _depth;
    private int _thread;
    private bool _active;
    private bool _lost;

    public bool IsRollbackOnly { get; private set; }

    public void Begin(CancellationToken cancellation)
    {
        _cancellation = cancellation;
        (_depth, _active, _lost, IsRollbackOnly) = (0, true, false, false);
        _thread = Environment.CurrentManagedThreadId;
        connection.LateFailure = null;
    }

    // Closes what the work left open, and gives the failure that the work could not see.
    public StoreException? End()
    {
        _active = false;
        connection.ReleaseAll();
        var failure = connection.LateFailure;
        if (!connection.InTransaction) return failure;
        while (_depth > 0)
        {
            _depth--;
            connection.Run(KeepSavepoint);
        }

        return failure;
    }

    public ValueTask<SqlRows> Query(SqlText sql, ReadOnlySpan<SqlValue> parameters)
    {
        Check();
        return new ValueTask<SqlRows>(connection.Open(sql, parameters));
    }

    public ValueTask<long> Execute(SqlText sql, ReadOnlySpan<SqlValue> parameters)
    {
        Check();
        var before = connection.TotalChanges;
        Run(sql, parameters);
        return new ValueTask<long>(connection.TotalChanges == before ? 0 : connection.Changes);
    }

    public ValueTask Savepoint()
    {
        Check();
        Run(OpenSavepoint, []);
        _depth++;
        return default;
    }

    public ValueTask EndSavepoint(bool keep)
    {
        Check();
        if (_depth == 0) throw new InvalidOperationException("no savepoint is open");
        _depth--;
        if (!keep) Run(UndoSavepoint, []);
        Run(KeepSavepoint, []);
        return default;
    }

    public void RollbackOnly() => IsRollbackOnly = true;

    public ValueTask ExecuteScript(string sql)
    {
        Check();
        try
        {
            connection.Script(sql);
        }
        finally
        {
            _lost = !connection.InTransaction;
        }

        return default;
    }

    public ValueTask<IReadOnlyList<ForeignKeyViolation>> CheckForeignKeys(int countMax)
    {
        Check();
        var found = new List<ForeignKeyViolation>();
        using var rows = connection.Open(ForeignKeyCheck, []);
        while (found.Count < countMax && rows.Step())
        {
            found.Add(new ForeignKeyViolation(
                Encoding.UTF8.GetString(rows.Utf8(0)),
                rows.Kind(1) == SqlKind.Null ? null : rows.Integer(1),
                Encoding.UTF8.GetString(rows.Utf8(2))));
        }

        return new ValueTask<IReadOnlyList<ForeignKeyViolation>>(found);
    }

    // A failed statement may have undone the whole transaction; what followed would be stored on its own.
    private void Run(SqlText sql, ReadOnlySpan<SqlValue> parameters)
    {
        try
        {
            connection.Run(sql, parameters);
        }
        catch (StoreException)
        {
            _lost = !connection.InTransaction;
            throw;
        }
    }

    // Callers who gave up are noticed between statements only: an interrupted one would undo its neighbours' work
    // too.
    private void Check()
    {
        if (!_active || _thread != Environment.CurrentManagedThreadId)
            throw new InvalidOperationException("the write has ended; its session cannot be used any more");
        if (_lost || !connection.InTransaction)
            throw new StoreException(StoreFailure.Other, "an earlier failure undid the transaction");
        if (_cancellation.IsCancellationRequested)
            throw new StoreException(StoreFailure.Cancelled, "the caller gave up");
    }
}
