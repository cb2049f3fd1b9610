using Tercel.Cache.Server.Admin;
using Tercel.Cache.Server.Persistence.Files;
using Tercel.Cache.Server.Persistence.Snapshots;
using Tercel.Chassis.Observability;

namespace Tercel.Cache.Server.Persistence.Journal;

/// <summary>The journal as a whole: opened, written, rewritten, closed.</summary>
/// <remarks>Thread: the changing members one at a time, the others any.</remarks>
internal sealed class JournalKeeper : IDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);

    private readonly CacheServer _server;
    private readonly PersistenceOptions _options;
    private readonly IFileSystem _files;
    private readonly Log? _log;
    private readonly AppendHealth _health;
    private AppendLog? _appends;
    private JournalWriter? _writer;
    private long _otherBytes;
    private long _baseBytes;
    private long _rewrites;
    private long _startedMs;
    private long _lastSeconds = -1;
    private long _lastFailureMs;
    private volatile bool _isLastOk = true;
    private volatile bool _isRewriting;

    public JournalKeeper(CacheServer server, PersistenceOptions options, IFileSystem files, Log? log)
    {
        (_server, _options, _files, _log) = (server, options, files, log);
        Folder = new JournalFolder(files, options);
        _health = new AppendHealth(log) { Changed = () => HealthChanged?.Invoke() };
    }

    public Action? HealthChanged { get; init; }

    public JournalFolder Folder { get; }

    /// <summary>A thread takes the journal to the disk; simulations do it themselves.</summary>
    public bool HasThread { get; init; } = true;

    public bool IsOpen => _appends is not null;

    public bool IsHealthy => !IsOpen || _health.IsOk;

    public bool IsRewriting => _isRewriting;

    /// <summary>BGREWRITEAOF was called, or the journal was switched on.</summary>
    public bool IsAsked { get; set; }

    private long Bytes => Volatile.Read(ref _otherBytes) + (_appends?.FileBytes ?? 0);

    public bool TryOpenFolder() => Folder.TryOpen();

    /// <summary>Goes on in the last file of the manifest, after it was loaded.</summary>
    public void OpenLast()
    {
        Folder.DeleteHistory();
        IStoredFile file;
        if (Folder.Manifest.Increments.Count > 0)
        {
            file = Folder.OpenLast();
            file.Sync();
        }
        else
        {
            (var entry, file) = Folder.CreateIncrement();
            Folder.Add(entry);
        }

        var all = Folder.Bytes();
        Volatile.Write(ref _otherBytes, all - file.Length);
        Volatile.Write(ref _baseBytes, all);
        Begin(file);
    }

    /// <summary>Whether somebody asks for a rewrite, the journal has grown enough, or only a rewrite can mend
    /// it.</summary>
    public bool IsRewriteDue()
    {
        if (IsAsked) return true;
        if (!IsOpen) return false;
        var mayTry = _isLastOk || _server.NowMs - Volatile.Read(ref _lastFailureMs) > RetryDelay.TotalMilliseconds;
        if (!_health.IsSyncOk) return mayTry;
        var percentage = _server.Live.RewritePercentage;
        var bytes = Bytes;
        if (percentage == 0 || bytes < _server.Live.RewriteBytesMin || !mayTry) return false;
        var first = Math.Max(1, Volatile.Read(ref _baseBytes));
        return (bytes - first) * 100 / first >= percentage;
    }

    /// <summary>Writes the dataset as a new base; the journal goes on in a new file from that moment on. Without a
    /// journal, begins one.</summary>
    public bool Rewrite(CancellationToken cancel)
    {
        IsAsked = false;
        Volatile.Write(ref _startedMs, _server.NowMs);
        _isRewriting = true;
        var start = _server.Clock.GetTimestamp();
        try
        {
            RewriteNow(cancel);
            var elapsed = _server.Clock.GetElapsedTime(start);
            Volatile.Write(ref _lastSeconds, (long)elapsed.TotalSeconds);
            Interlocked.Increment(ref _rewrites);
            _isLastOk = true;
            _log?.Info("journal rewritten", ("folder", Folder.Path), ("bytes", Bytes),
                ("seconds", elapsed.TotalSeconds));
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        catch (Exception e) when (AppendHealth.IsOfDisk(e) || e is PersistenceException)
        {
            _isLastOk = false;
            Volatile.Write(ref _lastFailureMs, _server.NowMs);
            _log?.Error("the journal could not be rewritten; it goes on as it is", e, ("folder", Folder.Path));
            return false;
        }
        finally
        {
            _isRewriting = false;
            HealthChanged?.Invoke();
        }
    }

    /// <summary>Writes what is left and ends the journal. False when the disk did not take all of it.</summary>
    public bool Close()
    {
        if (_appends is null) return true;
        // Nobody may be between reading the property and appending.
        _server.Keyspace.EnterAll();
        _server.Journal = null;
        _server.Keyspace.ExitAll();
        _writer?.Dispose();
        _appends.Dispose();
        (_writer, _appends) = (null, null);
        HealthChanged?.Invoke();
        return _health.IsOk;
    }

    public PersistenceState Describe(PersistenceState state) => state with
    {
        IsAppending = IsOpen,
        IsRewriting = _isRewriting,
        LastRewriteOk = _isLastOk,
        LastRewriteSeconds = Volatile.Read(ref _lastSeconds),
        CurrentRewriteSeconds = _isRewriting ? (_server.NowMs - Volatile.Read(ref _startedMs)) / 1000 : -1,
        Rewrites = Volatile.Read(ref _rewrites),
        LastWriteOk = IsHealthy,
        AppendBytes = Bytes,
        AppendBaseBytes = Volatile.Read(ref _baseBytes),
        AppendBufferBytes = _appends?.PendingBytes ?? 0,
        DelayedSyncs = _health.Delayed,
    };

    public void Dispose() => Close();

    private void RewriteNow(CancellationToken cancel)
    {
        FinishSwitch();
        var wasOpen = IsOpen;
        // Files of an earlier journal keep their numbers until the new base is there.
        if (!wasOpen) Folder.TryOpen();
        var (entry, file) = Folder.CreateIncrement();
        if (wasOpen) Folder.Add(entry);
        var isSwitched = false;
        try
        {
            var newBase = Folder.NextBase();
            using var job = new SnapshotJob(_server, _options.Compresses);
            var bytes = job.Run(
                _files, (Folder.Path, newBase.Name), isAppendBase: true,
                () =>
                {
                    SwitchTo(file);
                    isSwitched = true;
                },
                cancel);
            FinishSwitch();
            Folder.Replace(newBase, entry);
            _health.Rewritten();
            Volatile.Write(ref _otherBytes, bytes);
            Volatile.Write(ref _baseBytes, Bytes);
        }
        catch
        {
            if (isSwitched && !wasOpen) Close();
            if (!isSwitched)
            {
                file.Dispose();
                if (wasOpen) Folder.Remove(entry);
            }

            throw;
        }
    }

    // One switch at a time: the file of the last rewrite must be in use.
    private void FinishSwitch()
    {
        if (_appends is not { } log) return;
        log.WriteOut(sync: false);
        if (log.IsSwitching) throw new IOException("the disk does not take what the journal holds already");
    }

    // All shards are entered.
    private void SwitchTo(IStoredFile file)
    {
        if (_appends is null)
        {
            Begin(file);
            return;
        }

        Volatile.Write(ref _otherBytes, Bytes);
        _appends.SwitchTo(file);
    }

    private void Begin(IStoredFile file)
    {
        _appends = new AppendLog(file, _server.Live, _health);
        if (HasThread) _writer = new JournalWriter(_appends, _server.Live, _health, _server.Clock);
        _server.Journal = _appends;
    }
}
