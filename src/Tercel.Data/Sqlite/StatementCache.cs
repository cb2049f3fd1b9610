namespace Tercel.Data.Sqlite;

// The prepared statements of one connection, by the identity of their SqlText; the least recently used leaves
// first. A statement that is asked for while its cursor is open gets a twin, which lives until it is released.
internal sealed class StatementCache(SqliteConnection connection, int capacity) : IDisposable
{
    private readonly Dictionary<SqlText, SqliteStatement> _bySql = new(ReferenceEqualityComparer.Instance);
    private readonly List<SqliteStatement> _open = [];
    private SqliteStatement? _newest;
    private SqliteStatement? _oldest;

    public SqliteStatement Acquire(SqlText sql)
    {
        var statement = ReferenceEquals(_newest?.Sql, sql) ? _newest : _bySql.GetValueOrDefault(sql);
        if (statement is null)
        {
            statement = connection.Compile(sql);
            if (_bySql.Count >= capacity) Evict();
            _bySql.Add(sql, statement);
            statement.IsCached = true;
            LinkNewest(statement);
        }
        else if (statement.IsInUse)
        {
            statement = connection.Compile(sql);
        }
        else if (!ReferenceEquals(statement, _newest))
        {
            Unlink(statement);
            LinkNewest(statement);
        }

        statement.IsInUse = true;
        _open.Add(statement);
        return statement;
    }

    // Reset tells whether the statement still stands on a row.
    public void Release(SqliteStatement statement, bool reset)
    {
        if (!statement.IsInUse) return;
        if (reset && statement.Reset() is not SqliteCode.Ok and var code)
            connection.LateFailure ??= connection.Failure(code);
        statement.IsInUse = false;
        _open.Remove(statement);
        if (!statement.IsCached) statement.Dispose();
    }

    // Ends what is still open, newest first.
    public void ReleaseAll()
    {
        while (_open.Count > 0)
        {
            var statement = _open[^1];
            statement.Rows.Dispose();
            Release(statement, reset: true); // one that was never opened has no cursor to dispose
        }
    }

    public void Dispose()
    {
        ReleaseAll();
        foreach (var statement in _bySql.Values) statement.Dispose();
        _bySql.Clear();
        _newest = _oldest = null;
    }

    private void Evict()
    {
        var statement = _oldest;
        while (statement is { IsInUse: true }) statement = statement.Newer;
        if (statement is null) return; // all are open: the cache grows by what one session holds open
        Unlink(statement);
        _bySql.Remove(statement.Sql);
        statement.Dispose();
    }

    private void LinkNewest(SqliteStatement statement)
    {
        statement.Older = _newest;
        statement.Newer = null;
        if (_newest is not null) _newest.Newer = statement;
        _newest = statement;
        _oldest ??= statement;
    }

    private void Unlink(SqliteStatement statement)
    {
        if (statement.Newer is null) _newest = statement.Older;
        else statement.Newer.Older = statement.Older;
        if (statement.Older is null) _oldest = statement.Newer;
        else statement.Older.Newer = statement.Newer;
        statement.Newer = statement.Older = null;
    }
}
