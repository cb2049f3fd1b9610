using Tercel.Cache.Server.Persistence.Files;
using Tercel.Cache.Server.Sessions;
using Tercel.Cache.Server.Settings;
using Tercel.Primitives;

namespace Tercel.Cache.Server.Persistence.Journal;

/// <summary>The journal while it is written: gathers what all loops append and takes it to the disk in
/// groups.</summary>
/// <remarks>
/// <c>_gate</c> guards the buffer that is appended to and is held for a copy only. <c>_disk</c> guards the
/// file and is held for a write or an fsync. With "always", the first loop that commits writes and syncs for
/// everybody who has appended by then, and those that come meanwhile share the next sync. With "everysec" and "no" a
/// loop writes before its replies leave, so that a kill of the process loses nothing; only while the thread syncs does
/// it leave the write to that thread instead of waiting for the disk. Memory: what waits is bounded by <see
/// cref="PendingBytesMax"/> and one batch: over it, a commit waits for the disk. Errors: see <see
/// cref="AppendHealth"/>.
/// </remarks>
internal sealed class AppendLog : IJournal, IDisposable
{
    /// <summary>Over so much that waits for the disk, loops wait too. Units: bytes.</summary>
    public const int PendingBytesMax = 16 << 20;

    private readonly Lock _gate = new();
    private readonly Lock _disk = new();
    private readonly object _turn = new();
    private readonly AutoResetEvent _wake = new(false);
    private readonly LiveSettings _live;
    private readonly AppendHealth _health;
    private int _isWriterAsleep;
    private bool _isSyncing;

    // Under _gate.
    private JournalBuffer _active = new();
    private JournalBuffer? _endOfOldFile;
    private IStoredFile? _nextFile;
    private long _switchedAt;
    private long _appended;
    private int _database = -1;
    private long _second;

    // Under _disk.
    private JournalBuffer _outgoing = new();
    private IStoredFile _file;
    private IStoredFile? _upcomingFile;
    private long _outgoingEnd;
    private long _written;
    private long _durable;
    private long _syncedInFile;
    private bool _isUnsynced;
    private bool _isInSync;

    /// <summary>Appends to a file that ends cleanly and is durable.</summary>
    public AppendLog(IStoredFile file, LiveSettings live, AppendHealth health)
    {
        _file = file;
        _live = live;
        _health = health;
        _syncedInFile = file.Length;
    }

    /// <summary>Gives a new file its first mark and makes it durable; its name becomes so by its folder.</summary>
    public static void BeginFile(IStoredFile file)
    {
        Span<byte> mark = stackalloc byte[BlockMark.Bytes];
        BlockMark.Write(mark, default, synced: 0);
        file.Append(mark);
        file.Sync();
    }

    /// <summary>What waits for the disk. Units: bytes.</summary>
    public long PendingBytes => Volatile.Read(ref _appended) - Volatile.Read(ref _written);

    /// <summary>Size of the file that is written to. Units: bytes.</summary>
    public long FileBytes => Volatile.Read(ref _file).Length;

    /// <summary>Something of the file before the last <see cref="SwitchTo"/> is still to be written.</summary>
    public bool IsSwitching
    {
        get
        {
            lock (_disk)
                lock (_gate)
                    return _nextFile is not null || _upcomingFile is not null;
        }
    }

    public long Append(int database, ReadOnlySpan<byte> resp, long nowMs)
    {
        lock (_gate)
        {
            if (nowMs / 1000 != _second) _active.AddTime(_second = nowMs / 1000);
            if (database != _database) _active.AddSelect(_database = database);
            _active.Add(resp);
            _appended += resp.Length;
            return _appended;
        }
    }

    public bool Commit(long position)
    {
        if (_live.AppendSync == AppendSync.Always) return CommitDurable(position);
        if (Volatile.Read(ref _written) >= position) return true;
        if (PendingBytes > PendingBytesMax)
        {
            _health.CountDelay();
            WriteOut(sync: false);
        }
        else if (!Volatile.Read(ref _isInSync))
        {
            WriteOut(sync: false);
        }
        else if (Volatile.Read(ref _isWriterAsleep) != 0 && Interlocked.Exchange(ref _isWriterAsleep, 0) != 0)
        {
            _wake.Set();
        }

        return true;
    }

