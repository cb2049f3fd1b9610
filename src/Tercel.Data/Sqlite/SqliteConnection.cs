using System.Runtime.InteropServices;
using System.Text;

namespace Tercel.Data.Sqlite;

// How a connection may use its file.
internal enum SqliteAccess
{
    Write,
    Read,

    // Nobody else writes the file while it is open, and SQLite makes no files beside it.
    Immutable,
}

// One native connection: its settings, its prepared statements, its watch. Used by one thread at a time (the
// library's own mutexes are off); whoever rents it is that thread. Unsafe, because text goes to SQLite as pointers.
internal sealed unsafe class SqliteConnection : IDisposable
{
    private readonly StatementCache _statements;
    private nint _db;
    private SqliteFunctions? _functions;

    private SqliteConnection(nint db, SqliteOptions options, TimeProvider time)
    {
        _db = db;
        _statements = new StatementCache(this, options.StatementCacheCapacity);
        Watch = new StatementWatch(time) { Limit = options.StatementTimeMax };
    }

    public nint Handle => _db;

    public StatementWatch Watch { get; }

    // What went wrong when a statement was ended before its last row (a foreign key, say). A write session looks
    // here.
    public StoreException? LateFailure { get; set; }

    public bool InTransaction => SqliteNative.sqlite3_get_autocommit(_db) == 0;

    // A deferred foreign key that does not hold yet, which would fail the commit.
    public bool HasDeferredViolation =>
        SqliteNative.sqlite3_db_status(_db, SqliteCode.DbStatusDeferredForeignKeys, out var open, out _, 0)
            == SqliteCode.Ok && open != 0;

