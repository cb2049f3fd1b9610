namespace Tercel.Data.Sqlite;

/// <summary>A SQLite file: a pool of readers for each lane, and one writer thread.</summary>
/// <remarks>Thread: any. Sessions and cursors are reused objects: dispose each exactly once, and never touch it after.</remarks>
public sealed class SqliteDatabase : IDatabase
{
    private readonly SqliteOptions _options;
    private readonly ReaderPool _pages;
    private readonly ReaderPool _streams;

    private SqliteDatabase(SqliteOptions options, ReaderPool pages, ReaderPool streams)
    {
        _options = options;
        _pages = pages;
        _streams = streams;
        Description = new DatabaseDescription("SQLite", SqliteLibrary.Version, options.Path);
    }

    /// <inheritdoc/>
    public SqlDialect Dialect => SqlDialect.Sqlite;

    /// <inheritdoc/>
    public DatabaseDescription Description { get; }

    /// <summary>Opens the file and all connections.</summary>
    /// <remarks>Errors: <see cref="StoreException"/> when the file is missing, damaged, locked, or not a database.</remarks>
    public static SqliteDatabase Open(SqliteOptions options, TimeProvider time)
    {
        var access = SqliteFile.Check(options);
        if (options.Writable) SqliteConnection.Open(options, SqliteAccess.Write, time).Dispose();
        var opened = new List<SqliteConnection>();
        try
        {
            var pages = Connections(options.Readers, options.StatementTimeMax);
            var streams = Connections(options.StreamReaders, options.StreamTimeMax);
            return new SqliteDatabase(
                options, new ReaderPool(pages, options, time), new ReaderPool(streams, options, time));
        }
        catch
        {
            foreach (var connection in opened) connection.Dispose();
            throw;
        }

        List<SqliteConnection> Connections(int count, TimeSpan timeMax)
        {
            var connections = new List<SqliteConnection>(count);
            for (var i = 0; i < count; i++)
            {
                var connection = SqliteConnection.Open(options, access, time);
                connection.Watch.Limit = timeMax;
                opened.Add(connection);
                connections.Add(connection);
            }

            return connections;
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadSession> Read(ReadLane lane, CancellationToken cancellation) =>
        (lane == ReadLane.Page ? _pages : _streams).Rent(cancellation);

    /// <inheritdoc/>
    public Task<T> Write<T>(Func<IWriteSession, ValueTask<T>> work, CancellationToken cancellation) =>
        Task.FromException<T>(new StoreException(StoreFailure.ReadOnly, "the database is open for reading only"));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_pages.Stop(_options.StopTimeMax), _streams.Stop(_options.StopTimeMax));
    }
}
