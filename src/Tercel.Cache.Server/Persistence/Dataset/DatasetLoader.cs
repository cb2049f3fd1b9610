using Tercel.Cache.Server.Persistence.Files;
using Tercel.Cache.Server.Persistence.Journal;
using Tercel.Cache.Server.Persistence.Rdb;
using Tercel.Chassis.Observability;

namespace Tercel.Cache.Server.Persistence.Dataset;

/// <summary>Reads the files of a dataset into an empty keyspace, before anybody is served.</summary>
/// <remarks>Thread: one. Errors: <see cref="PersistenceException"/> with the file, the offset and what to do; the
/// keyspace is then not to be used.</remarks>
internal sealed class DatasetLoader
{
    // A smaller file is read before other threads have started.
    private const long HelpedBytesMin = 4 << 20;

    private readonly CacheServer _server;
    private readonly PersistenceOptions _options;
    private readonly IFileSystem _files;
    private readonly Log? _log;

    public DatasetLoader(CacheServer server, PersistenceOptions options, IFileSystem files, Log? log)
    {
        _server = server;
        _options = options;
        _files = files;
        _log = log;
    }

    /// <summary>Entries read from snapshots, and entries left out since their time was past.</summary>
    public (long Loaded, long Expired) Counts { get; private set; }

    /// <summary>Commands run again from the journal.</summary>
    public long Commands { get; private set; }

    /// <summary>Size of the files that are read, and how far. Units: bytes.</summary>
    public long BytesTotal { get; private set; }

    public long BytesDone { get; private set; }

    /// <summary>The caller has entered all shards, so no other thread can help.</summary>
    public bool IsAlone { get; set; }

    /// <summary>Reads the snapshot when there is one.</summary>
    public bool LoadSnapshot()
    {
        var path = _options.SnapshotPath;
        if (!_files.Exists(path)) return false;
        try
        {
            ReadRdb(path, _server.NowMs, isAppendBase: false);
            return true;
        }
        catch (RdbException damage) when (_options.PutsDamagedAside)
        {
            var aside = $"{path}.damaged-{_server.NowMs / 1000}";
            _files.Rename(path, aside);
            _files.SyncFolder(_options.Folder);
            _server.Keyspace.Flush(-1);
            Counts = default;
            _log?.Error($"the snapshot is damaged and was put aside as {aside}; the dataset is empty", damage);
            return false;
        }
        catch (RdbException damage)
        {
            throw new PersistenceException(
                $"{path} cannot be loaded: {damage.Message} (offset {damage.Offset}). Nothing was loaded. Restore the "
                + "file from a copy, or start with --damaged-files aside to keep it under another name and begin "
                + "with an empty dataset.", damage);
        }
    }

    /// <summary>Reads base and journal as the manifest lists them, and cuts off what a crash has left
    /// behind.</summary>
    public void LoadJournal(JournalFolder folder)
    {
        var manifest = folder.Manifest;
        BytesTotal = folder.Bytes();
        var replay = new JournalReplay(_server);
        try
        {
            if (manifest.Base is { } first) LoadBase(folder.PathOf(first), replay);
            for (var i = 0; i < manifest.Increments.Count; i++)
            {
                var path = folder.PathOf(manifest.Increments[i]);
                if (!_files.Exists(path)) throw new PersistenceException($"{path} is listed but missing. {Advice}");
                Prepare(path, from: 0, isLast: IsLast(folder, i));
                replay.Run(_files, path, from: 0, bytes => BytesDone += bytes);
            }
        }
        finally
        {
            Commands = replay.Commands;
            replay.Dispose();
        }

        if (replay.Errors > 0)
            _log?.Warn("some commands of the journal were answered with an error when they ran again",
                ("count", replay.Errors), ("first", replay.FirstError));
    }

    private const string Advice =
        "Nothing is served from a journal with a hole: restore the files from a copy, or remove the ones behind the "
        + "damage from the manifest to start with the older state.";

    // Files behind it that hold nothing yet do not count: a switch was under way.
    private bool IsLast(JournalFolder folder, int index)
    {
        for (var i = index + 1; i < folder.Manifest.Increments.Count; i++)
        {
            var path = folder.PathOf(folder.Manifest.Increments[i]);
            if (!_files.Exists(path)) continue;
            using var file = _files.OpenRead(path);
            if (file.Length > BlockMark.Bytes) return false;
        }

        return true;
    }

