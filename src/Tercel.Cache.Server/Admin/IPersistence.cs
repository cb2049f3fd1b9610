namespace Tercel.Cache.Server.Admin;

/// <summary>What commands ask of the files that keep the dataset; two forms: with files, and
/// <see cref="NoPersistence"/>.</summary>
/// <remarks>Thread: any. Called without a shard entered.</remarks>
internal interface IPersistence
{
    /// <summary>What INFO and the metrics tell.</summary>
    PersistenceState State { get; }

    /// <summary>SAVE: writes a snapshot and returns when it is on the disk. The answer is null, or why not.</summary>
    string? Save();

    /// <summary>BGSAVE: starts a snapshot, or asks for one after the rewrite under way when
    /// <paramref name="schedule"/>. The answer is null, or why not.</summary>
    string? SaveInBackground(bool schedule);

    /// <summary>BGREWRITEAOF: starts to write the append-only file anew. The answer is null, or why not.</summary>
    string? RewriteInBackground();

    /// <summary>CONFIG SET appendonly: starts or ends keeping the append-only file. The answer is null, or why
    /// not.</summary>
    string? SetAppendOnly(bool on);

    /// <summary>DEBUG RELOAD: writes a snapshot, empties the dataset and reads it again. The answer is null, or why
    /// not.</summary>
    string? Reload();
}

/// <summary>How the files stand.</summary>
internal sealed record PersistenceState
{
    public bool IsLoading { get; init; }

    public long LoadedKeys { get; init; }

    /// <summary>Bytes of the file being read at start, and how many are read.</summary>
    public long LoadingBytes { get; init; }

    public long LoadedBytes { get; init; }

    public long ChangesSinceSave { get; init; }

    public bool IsSaving { get; init; }

    /// <summary>Units: Unix seconds; the start of the server when there was none.</summary>
    public long LastSaveUnixSeconds { get; init; }

    public bool LastSaveOk { get; init; } = true;

    /// <summary>-1 = there was none.</summary>
    public long LastSaveSeconds { get; init; } = -1;

    public long CurrentSaveSeconds { get; init; } = -1;

    public long Saves { get; init; }

    public bool IsAppending { get; init; }

    public bool IsRewriting { get; init; }

    public bool LastRewriteOk { get; init; } = true;

    public long LastRewriteSeconds { get; init; } = -1;

    public long CurrentRewriteSeconds { get; init; } = -1;

    public long Rewrites { get; init; }

    public bool LastWriteOk { get; init; } = true;

    /// <summary>Size of all append-only files together, now and after the last rewrite. Units: bytes.</summary>
    public long AppendBytes { get; init; }

    public long AppendBaseBytes { get; init; }

    /// <summary>Appended, but not written to the file yet. Units: bytes.</summary>
    public long AppendBufferBytes { get; init; }

    /// <summary>How often the disk was too slow: a loop waited for it, or a sync took longer than a second.</summary>
    public long DelayedSyncs { get; init; }
}

/// <summary>Nothing is kept: embedded servers and tests.</summary>
internal sealed class NoPersistence : IPersistence
{
    private const string Why = "ERR this server keeps no files";

    public PersistenceState State { get; } = new();

    public string? Save() => Why;

    public string? SaveInBackground(bool schedule) => Why;

    public string? RewriteInBackground() => Why;

    public string? SetAppendOnly(bool on) => on ? Why : null;

    public string? Reload() => Why;
}
