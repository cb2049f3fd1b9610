using Tercel.Resp;

namespace Tercel.Cache.Server.Persistence.Journal;

/// <summary>Journals entries that leave by themselves, as DEL: a replay has no memory to run out of and no
/// clock.</summary>
/// <remarks>Called with the entry's shard entered. Entries whose tags were invalidated are not journaled: the command
/// that did it is.</remarks>
internal sealed class JournalRemovals(CacheServer server, IKeyspaceObserver? next) : IKeyspaceObserver
{
    public void Removed(ReadOnlySpan<byte> key, int database, ulong hash, RemovalCause cause)
    {
        if (cause != RemovalCause.Invalidated && server.Journal is { } journal) Append(journal, key, database);
        next?.Removed(key, database, hash, cause);
    }

    private void Append(Sessions.IJournal journal, ReadOnlySpan<byte> key, int database)
    {
        Span<byte> small = stackalloc byte[512];
        var head = "*2\r\n$3\r\nDEL\r\n$"u8;
        var most = head.Length + RespNumber.TextBytesMax + key.Length + 4;
        var command = most <= small.Length ? small : new byte[most];
        head.CopyTo(command);
        var at = head.Length;
        at += RespNumber.Format(key.Length, command[at..]);
        "\r\n"u8.CopyTo(command[at..]);
        key.CopyTo(command[(at + 2)..]);
        at += 2 + key.Length;
        "\r\n"u8.CopyTo(command[at..]);
        journal.Append(database, command[..(at + 2)], server.NowMs);
    }
}
