namespace Tercel.Cache;

/// <summary>Takes the entries of a snapshot; called with the entry's shard entered, by the thread that steps or by one
/// that is about to change the entry.</summary>
public interface ISnapshotSink
{
    /// <summary>One entry as it was when the pass began. Called by one thread at a time per shard.</summary>
    void Entry(int shard, ReadOnlySpan<byte> key, int database, in ValueView value);
}
