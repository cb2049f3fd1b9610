namespace Tercel.Cache.Server.Persistence;

/// <summary>Where the files of a dataset are and how they are treated; what can change while running is in
/// <see cref="Settings.LiveSettings"/>.</summary>
internal sealed record PersistenceOptions
{
    /// <summary><c>dir</c>.</summary>
    public required string Folder { get; init; }

    /// <summary><c>dbfilename</c>.</summary>
    public string SnapshotName { get; init; } = "dump.rdb";

    /// <summary><c>appenddirname</c>, inside of <see cref="Folder"/>.</summary>
    public string AppendFolderName { get; init; } = "appendonlydir";

    /// <summary><c>appendfilename</c>: what the names of the append-only files begin with.</summary>
    public string AppendName { get; init; } = "appendonly.aof";

    /// <summary><c>aof-load-truncated</c>: what a crash has left of the last writes is cut off at start.</summary>
    public bool LoadsTruncated { get; init; } = true;

    /// <summary><c>rdbcompression</c>.</summary>
    public bool Compresses { get; init; } = true;

    /// <summary><c>damaged-files</c> is <c>aside</c>: a damaged snapshot is renamed and the server starts empty,
    /// instead of refusing.</summary>
    public bool PutsDamagedAside { get; init; }

    public string SnapshotPath => Path.Combine(Folder, SnapshotName);

    public string AppendFolder => Path.Combine(Folder, AppendFolderName);
}
