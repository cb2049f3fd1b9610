using System.Globalization;
using System.Runtime.InteropServices;

namespace Tercel.Data.Sqlite;

// Copies the write-ahead log into the database file when the writer has nothing else to do, or when the log has
// reached its bound. Used by the writer thread. Unsafe, because SQLite reports the log's length through a callback.
internal sealed unsafe class WalKeeper : IDisposable
{
    private const int PagesWorthACopy = 1000;

    private static readonly TimeSpan SoonIdle = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongIdle = TimeSpan.FromSeconds(1);

    private readonly SqliteConnection _connection;
    private readonly int _pagesMax;
    private GCHandle _self;
    private int _pages;
    private int _copyAt;
    private bool _hasNew;

    public WalKeeper(SqliteConnection connection, SqliteOptions options)
    {
        _connection = connection;
        var pageBytes = int.Parse(connection.ReadText("PRAGMA page_size"), CultureInfo.InvariantCulture);
        _pagesMax = (int)Math.Clamp(options.WalBytesMax / pageBytes, PagesWorthACopy, int.MaxValue);
        _copyAt = _pagesMax;
        _self = GCHandle.Alloc(this);
        _ = SqliteNative.sqlite3_wal_hook(connection.Handle, &OnCommitted, GCHandle.ToIntPtr(_self));
    }

    // How long the writer may wait for work before it calls OnIdle.
    public TimeSpan IdleWait => !_hasNew ? Timeout.InfiniteTimeSpan : _pages >= PagesWorthACopy ? SoonIdle : LongIdle;

    // After the batch's callers have their answer.
    public void AfterCommit()
    {
        if (_pages < _pagesMax) _copyAt = _pagesMax; // the log has started over
        if (_pages < _copyAt) return;
        // A long read can keep part of the log in use: then look again after another quarter.
        if (!Copy(SqliteCode.CheckpointPassive)) _copyAt = _pages + (_pagesMax / 4);
    }

    public void OnIdle()
    {
        if (_hasNew) Copy(SqliteCode.CheckpointPassive);
    }

    // Everything into the file and the log to nothing; readers are closed already.
    public void Finish() => Copy(SqliteCode.CheckpointTruncate);

    // After the connection is closed.
    public void Dispose() => _self.Free();

    [UnmanagedCallersOnly]
    private static int OnCommitted(nint self, nint db, byte* schema, int pages)
    {
        if (GCHandle.FromIntPtr(self).Target is WalKeeper keeper) (keeper._pages, keeper._hasNew) = (pages, true);
        return SqliteCode.Ok;
    }

    // True when the whole log is in the file. A busy log or a full disk is tried again later: the log itself is safe.
    private bool Copy(int mode)
    {
        var code = SqliteNative.sqlite3_wal_checkpoint_v2(_connection.Handle, null, mode, out var log, out var copied);
        var isWhole = code == SqliteCode.Ok && log == copied;
        if (isWhole) _hasNew = false;
        return isWhole;
    }
}
