using System.Text;
using Tercel.Cache.Server.Persistence.Dataset;
using Tercel.Cache.Server.Persistence.Files;
using Tercel.Cache.Server.Persistence.Rdb;

namespace Tercel.Cache.Server.Persistence.Snapshots;

/// <summary>Makes one snapshot while the loops go on.</summary>
/// <remarks>
/// The thread that runs it walks the shards in small steps and takes what has gathered to the file between them. A
/// loop that is about to change an entry hands the entry's bucket over first. Nobody waits for the disk with a shard
/// entered: when the disk is so slow that <see cref="PendingBytesMax"/> wait for it, the snapshot is given up.
/// </remarks>
internal sealed class SnapshotJob : ISnapshotSink, IDisposable
{
    /// <summary>What may wait for the disk. Units: bytes.</summary>
    public const int PendingBytesMax = 512 << 20;

    private const int FlushBytes = 1 << 20;
    // About 200 entries: 20 to 40 microseconds with the shard entered.
    private const int UnitsPerStep = 32;

    private readonly Lock _gate = new();
    private readonly CacheServer _server;
    private readonly RdbWriter _writer;
    private readonly bool _compresses;
    private RdbOutput _spare;
    private Exception? _failure;
    private readonly HashSet<uint> _tagSets = [];
    private long _momentMs;
    private ulong _tagEpoch;
    private long _entries;

    public SnapshotJob(CacheServer server, bool compresses)
    {
        _server = server;
        _compresses = compresses;
        _writer = new RdbWriter { Compresses = compresses };
        _spare = new RdbOutput { Compresses = compresses };
    }

    /// <summary>Entries written.</summary>
    public long Entries => Volatile.Read(ref _entries);

    /// <summary>Walks everything and completes the file.</summary>
    /// <param name="files">Where to.</param>
    /// <param name="place">Folder and name of the finished file.</param>
    /// <param name="isAppendBase">The file is the base of a journal.</param>
    /// <param name="atMoment">Called at the moment of the snapshot with all shards entered.</param>
    /// <param name="cancel">Ends it early.</param>
    /// <returns>Size of the file. Units: bytes.</returns>
    /// <remarks>Errors: failures of the disk, a disk that is too slow, the cancellation.</remarks>
    public long Run(
        IFileSystem files, (string Folder, string Name) place, bool isAppendBase, Action? atMoment,
        CancellationToken cancel)
    {
        using var file = new SnapshotFile(files, place.Folder, place.Name);
        Walk(file, isAppendBase, atMoment, cancel);
        _writer.Footer();
        Flush(file);
        file.Complete(place.Name);
        return file.Length;
    }

    public void Dispose()
    {
        _writer.Dispose();
        _spare.Dispose();
    }

    void ISnapshotSink.Entry(int shard, ReadOnlySpan<byte> key, int database, in ValueView value)
    {
        if (value.ExpireAtMs != 0 && value.ExpireAtMs <= _momentMs) return;
        if (value.TagSet != 0 && _server.Keyspace.Tags.WasStale(value, _tagEpoch)) return;
        lock (_gate)
        {
            if (_failure is not null) return;
            try
            {
                if (value.TagSet != 0 && _tagSets.Add(value.TagSet))
                    _writer.TagSet(value.TagSet, TagNames.Of(_server.Keyspace.Tags, value.TagSet));
                EntryWriter.Send(key, database, value, _momentMs, _writer);
                _entries++;
            }
            catch (Exception e) when (e is OutOfMemoryException or InsufficientMemoryException)
            {
                // The command that is about to change the entry has no part in this.
                _failure = e;
                return;
            }

            if (_writer.Output.Count > PendingBytesMax)
                _failure = new IOException("the disk is too slow for a snapshot: 512 MiB wait for it");
        }
    }

    private void Walk(SnapshotFile file, bool isAppendBase, Action? atMoment, CancellationToken cancel)
    {
        var keyspace = _server.Keyspace;
        // Told before the moment: whoever enters a shard after it must know.
        _server.IsSnapshotting = true;
        SnapshotPass? pass = null;
        try
        {
            keyspace.EnterAll();
            try
            {
                _momentMs = _server.NowMs;
                // A journal repeats what is invalidated later; a snapshot alone leaves out what is so by now.
                _tagEpoch = isAppendBase ? keyspace.Tags.Epoch : ulong.MaxValue;
                _writer.Header(_momentMs, isAppendBase);
                foreach (var policy in _server.Policies.All)
                    _writer.Aux(RdbFormat.PolicyAux, Encoding.Latin1.GetBytes(policy.Text()));
                pass = keyspace.BeginSnapshot(this);
                atMoment?.Invoke();
            }
            finally
            {
                keyspace.ExitAll();
            }

            for (var shard = 0; shard < keyspace.ShardCount; shard++)
                while (pass.Step(shard, UnitsPerStep))
                {
                    cancel.ThrowIfCancellationRequested();
                    if (Volatile.Read(ref _failure) is not null) break;
                    if (_writer.Output.Count >= FlushBytes) Flush(file);
                }
        }
        finally
        {
            pass?.Dispose();
            _server.IsSnapshotting = false;
        }

        if (_failure is not null) throw new IOException(_failure.Message, _failure);
    }

    private void Flush(SnapshotFile file)
    {
        RdbOutput full;
        lock (_gate) full = _writer.Exchange(_spare);
        file.Write(full.Written);
        // A large value may have made it large; the pool takes it back.
        if (full.Count > 4 * FlushBytes)
        {
            full.Dispose();
            full = new RdbOutput { Compresses = _compresses };
        }

        full.Clear();
        _spare = full;
    }
}