    /// <summary>Waits until a loop has appended something, or the time is over. One thread only.</summary>
    public void WaitForWork(TimeSpan time)
    {
        Volatile.Write(ref _isWriterAsleep, 1);
        Interlocked.MemoryBarrier();
        if (PendingBytes == 0) _wake.WaitOne(time);
        Volatile.Write(ref _isWriterAsleep, 0);
    }

    /// <summary>Ends <see cref="WaitForWork"/>.</summary>
    public void Wake() => _wake.Set();

    /// <summary>Writes everything appended so far.</summary>
    public bool WriteOut(bool sync)
    {
        lock (_disk) return Write() && (!sync || !_isUnsynced || Sync());
    }

    /// <summary>Ends the file and goes on in another one: everything appended from here on belongs there.</summary>
    /// <remarks>Called with all shards entered, at the moment of a snapshot; touches no disk. Once the other file is
    /// written to, this one is durable.</remarks>
    public void SwitchTo(IStoredFile file)
    {
        lock (_gate)
        {
            Invariant.Holds(_nextFile is null);
            _endOfOldFile = _active;
            _active = new JournalBuffer();
            _nextFile = file;
            _switchedAt = _appended;
            (_database, _second) = (-1, 0);
        }
    }

    public void Dispose()
    {
        lock (_disk)
        {
            _file.Dispose();
            _upcomingFile?.Dispose();
            _wake.Dispose();
        }
    }

    // One loop syncs for all that have appended by then; the others wait for it, and one of those it came too early
    // for goes next.
    private bool CommitDurable(long position)
    {
        lock (_turn)
        {
            while (_isSyncing && Volatile.Read(ref _durable) < position) Monitor.Wait(_turn);
            if (Volatile.Read(ref _durable) >= position) return true;
            _isSyncing = true;
        }

        var isDone = false;
        try
        {
            isDone = WriteOut(sync: true);
        }
        finally
        {
            lock (_turn)
            {
                _isSyncing = false;
                Monitor.PulseAll(_turn);
            }
        }

        return isDone;
    }

    // Under _disk. What an earlier try left comes first, then the end of a file that was switched from.
    private bool Write()
    {
        if (!WriteOutgoing()) return false;
        if (TakeEndOfOldFile() && !WriteOutgoing()) return false;
        if (_upcomingFile is not null && !EnterUpcomingFile(_upcomingFile)) return false;
        TakeActive();
        return WriteOutgoing();
    }

    private bool TakeEndOfOldFile()
    {
        lock (_gate)
        {
            if (_endOfOldFile is null) return false;
            (_outgoing, _outgoingEnd) = (_endOfOldFile, _switchedAt);
            (_upcomingFile, _nextFile) = (_nextFile, null);
            _endOfOldFile = null;
            return true;
        }
    }

    private void TakeActive()
    {
        lock (_gate)
        {
            // A switch between the two takes waits for the next round.
            if (_endOfOldFile is not null) return;
            (_active, _outgoing) = (_outgoing, _active);
            _outgoingEnd = _appended;
        }
    }

    // What a failed write has left behind its start is written over by the next try.
    private bool WriteOutgoing()
    {
        if (_outgoing.Count > 0)
        {
            try
            {
                _file.Append(_outgoing.Seal(_syncedInFile));
            }
            catch (Exception e) when (AppendHealth.IsOfDisk(e))
            {
                _health.WriteFailed(e);
                return false;
            }

            _outgoing.Clear();
            _isUnsynced = true;
            _health.WriteDone();
        }

        Volatile.Write(ref _written, _outgoingEnd);
        return true;
    }

    private bool Sync()
    {
        // A second try would succeed without what the first one has lost.
        if (!_health.IsSyncOk) return false;
        try
        {
            Volatile.Write(ref _isInSync, true);
            _file.Sync();
        }
        catch (Exception e) when (AppendHealth.IsOfDisk(e))
        {
            _health.SyncFailed(e);
            return false;
        }
        finally
        {
            Volatile.Write(ref _isInSync, false);
        }

        Volatile.Write(ref _durable, _written);
        _syncedInFile = _file.Length;
        _isUnsynced = false;
        return true;
    }

    // The old file must be whole before the new one holds anything: a load would find a hole otherwise. A file that
    // cannot be synced is on its way out.
    private bool EnterUpcomingFile(IStoredFile next)
    {
        if (_health.IsSyncOk && _isUnsynced && !Sync()) return false;
        _file.Dispose();
        Volatile.Write(ref _file, next);
        _upcomingFile = null;
        _syncedInFile = next.Length;
        _isUnsynced = false;
        return true;
    }
}
