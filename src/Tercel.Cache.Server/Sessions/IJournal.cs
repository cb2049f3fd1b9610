namespace Tercel.Cache.Server.Sessions;

/// <summary>Keeps the changes, so that they can be made again after a restart.</summary>
/// <remarks>Called by the dispatcher alone. Thread: any loop; appends come from several loops at once, in the order of
/// their shards' locks.</remarks>
internal interface IJournal
{
    /// <summary>Appends whole commands as RESP arrays, in one piece: nothing of another loop comes between them.
    /// </summary>
    /// <remarks>Called with the shards of the changed keys still entered, hence quick: it copies into a buffer, and
    /// never waits for a disk. Relative times and random choices were replaced by what came of them.</remarks>
    /// <param name="database">The database the commands belong to.</param>
    /// <param name="resp">One or more commands; a transaction has MULTI and EXEC around it.</param>
    /// <param name="nowMs">The time the commands saw. Units: Unix milliseconds.</param>
    /// <returns>The journal's end behind them, for <see cref="Commit"/>.</returns>
    long Append(int database, ReadOnlySpan<byte> resp, long nowMs);

    /// <summary>Called by a loop after its batch and before its replies leave, no shard entered: with durability
    /// "always" it returns when everything up to a position is on the disk.</summary>
    /// <param name="position">What <see cref="Append"/> gave for the last command of the batch.</param>
    /// <returns>False when that failed: the replies must not leave.</returns>
    bool Commit(long position);
}
