using Tercel.Chassis.Observability;

namespace Tercel.Cache.Server.Persistence.Journal;

/// <summary>Whether the disk takes the journal; tells the log when that changes, and only then.</summary>
/// <remarks>Thread: failures come from whoever holds the disk, readers from anywhere.</remarks>
internal sealed class AppendHealth(Log? log)
{
    private bool _isWriteOk = true;
    private bool _isSyncOk = true;
    private long _delayed;

    /// <summary>Called after every change.</summary>
    public Action? Changed { get; set; }

    /// <summary>The last write succeeded. A failed one is kept and tried again.</summary>
    public bool IsWriteOk => Volatile.Read(ref _isWriteOk);

    /// <summary>No sync has failed since the last rewrite. The kernel forgets what it could not sync, so only writing
    /// everything anew helps.</summary>
    public bool IsSyncOk => Volatile.Read(ref _isSyncOk);

    public bool IsOk => IsWriteOk && IsSyncOk;

    /// <summary>How often a loop had to wait since the disk was too slow.</summary>
    public long Delayed => Volatile.Read(ref _delayed);

    public static bool IsOfDisk(Exception e) => e is IOException or UnauthorizedAccessException;

    public void CountDelay() => Interlocked.Increment(ref _delayed);

    public void WriteFailed(Exception e)
    {
        if (!IsWriteOk) return;
        log?.Error("the journal cannot be written; writes are refused until it can", e);
        Volatile.Write(ref _isWriteOk, false);
        Changed?.Invoke();
    }

    public void WriteDone()
    {
        if (IsWriteOk) return;
        log?.Info("the journal is written again");
        Volatile.Write(ref _isWriteOk, true);
        Changed?.Invoke();
    }

    public void SyncFailed(Exception e)
    {
        if (!IsSyncOk) return;
        log?.Error("the journal could not be made durable; writes are refused until a rewrite has made a new base", e);
        Volatile.Write(ref _isSyncOk, false);
        Changed?.Invoke();
    }

    /// <summary>A new base is durable: what the failed sync may have lost is in it.</summary>
    public void Rewritten()
    {
        if (IsSyncOk) return;
        log?.Info("the journal is durable again after a rewrite");
        Volatile.Write(ref _isSyncOk, true);
        Changed?.Invoke();
    }
}
