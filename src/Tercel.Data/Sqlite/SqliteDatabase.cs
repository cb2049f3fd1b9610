using Tercel.Primitives;

namespace Tercel.Data.Sqlite;

/// <summary>A SQLite file: a pool of readers for each lane, and one writer thread.</summary>
/// <remarks>Thread: any. Sessions and cursors are reused objects: dispose each exactly once, and never touch it
/// after.</remarks>
public sealed class SqliteDatabase : IDatabase
{
    private readonly SqliteOptions _options;
    private readonly TimeProvider _time;
    private readonly ReaderPool _pages;
    private readonly ReaderPool _streams;
    private readonly SqliteWriter? _writer;
    private readonly SqliteAccess _access;
    private Task? _disposed;

    private SqliteDatabase(SqliteOptions options, TimeProvider time, List<SqliteConnection> opened)
    {
        _options = options;
        _time = time;
        _access = SqliteFile.Check(options);
        if (options.Writable)
            _writer = new SqliteWriter(Connect(SqliteAccess.Write, options.StatementTimeMax), options, time);
        _pages = new ReaderPool(Readers(options.Readers, options.StatementTimeMax), options, time);
        var streams = Readers(options.StreamReaders, options.StreamTimeMax);
        // The client may take its time, but not the search for the next row.
        foreach (var stream in streams) stream.Watch.RowLimit = options.StatementTimeMax;
        _streams = new ReaderPool(streams, options, time);
        _writer?.Start();
        Description = new DatabaseDescription("SQLite", SqliteLibrary.Version, options.Path);

        SqliteConnection[] Readers(int count, TimeSpan timeMax) =>
            [.. Enumerable.Range(0, count).Select(_ => Connect(_access, timeMax))];

        SqliteConnection Connect(SqliteAccess access, TimeSpan timeMax)
        {
            var connection = SqliteConnection.Open(options, access, time);
            connection.Watch.Limit = timeMax;
            opened.Add(connection);
            return connection;
        }
    }

    /// <inheritdoc/>
    public SqlDialect Dialect => SqlDialect.Sqlite;

    /// <inheritdoc/>
    public DatabaseDescription Description { get; }

    /// <summary>Commits since the start, each for one request or many; 0 when reading only.</summary>
    public long CommitCount => _writer?.CommitCount ?? 0;

    /// <summary>Opens the file and all connections.</summary>
    /// <remarks>Errors: <see cref="StoreException"/> when the file is missing, damaged, locked, or not a
    /// database.</remarks>
    public static SqliteDatabase Open(SqliteOptions options, TimeProvider time)
    {
        options.Check();
        var opened = new List<SqliteConnection>();
        try
        {
            return new SqliteDatabase(options, time, opened);
        }
        catch
        {
            foreach (var connection in opened) connection.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadSession> Read(ReadLane lane, CancellationToken cancellation) =>
        (lane == ReadLane.Page ? _pages : _streams).Rent(null, cancellation);

    /// <inheritdoc/>
    public ValueTask<IReadSession> ReadFor(ICaller caller, ReadLane lane) =>
        (lane == ReadLane.Page ? _pages : _streams).Rent(caller, default);

    /// <inheritdoc/>
    public Task<T> Write<T>(Func<IWriteSession, ValueTask<T>> work, CancellationToken cancellation) =>
        Send(new WriteRequest<T>(work, cancellation));

    /// <summary>Runs a schema change in a transaction of its own, on the writer thread, with foreign keys not
    /// enforced.</summary>
    /// <remarks>Readers see the state before until it is committed. Like any write's work, it must complete
    /// synchronously. An exception undoes everything.</remarks>
    public Task Migrate(Func<IMigrationSession, ValueTask> work, CancellationToken cancellation) =>
        Send(new MigrationRequest(work, cancellation));

    /// <summary>Copies the database, as it is at one moment, into a new file; reads and writes go on.</summary>
    /// <remarks>The file appears when it is whole. Errors: <see cref="StoreException"/> when it exists
    /// already.</remarks>
    public Task Backup(string file, CancellationToken cancellation) => Task.Factory.StartNew(
        () =>
        {
            using var source = SqliteConnection.Open(_options, _access, _time);
            SqliteBackup.Copy(source, _options.Path, file, cancellation);
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    /// <summary>Finishes the writes that wait, lets readers finish, and closes; what takes longer than
    /// <see cref="SqliteOptions.StopTimeMax"/> is interrupted.</summary>
    public ValueTask DisposeAsync()
    {
        lock (_pages) _disposed ??= Stop();
        return new ValueTask(_disposed);
    }

    private Task<T> Send<T>(WriteRequest<T> request)
    {
        try
        {
            if (_writer is null)
                throw new StoreException(StoreFailure.ReadOnly, "the database is open for reading only");
            _writer.Add(request);
            return request.Task;
        }
        catch (StoreException e)
        {
            return Task.FromException<T>(e);
        }
    }

    private async Task Stop()
    {
        _pages.Refuse();
        _streams.Refuse();
        if (_writer is not null) await _writer.Drain();
        await Task.WhenAll(_pages.Stop(_options.StopTimeMax), _streams.Stop(_options.StopTimeMax));
        _writer?.Dispose();
    }
}
