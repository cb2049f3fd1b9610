using System.Runtime.InteropServices;
using Tercel.Primitives;

namespace Tercel.Data.Sqlite;

// Stops a statement that runs too long or that nobody waits for. SQLite calls Check every OperationsPerCheck steps
// of its machine, so a short statement pays nothing: the clock is first read at its first check. One per
// connection, used by the thread that runs the statement; only Stopping may be set by another. Unsafe, because
// SQLite calls it.
internal sealed unsafe class StatementWatch : IDisposable
{
    private const int OperationsPerCheck = 1000;

    // Asking a caller for its token arms a timer: not worth it before a statement has run this long.
    private static readonly TimeSpan CallerPatience = TimeSpan.FromMilliseconds(5);

    private readonly TimeProvider _time;
    private GCHandle _self;
    private long _deadline;
    private long _rowDeadline;
    private long _callerTime;
    private volatile bool _stopping;

    public StatementWatch(TimeProvider time)
    {
        _time = time;
        _self = GCHandle.Alloc(this);
    }

    public TimeSpan Limit { get; set; }

    // Longest time until the next row, for statements whose rows leave at the client's pace; null: the limit alone.
    public TimeSpan? RowLimit { get; set; }

    public CancellationToken Cancellation { get; set; }

    // Instead of a token; asked on the thread that runs the statement.
    public ICaller? Caller { get; set; }

    // Why the last statement was interrupted; null when it was not.
    public StoreFailure? Reason { get; private set; }

    public void Install(nint db) =>
        SqliteNative.sqlite3_progress_handler(db, OperationsPerCheck, &Check, GCHandle.ToIntPtr(_self));

    public void Start()
    {
        _deadline = 0;
        _rowDeadline = 0;
        Reason = null;
    }

    // Before each row.
    public void StartRow() => _rowDeadline = 0;

    // From any thread: ends the running statement and every later one.
    public void Stop() => _stopping = true;

    // After the connection is closed.
    public void Dispose() => _self.Free();

    public StoreException Exception() => Reason switch
    {
        StoreFailure.Timeout => new StoreException(
            StoreFailure.Timeout, $"the statement ran longer than {(RowLimit ?? Limit).TotalSeconds:0.###} s"),
        StoreFailure.Stopping => new StoreException(StoreFailure.Stopping, "the server is stopping"),
        _ => new StoreException(StoreFailure.Cancelled, "the caller gave up"),
    };

    [UnmanagedCallersOnly]
    private static int Check(nint self)
    {
        try
        {
            return GCHandle.FromIntPtr(self).Target is StatementWatch watch && watch.IsOver() ? 1 : 0;
        }
        catch (Exception)
        {
            return 1; // nothing may escape into native code: stop the statement instead
        }
    }

    private bool IsOver()
    {
        var now = _time.GetTimestamp();
        if (_deadline == 0)
        {
            _deadline = After(now, Limit);
            _callerTime = After(now, CallerPatience);
        }

        if (_rowDeadline == 0) _rowDeadline = After(now, RowLimit ?? Limit);

        if (_stopping) Reason = StoreFailure.Stopping;
        else if (Cancellation.IsCancellationRequested || HasCallerGone(now)) Reason = StoreFailure.Cancelled;
        else if (now > Math.Min(_deadline, _rowDeadline)) Reason = StoreFailure.Timeout;
        else return false;
        return true;
    }

    private long After(long now, TimeSpan time) => now + (long)(time.TotalSeconds * _time.TimestampFrequency);

    private bool HasCallerGone(long now) =>
        now >= _callerTime && Caller is { } caller && caller.Token.IsCancellationRequested;
}
