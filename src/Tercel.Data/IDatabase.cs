using Tercel.Primitives;

namespace Tercel.Data;

/// <summary>A relational database that the API reads and writes.</summary>
/// <remarks>Thread: any. Errors: <see cref="StoreException"/>, never the driver's own exceptions.</remarks>
public interface IDatabase : IAsyncDisposable
{
    /// <summary>How this engine writes the parts of SQL that differ.</summary>
    SqlDialect Dialect { get; }

    /// <summary>Engine, version and place, for banners and health details; no secrets.</summary>
    DatabaseDescription Description { get; }

    /// <summary>Rents a connection for reading.</summary>
    /// <remarks>Dispose the session to give the connection back. Waits in a bounded queue when all are out; over
    /// the bound or the wait limit: <see cref="StoreFailure.Busy"/>.</remarks>
    ValueTask<IReadSession> Read(ReadLane lane, CancellationToken cancellation);

    /// <summary>The same for a caller whose token costs something: it is asked for only when the read has to
    /// wait.</summary>
    ValueTask<IReadSession> ReadFor(ICaller caller, ReadLane lane) => Read(lane, caller.Token);

    /// <summary>Runs <paramref name="work"/> in a write transaction and completes after it is durably
    /// committed.</summary>
    /// <remarks>
    /// Several requests' works may share one commit; each is isolated by a savepoint, so that an exception or
    /// <see cref="IWriteSession.RollbackOnly"/> undoes just its own changes. On SQLite the work runs on the writer
    /// thread, and must complete synchronously: it awaits nothing but its session. Errors: what the work threw, or a
    /// <see cref="StoreException"/> when the commit failed (then nothing of the work is stored), or
    /// <see cref="StoreFailure.Busy"/> when too many writes wait or a neighbour's failure undid the shared transaction.
    /// </remarks>
    Task<T> Write<T>(Func<IWriteSession, ValueTask<T>> work, CancellationToken cancellation);
}

/// <summary>Which connections a read uses, so that exports cannot starve pages.</summary>
public enum ReadLane
{
    /// <summary>Short reads of one page.</summary>
    Page,

    /// <summary>Long reads whose rows leave while they are read.</summary>
    Stream,
}

/// <summary>Runs statements on one connection.</summary>
public interface ISqlSession
{
    /// <summary>Runs a statement that returns rows.</summary>
    ValueTask<SqlRows> Query(SqlText sql, ReadOnlySpan<SqlValue> parameters);
}

/// <summary>A rented reader connection.</summary>
public interface IReadSession : ISqlSession, IDisposable
{
    /// <summary>Makes the statements that follow see one state of the database.</summary>
    ValueTask BeginSnapshot();
}

/// <summary>One request's part of a write transaction.</summary>
public interface IWriteSession : ISqlSession
{
    /// <summary>Runs a statement and gives the number of rows it changed (direct changes only).</summary>
    ValueTask<long> Execute(SqlText sql, ReadOnlySpan<SqlValue> parameters);

    /// <summary>Starts a nested savepoint.</summary>
    ValueTask Savepoint();

    /// <summary>Ends the newest nested savepoint: keeps its changes or undoes them.</summary>
    ValueTask EndSavepoint(bool keep);

    /// <summary>Undoes this request's changes when its work ends, although the work succeeds (a dry run).</summary>
    void RollbackOnly();
}

/// <summary>What a database is, for people.</summary>
/// <param name="Engine">Such as <c>SQLite</c>.</param>
/// <param name="Version">Such as <c>3.45.1</c>, and where the library came from.</param>
/// <param name="Place">File path, without secrets.</param>
public sealed record DatabaseDescription(string Engine, string Version, string Place);

/// <summary>Which engine's SQL to write.</summary>
public enum SqlDialect
{
    /// <summary>SQLite 3.35 or newer.</summary>
    Sqlite,
}