    public static SqliteConnection Open(SqliteOptions options, SqliteAccess access, TimeProvider time)
    {
        _ = SqliteLibrary.Version; // binds the library before its first call
        var flags = SqliteCode.OpenNoMutex;
        flags |= access == SqliteAccess.Write ? SqliteCode.OpenReadWrite : SqliteCode.OpenReadOnly;
        if (access == SqliteAccess.Write && options.CreateIfMissing) flags |= SqliteCode.OpenCreate;
        var place = options.Path;
        if (access == SqliteAccess.Immutable)
        {
            flags |= SqliteCode.OpenUri;
            place = UriOf(place) + "?immutable=1";
        }

        var connection = new SqliteConnection(OpenHandle(place, flags), options, time);
        try
        {
            connection.Configure(options, access);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    // Rows that the newest INSERT, UPDATE or DELETE changed itself, and all that were changed since opening.
    public long Changes => SqliteNative.sqlite3_changes(_db);

    public long TotalChanges => SqliteNative.sqlite3_total_changes(_db);

    // Starts a statement; the cursor's Dispose ends it.
    public SqliteRows Open(SqlText sql, ReadOnlySpan<SqlValue> parameters)
    {
        var statement = _statements.Acquire(sql);
        try
        {
            Watch.Start();
            return statement.Open(parameters);
        }
        catch
        {
            _statements.Release(statement, reset: true);
            throw;
        }
    }

    // Runs a statement to its end.
    public void Run(SqlText sql, ReadOnlySpan<SqlValue> parameters = default)
    {
        using var rows = Open(sql, parameters);
        while (rows.Step())
        {
        }
    }

    public void Release(SqliteStatement statement, bool reset) => _statements.Release(statement, reset);

    // Ends whatever the renter left open.
    public void ReleaseAll() => _statements.ReleaseAll();

    public SqliteStatement Compile(SqlText sql)
    {
        fixed (byte* text = sql.Utf8.Span)
        {
            var code = SqliteNative.sqlite3_prepare_v3(
                _db, text, sql.Utf8.Length, SqliteCode.PreparePersistent, out var handle, out _);
            if (code != SqliteCode.Ok) throw Failure(code);
            if (handle == 0) throw new StoreException(StoreFailure.Other, "the statement is empty");
            return new SqliteStatement(this, sql, handle);
        }
    }

    // Runs statements one after the other, without parameters and without looking at rows.
    public void Script(string sql)
    {
        Watch.Start();
        var bytes = Encoding.UTF8.GetBytes(sql);
        fixed (byte* start = bytes)
        {
            var at = start;
            var end = start + bytes.Length;
            while (at < end)
            {
                var code = SqliteNative.sqlite3_prepare_v3(_db, at, (int)(end - at), 0, out var handle, out at);
                if (code != SqliteCode.Ok) throw Failure(code);
                if (handle == 0) continue;
                do code = SqliteNative.sqlite3_step(handle);
                while (code == SqliteCode.Row);
                var failure = code == SqliteCode.Done ? null : Failure(code);
                _ = SqliteNative.sqlite3_finalize(handle);
                if (failure is not null) throw failure;
            }
        }
    }

    // Translates the newest error of this connection.
    public StoreException Failure(int code)
    {
        if ((code & 0xff) == SqliteCode.Interrupt && Watch.Reason is not null) return Watch.Exception();
        var message = Marshal.PtrToStringUTF8((nint)SqliteNative.sqlite3_errmsg(_db)) ?? "unknown error";
        return DriverErrors.From(SqliteNative.sqlite3_extended_errcode(_db), message);
    }

    public void Dispose()
    {
        if (_db == 0) return;
        _statements.Dispose();
        _ = SqliteNative.sqlite3_close_v2(_db);
        _db = 0;
        Watch.Dispose();
        _functions?.Dispose();
    }

    public static nint OpenHandle(string place, int flags)
    {
        fixed (byte* file = Encoding.UTF8.GetBytes(place + '\0'))
        {
            var code = SqliteNative.sqlite3_open_v2(file, out var db, flags, null);
            if (code == SqliteCode.Ok) return db;
            var message = Marshal.PtrToStringUTF8((nint)SqliteNative.sqlite3_errmsg(db)) ?? "unknown error";
            _ = SqliteNative.sqlite3_close_v2(db);
            throw DriverErrors.From(code, $"cannot open {place}: {message}");
        }
    }

    // System.Uri takes a percent sign of a file's name for an escape, and so gives the URI of another file.
    private static string UriOf(string path)
    {
        var full = Path.GetFullPath(path).Replace(Path.DirectorySeparatorChar, '/');
        return $"file://{(full[0] == '/' ? "" : "/")}{string.Join('/', full.Split('/').Select(Uri.EscapeDataString))}";
    }

    private void Configure(SqliteOptions options, SqliteAccess access)
    {
        _ = SqliteNative.sqlite3_extended_result_codes(_db, 1);
        _ = SqliteNative.sqlite3_busy_timeout(_db, (int)options.LockWaitMax.TotalMilliseconds);
        _ = SqliteNative.sqlite3_limit(_db, SqliteCode.LimitLength, options.ValueBytesMax);
        Watch.Install(_db);
        _functions = SqliteFunctions.Register(this);

        // The schema may be somebody else's: its views get no function that could do harm. The writer's triggers must
        // reach full-text tables, which SQLite before 3.44 does not call harmless; it has no function that could do
        // any, since loading extensions is off.
        Script($"""
            PRAGMA trusted_schema={(access == SqliteAccess.Write ? "ON" : "OFF")};
            PRAGMA foreign_keys=ON;
            PRAGMA temp_store=MEMORY;
            PRAGMA cache_size=-{options.CacheBytes / 1024};
            PRAGMA mmap_size={options.MmapBytes};
            """);
        if (access != SqliteAccess.Write)
        {
            Script("PRAGMA query_only=ON");
            return;
        }

        if (!string.Equals(ReadText("PRAGMA journal_mode=WAL"), "wal", StringComparison.Ordinal))
            throw new StoreException(StoreFailure.Other, "the file system cannot hold a write-ahead log (WAL)");
        var synchronous = options.Synchronous == SqliteSynchronous.Full ? "FULL" : "NORMAL";
        Script($"""
            PRAGMA synchronous={synchronous};
            PRAGMA wal_autocheckpoint=0;
            PRAGMA journal_size_limit={options.WalBytesMax};
            """);
    }

    // First column of the first row as text.
    public string ReadText(string sql)
    {
        Watch.Start();
        using var statement = Compile(new SqlText(sql));
        using var rows = statement.Open([]);
        return rows.Step() ? Encoding.UTF8.GetString(rows.Utf8(0)) : "";
    }
}