    private void LoadBase(string path, JournalReplay replay)
    {
        if (!_files.Exists(path)) throw new PersistenceException($"{path} is listed but missing. {Advice}");
        try
        {
            var isRdb = IsRdb(path);
            var end = isRdb ? ReadRdb(path, nowMs: 0, isAppendBase: true) : 0;
            if (isRdb) replay.BeginAt(TimeOf(path));
            if (!isRdb || end < LengthOf(path))
            {
                // A base of commands, or of both kinds as older servers write.
                Prepare(path, end, isLast: false);
                replay.Run(_files, path, end, bytes => BytesDone += bytes);
            }
        }
        catch (RdbException damage)
        {
            throw new PersistenceException(
                $"{path} cannot be loaded: {damage.Message} (offset {damage.Offset}). {Advice}", damage);
        }
    }

    // Returns where the RDB part ends.
    private long ReadRdb(string path, long nowMs, bool isAppendBase)
    {
        using var file = _files.OpenRead(path);
        if (!isAppendBase) BytesTotal = file.Length;
        RdbChecksum.Verify(file);
        using var input = new RdbInput(file);
        var options = new RdbReadOptions
        {
            NowMs = nowMs,
            Skipped = what => _log?.Warn("left out of the dataset", ("what", what)),
        };
        using var reader = new RdbReader(input, options);
        // In a base, time stands still at its moment: the journal tells what expired afterwards.
        // In a base, time stands still at its moment: the journal tells what expired afterwards.
        var storeMs = isAppendBase ? Math.Max(1, RdbReader.TimeOf(file)) : nowMs;
        var isHelped = !IsAlone && file.Length > HelpedBytesMin;
        using var helpers = isHelped ? new LoadHelpers(_server.Keyspace, storeMs) : null;
        var sink = new KeyspaceSink(_server.Keyspace, storeMs, helpers) { Policies = _server.Policies };
        try
        {
            reader.ReadAll(sink);
            sink.Flush();
        }
        catch (RdbException)
        {
            sink.Abandon();
            throw;
        }

        BytesDone += input.Offset;
        Counts = (Counts.Loaded + reader.Counts.Loaded, Counts.Expired + reader.Counts.Expired);
        return input.Offset;
    }

    // Looks through a journal file before any of it runs.
    private void Prepare(string path, long from, bool isLast)
    {
        JournalVerdict verdict;
        long length;
        using (var file = _files.OpenRead(path))
        {
            verdict = JournalCheck.Look(file, from);
            length = file.Length;
        }

        if (verdict.Problem is null) return;
        if (!verdict.IsTail || !isLast)
            throw new PersistenceException($"{path} is damaged: {verdict.Problem}. {Advice}");
        if (!_options.LoadsTruncated)
            throw new PersistenceException(
                $"{path} is not complete: {verdict.Problem}. Start with --aof-load-truncated yes to cut it off at "
                + $"offset {verdict.GoodBytes}.");
        _log?.Warn("the journal's end was lost in a crash and is cut off", ("file", path),
            ("problem", verdict.Problem), ("from", verdict.GoodBytes), ("bytes", length - verdict.GoodBytes));
        CutOff(path, verdict.GoodBytes);
    }

    // What is cut off is kept beside, in case it is of use to somebody.
    private void CutOff(string path, long length)
    {
        using var file = _files.OpenAppend(path, truncate: false);
        using (var kept = _files.OpenAppend(path + ".cut", truncate: true))
        {
            var chunk = new byte[1 << 20];
            for (var at = length; at < file.Length;)
            {
                var count = file.Read(at, chunk);
                if (count == 0) break;
                kept.Append(chunk.AsSpan(0, count));
                at += count;
            }
        }

        file.Truncate(length);
        file.Sync();
    }

    private bool IsRdb(string path)
    {
        using var file = _files.OpenRead(path);
        Span<byte> start = stackalloc byte[RdbFormat.Magic.Length];
        return file.Read(0, start) == start.Length && start.SequenceEqual(RdbFormat.Magic);
    }

    private long TimeOf(string path)
    {
        using var file = _files.OpenRead(path);
        return RdbReader.TimeOf(file);
    }

    private long LengthOf(string path)
    {
        using var file = _files.OpenRead(path);
        return file.Length;
    }
}
