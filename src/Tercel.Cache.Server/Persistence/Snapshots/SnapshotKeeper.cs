using Tercel.Cache.Server.Admin;
using Tercel.Cache.Server.Persistence.Files;
using Tercel.Chassis.Observability;

namespace Tercel.Cache.Server.Persistence.Snapshots;

/// <summary>When snapshots are made, and what became of them.</summary>
/// <remarks>Thread: <see cref="Save"/> one at a time; the rest any.</remarks>
internal sealed class SnapshotKeeper
{
    // After a failure, the next try that a save point asks for. Source: CONFIG_BGSAVE_RETRY_DELAY of Redis.
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);

    private readonly CacheServer _server;
    private readonly PersistenceOptions _options;
    private readonly IFileSystem _files;
    private readonly Log? _log;
    private long _changesAtSave;
    private long _saves;
    private long _lastSaveMs;
    private long _lastTryMs;
    private long _lastSeconds = -1;
    private long _startedMs;
    private volatile bool _isLastOk = true;
    private volatile bool _isSaving;
    private volatile bool _isFileCurrent;

    public SnapshotKeeper(CacheServer server, PersistenceOptions options, IFileSystem files, Log? log)
    {
        (_server, _options, _files, _log) = (server, options, files, log);
        _lastSaveMs = server.NowMs;
    }

    public Action? HealthChanged { get; init; }

    public bool IsSaving => _isSaving;

    /// <summary>BGSAVE was called.</summary>
    public bool IsAsked { get; set; }

    /// <summary>The last snapshot failed, and save points promise that there are some.</summary>
    public bool StopsWrites =>
        !_isLastOk && _server.Live.StopWritesOnSaveError && _server.Live.SavePoints.Count > 0;

    /// <summary>The file holds what the keyspace does, or both hold nothing.</summary>
    public bool IsCurrent => ChangesSinceSave == 0 && (_isFileCurrent || IsNothingAnywhere);

    private bool IsNothingAnywhere => !_files.Exists(_options.SnapshotPath)
        && Enumerable.Range(0, EngineLimits.DatabaseCount).All(database => _server.Keyspace.Count(database) == 0);

    private long ChangesSinceSave => _server.Changes.Sum - Volatile.Read(ref _changesAtSave);

    /// <summary>What was loaded needs no saving.</summary>
    public void BeginCounting(bool isFromSnapshot)
    {
        _isFileCurrent = isFromSnapshot;
        Volatile.Write(ref _changesAtSave, _server.Changes.Sum);
        Volatile.Write(ref _lastSaveMs, _server.NowMs);
    }

    /// <summary>Whether somebody or a save point asks for a snapshot now.</summary>
    public bool IsDue()
    {
        // A setting may have changed since the failure.
        HealthChanged?.Invoke();
        if (IsAsked) return true;
        var now = _server.NowMs;
        if (!_isLastOk && now - Volatile.Read(ref _lastTryMs) < RetryDelay.TotalMilliseconds) return false;
        var changes = ChangesSinceSave;
        if (changes == 0) return false;
        foreach (var point in _server.Live.SavePoints)
            if (changes >= point.Changes && now - Volatile.Read(ref _lastSaveMs) > point.Seconds * 1000L) return true;
        return false;
    }

    /// <summary>Makes a snapshot; false when it failed or was given up.</summary>
    public bool Save(CancellationToken cancel)
    {
        IsAsked = false;
        Volatile.Write(ref _startedMs, _server.NowMs);
        Volatile.Write(ref _lastTryMs, _server.NowMs);
        _isSaving = true;
        long changes = 0;
        var start = _server.Clock.GetTimestamp();
        try
        {
            using var job = new SnapshotJob(_server, _options.Compresses);
            var bytes = job.Run(
                _files, (_options.Folder, _options.SnapshotName), isAppendBase: false,
                () => changes = _server.Changes.Sum, cancel);
            var elapsed = _server.Clock.GetElapsedTime(start);
            Volatile.Write(ref _changesAtSave, changes);
            Volatile.Write(ref _lastSaveMs, _server.NowMs);
            Volatile.Write(ref _lastSeconds, (long)elapsed.TotalSeconds);
            Interlocked.Increment(ref _saves);
            _isLastOk = _isFileCurrent = true;
            _log?.Info("snapshot saved", ("file", _options.SnapshotPath), ("keys", job.Entries), ("bytes", bytes),
                ("seconds", elapsed.TotalSeconds));
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _isLastOk = false;
            _log?.Error("the snapshot could not be saved", e, ("file", _options.SnapshotPath));
            return false;
        }
        finally
        {
            _isSaving = false;
            HealthChanged?.Invoke();
        }
    }

    public PersistenceState Describe(PersistenceState state) => state with
    {
        ChangesSinceSave = ChangesSinceSave,
        IsSaving = _isSaving,
        LastSaveUnixSeconds = Volatile.Read(ref _lastSaveMs) / 1000,
        LastSaveOk = _isLastOk,
        LastSaveSeconds = Volatile.Read(ref _lastSeconds),
        CurrentSaveSeconds = _isSaving ? (_server.NowMs - Volatile.Read(ref _startedMs)) / 1000 : -1,
        Saves = Volatile.Read(ref _saves),
    };
}
