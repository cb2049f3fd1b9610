namespace Tercel.Data.Sqlite;

// The one thread that writes. It takes what waits, runs each request within a savepoint of one transaction, commits
// when nothing waits any more or a bound is reached, and answers everybody after the commit: one flush to disk for
// many requests.
//
//   queue --> BEGIN IMMEDIATE, request, (SAVEPOINT, request, RELEASE)*, COMMIT --> answers --> copy the log when idle
//
// The first request of a transaction needs no savepoint: to undo it is to undo the transaction.
internal sealed class SqliteWriter : IDisposable
{
    private static readonly SqlText BeginText = new("BEGIN IMMEDIATE");
    private static readonly SqlText CommitText = new("COMMIT");
    private static readonly SqlText RollbackText = new("ROLLBACK");
    private static readonly SqlText SavepointText = new("SAVEPOINT request");
    private static readonly SqlText ReleaseText = new("RELEASE request");
    private static readonly SqlText UndoText = new("ROLLBACK TO request");

    private readonly SqliteOptions _options;
    private readonly TimeProvider _time;
    private readonly SqliteConnection _connection;
    private readonly WalKeeper _wal;
    private readonly WriteQueue _queue;
    private readonly List<WriteRequest> _accepted = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SqliteWriteSession _session;
    private volatile bool _aborting;

    public SqliteWriter(SqliteConnection connection, SqliteOptions options, TimeProvider time)
    {
        _connection = connection;
        _options = options;
        _time = time;
        _session = new SqliteWriteSession(connection);
        _wal = new WalKeeper(connection, options);
        _queue = new WriteQueue(options.WriteQueueCapacity);
    }

    // Commits since the start.
    public long CommitCount { get; private set; }

    public void Start() => new Thread(Loop) { Name = "tercel-writer", IsBackground = true }.Start();

    public void Add(WriteRequest request) => _queue.Add(request);

    // Refuses new requests and finishes those that wait, within the time; then interrupts and fails the rest.
    public async Task Drain()
    {
        _queue.Close();
        try
        {
            await _ended.Task.WaitAsync(_options.StopTimeMax, _time);
        }
        catch (TimeoutException)
        {
            _aborting = true;
            _connection.Watch.Stop();
            await _ended.Task;
        }
    }

    // After Drain, and after the readers are closed.
    public void Dispose()
    {
        _wal.Finish();
        _connection.Dispose();
        _wal.Dispose();
    }

    private void Loop()
    {
        while (!_queue.IsEnded)
        {
            if (_queue.Wait(_wal.IdleWait)) RunBatch();
            else _wal.OnIdle();
        }

        _ended.SetResult();
    }

    private void RunBatch()
    {
        var start = _time.GetTimestamp();
        while (_accepted.Count < _options.WriteBatchMax && _queue.TryTake(out var request))
        {
            if (_aborting)
            {
                request.Fail(WriteQueue.Stopping());
            }
            else if (request.IsMigration)
            {
                Commit();
                Guarded(request, RunMigration);
            }
            else
            {
                Guarded(request, RunOne);
            }

            if (_time.GetElapsedTime(start) > _options.WriteBatchTimeMax) break;
        }

        Commit();
    }

    // A failing BEGIN or SAVEPOINT is the machine's: nothing of the batch can be trusted to be kept.
    private void Guarded(WriteRequest request, Action<WriteRequest> run)
    {
        try
        {
            run(request);
        }
        catch (Exception e)
        {
            request.Fail(e);
            Abandon(e as StoreException ?? new StoreException(StoreFailure.Other, e.Message));
        }
    }

    private void RunOne(WriteRequest request)
    {
        if (request.Cancellation.IsCancellationRequested)
        {
            request.Fail(new StoreException(StoreFailure.Cancelled, "the caller gave up"));
            return;
        }

        var isFirst = !_connection.InTransaction;
        _connection.Run(isFirst ? BeginText : SavepointText);
        var failure = RunWork(request);
        if (!_connection.InTransaction)
        {
            // SQLite has undone everything: a full disk, a timeout within an UPDATE, a trigger's RAISE(ROLLBACK).
            request.Fail(failure ?? LostTransaction());
            FailAccepted(static () => new StoreException(
                StoreFailure.Busy,
                "another request's failure undid the shared transaction; nothing was stored, try again"));
            return;
        }

        if (failure is null && !_session.IsRollbackOnly)
        {
            if (!isFirst) _connection.Run(ReleaseText);
            _accepted.Add(request);
            return;
        }

        Undo(isFirst);
        if (failure is not null) request.Fail(failure);
        else if (isFirst) request.Complete();
        else _accepted.Add(request); // it saw its neighbours' changes, so it is answered when they are
    }

    private Exception? RunWork(WriteRequest request)
    {
        Exception? failure = null;
        _session.Begin(request.Cancellation);
        try
        {
            request.Run(_session);
        }
        catch (Exception e)
        {
            failure = e; // the caller's own, whatever it is: it goes back to the caller
        }

        failure = _session.End() is { } late ? failure ?? late : failure;
        // Work that awaited something else may still come back with its session: leave it the old one, which is
        // closed.
        if (failure is InvalidOperationException) _session = new SqliteWriteSession(_connection);
        // Work that is undone anyway leaves nothing behind that could be violated.
        if (failure is null && !_session.IsRollbackOnly && _connection.InTransaction
            && _connection.HasDeferredViolation)
            failure = new StoreException(StoreFailure.ForeignKey, "FOREIGN KEY constraint failed");
        return failure;
    }

    private void Undo(bool isFirst)
    {
        if (isFirst)
        {
            _connection.Run(RollbackText);
            return;
        }

        _connection.Run(UndoText);
        _connection.Run(ReleaseText);
    }

    private void Commit()
    {
        if (_accepted.Count == 0) return; // then no transaction is open: the first one that stays opens it
        try
        {
            _connection.Run(CommitText);
        }
        catch (StoreException e)
        {
            Abandon(e);
            return;
        }

        CommitCount++;
        foreach (var request in _accepted) request.Complete();
        _accepted.Clear();
        _wal.AfterCommit();
    }

    // Foreign keys can be turned off only outside of a transaction. Readers go on with the state before.
    private void RunMigration(WriteRequest request)
    {
        _connection.Script("PRAGMA foreign_keys=OFF");
        _connection.Watch.Limit = _options.MigrationTimeMax;
        try
        {
            _connection.Run(BeginText);
            var failure = RunWork(request);
            if (failure is null && !_connection.InTransaction) failure = LostTransaction();
            if (failure is not null || _session.IsRollbackOnly)
            {
                if (_connection.InTransaction) _connection.Run(RollbackText);
            }
            else
            {
                _connection.Run(CommitText);
                CommitCount++;
            }

            if (failure is null) request.Complete();
            else request.Fail(failure);
        }
        finally
        {
            if (_connection.InTransaction) _connection.Run(RollbackText);
            _connection.Watch.Limit = _options.StatementTimeMax;
            _connection.Script("PRAGMA legacy_alter_table=OFF; PRAGMA foreign_keys=ON");
        }

        _wal.AfterCommit();
    }

    private void Abandon(StoreException reason)
    {
        if (_connection.InTransaction) _connection.Script("ROLLBACK");
        FailAccepted(() => new StoreException(reason.Failure, $"the commit failed: {reason.Message}"));
    }

    private void FailAccepted(Func<StoreException> failure)
    {
        foreach (var request in _accepted) request.Fail(failure());
        _accepted.Clear();
    }

    private static StoreException LostTransaction() =>
        new(StoreFailure.Other, "a statement ended the transaction");
}
