using Tercel.Cache.Server.Admin;
using Tercel.Cache.Server.Persistence.Dataset;
using Tercel.Cache.Server.Persistence.Files;
using Tercel.Cache.Server.Persistence.Journal;
using Tercel.Cache.Server.Persistence.Snapshots;
using Tercel.Cache.Server.Sessions;
using Tercel.Chassis.Observability;

namespace Tercel.Cache.Server.Persistence;

/// <summary>Keeps the dataset in files: loads them at start, makes snapshots and rewrites while running, saves at the
/// end.</summary>
/// <remarks>Lifetime: <see cref="Load"/> before anybody is served, <see cref="Stop"/> after the last client is gone.
/// Thread: commands from any loop; one thread of its own does the work in the background, one at a time.</remarks>
internal sealed class FilePersistence : IPersistence, IDisposable
{
    private const string FromSnapshot = "snapshot";

    private const string Busy = "ERR a snapshot or a rewrite is under way; try again when it has ended";

    // Commands wait no longer for the work in the background: one of a transaction has all shards entered, which that
    // work may need to end.
    private static readonly TimeSpan BriefWork = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    private readonly CacheServer _server;
    private readonly PersistenceOptions _options;
    private readonly IFileSystem _files;
    private readonly Log? _log;
    private readonly DatasetLoader _loader;
    private readonly JournalKeeper _journal;
    private readonly SnapshotKeeper _snapshots;
    private readonly Lock _work = new();
    private readonly AutoResetEvent _asked = new(false);
    private readonly CancellationTokenSource _stop = new();
    private Thread? _thread;
    private volatile bool _isLoading;

    public FilePersistence(CacheServer server, PersistenceOptions options, IFileSystem files, Log? log)
    {
        _server = server;
        _options = options;
        _files = files;
        _log = log;
        _loader = new DatasetLoader(server, options, files, log);
        _journal = new JournalKeeper(server, options, files, log) { HealthChanged = UpdateWriteStop };
        _snapshots = new SnapshotKeeper(server, options, files, log) { HealthChanged = UpdateWriteStop };
    }

    public PersistenceState State => _journal.Describe(_snapshots.Describe(new PersistenceState
    {
        IsLoading = _isLoading,
        LoadedKeys = _loader.Counts.Loaded,
        LoadingBytes = _loader.BytesTotal,
        LoadedBytes = _loader.BytesDone,
    }));

    /// <summary>Reads the dataset and starts to keep it.</summary>
    /// <remarks>Errors: <see cref="PersistenceException"/>; the program must not serve then.</remarks>
    public void Load()
    {
        _isLoading = true;
        var start = _server.Clock.GetTimestamp();
        string source;
        try
        {
            _files.CreateFolder(_options.Folder);
            source = _server.Live.AppendOnly ? LoadAndOpenJournal() : NameOf(_loader.LoadSnapshot());
            _log?.Info("dataset loaded", ("from", source), ("keys", _loader.Counts.Loaded),
                ("expired", _loader.Counts.Expired), ("commands", _loader.Commands),
                ("seconds", _server.Clock.GetElapsedTime(start).TotalSeconds));
        }
        catch (Exception e) when (AppendHealth.IsOfDisk(e))
        {
            throw new PersistenceException($"the files in {_options.Folder} cannot be used: {e.Message}", e);
        }
        finally
        {
            _isLoading = false;
        }

        _snapshots.BeginCounting(isFromSnapshot: source == FromSnapshot);
        _server.Keyspace.Observer = new JournalRemovals(_server, _server.Keyspace.Observer);
        _thread = new Thread(Run) { IsBackground = true, Name = "tercel-files" };
        _thread.Start();
    }

    public string? Save()
    {
        if (!_work.TryEnter()) return "ERR Background save already in progress";
        try
        {
            return _snapshots.Save(_stop.Token) ? null : "ERR the snapshot could not be written; the log says why";
        }
        finally
        {
            _work.Exit();
        }
    }

