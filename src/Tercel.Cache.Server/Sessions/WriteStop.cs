namespace Tercel.Cache.Server.Sessions;

/// <summary>Why commands that write are refused: the disk does not take what was promised to be kept.</summary>
internal enum WriteStop
{
    None,

    /// <summary>The last snapshot in the background failed (<c>stop-writes-on-bgsave-error</c>).</summary>
    SnapshotFailed,

    /// <summary>The journal could not be written or made durable.</summary>
    JournalFailed,
}