    public string? SaveInBackground(bool schedule)
    {
        if (_snapshots.IsSaving || _snapshots.IsAsked) return "ERR Background save already in progress";
        if (_journal.IsRewriting && !schedule)
            return "ERR Another child process is active (AOF?): can't BGSAVE right now. "
                + "Use BGSAVE SCHEDULE in order to schedule a BGSAVE whenever possible.";
        _snapshots.IsAsked = true;
        _asked.Set();
        return null;
    }

    public string? RewriteInBackground()
    {
        if (_journal.IsRewriting) return "ERR Background append only file rewriting already in progress";
        _journal.IsAsked = true;
        _asked.Set();
        return null;
    }

    public string? SetAppendOnly(bool on)
    {
        if (on == _journal.IsOpen) return null;
        if (on)
        {
            _journal.IsAsked = true;
            _asked.Set();
            return null;
        }

        // Not while a rewrite is under way: it would go on with a journal that is closed.
        if (!_work.TryEnter(BriefWork)) return Busy;
        try
        {
            _journal.Close();
            return null;
        }
        finally
        {
            _work.Exit();
        }
    }

    public string? Reload()
    {
        if (!_work.TryEnter(BriefWork)) return Busy;
        try
        {
            if (!_snapshots.Save(_stop.Token)) return "ERR the snapshot could not be written; the log says why";
            _server.Keyspace.EnterAll();
            try
            {
                _loader.IsAlone = true;
                _server.Keyspace.Flush(-1);
                return _loader.LoadSnapshot() ? null : "ERR there is no snapshot to load";
            }
            catch (PersistenceException e)
            {
                return $"ERR {e.Message}";
            }
            finally
            {
                _loader.IsAlone = false;
                _server.Keyspace.ExitAll();
            }
        }
        finally
        {
            _work.Exit();
        }
    }

    /// <summary>Ends the work in the background, saves when the settings ask for it, and closes the
    /// journal. False when that failed: not all that clients were promised is on the disk.</summary>
    public bool Stop()
    {
        if (_thread is null) return true;
        _stop.Cancel();
        _asked.Set();
        _thread.Join();
        _thread = null;
        var wants = _server.Live.SaveOnStop switch
        {
            "save" => true,
            "nosave" => false,
            // Not what the setting says: the journal may have been asked for and not begun.
            _ => !_journal.IsOpen,
        };
        // What is on the disk already need not be written again.
        var isSaved = !wants || _snapshots.IsCurrent || _snapshots.Save(CancellationToken.None);
        return _journal.Close() && isSaved;
    }

    public void Dispose()
    {
        Stop();
        _asked.Dispose();
        _stop.Dispose();
        _journal.Dispose();
    }

    private string LoadAndOpenJournal()
    {
        if (_journal.TryOpenFolder())
        {
            _loader.LoadJournal(_journal.Folder);
            _journal.OpenLast();
            return "journal";
        }

        // The first start with a journal takes over what the snapshot holds, instead of starting from nothing.
        var found = _loader.LoadSnapshot();
        if (!_journal.Rewrite(_stop.Token)) throw new PersistenceException("the journal could not be begun");
        return NameOf(found);
    }

    private static string NameOf(bool found) => found ? FromSnapshot : "nothing";

    private void Run()
    {
        while (!_stop.IsCancellationRequested)
        {
            _asked.WaitOne(Tick);
            if (_stop.IsCancellationRequested) return;
            lock (_work)
            {
                if (_journal.IsRewriteDue()) _journal.Rewrite(_stop.Token);
                if (_snapshots.IsDue()) _snapshots.Save(_stop.Token);
            }
        }
    }

    private void UpdateWriteStop() => _server.WriteStop =
        !_journal.IsHealthy ? WriteStop.JournalFailed
        : _snapshots.StopsWrites ? WriteStop.SnapshotFailed : WriteStop.None;
}
