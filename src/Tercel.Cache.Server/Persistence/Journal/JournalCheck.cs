using System.Text;
using Tercel.Cache.Server.Persistence.Files;

namespace Tercel.Cache.Server.Persistence.Journal;

/// <summary>What a look through one journal file has found, before any of its commands runs.</summary>
/// <param name="GoodBytes">Up to here everything is whole: commands, transactions and blocks.</param>
/// <param name="Problem">Null when that is the whole file.</param>
/// <param name="IsTail">The problem is what a crash leaves: nothing behind it was ever reported durable.</param>
internal sealed record JournalVerdict(long GoodBytes, string? Problem, bool IsTail);

/// <summary>Looks through a journal file: where it is whole, and whether damage is the work of a crash.</summary>
internal static class JournalCheck
{
    private const int WindowBytes = 1 << 20;

    /// <summary>Reads the file once.</summary>
    /// <remarks>A crash can cut the file off, or leave the last writes in part. Everything that was synced before is
    /// whole, and the marks tell how far that was: damage in front of that place has another reason and is not a
    /// tail.</remarks>
    public static JournalVerdict Look(IStoredFile file, long from = 0)
    {
        using var reader = new JournalReader(file, from);
        var good = from;
        var isInTransaction = false;
        while (true)
        {
            switch (reader.Next())
            {
                case JournalItem.Command:
                    isInTransaction = IsInTransaction(reader.Args[0], isInTransaction);
                    if (!isInTransaction && !reader.IsInBlock) good = reader.Offset;
                    break;
                case JournalItem.End when !isInTransaction:
                    return new JournalVerdict(file.Length, null, IsTail: false);
                case JournalItem.End:
                    return CutOff(file, good, "a transaction without its EXEC");
                case JournalItem.CutOff:
                    if (reader.IsInBlock || !isInTransaction) good = Math.Max(good, reader.BlockStart);
                    return CutOff(file, good, "an end that is cut off");
                default:
                    if (reader.IsInBlock || !isInTransaction) good = Math.Max(good, reader.BlockStart);
                    var synced = Math.Max(reader.SyncedMax, SyncedBehind(file, reader.BlockStart));
                    var what = $"{reader.Problem}, noticed at offset {reader.Offset} of {file.Length}";
                    return new JournalVerdict(good, what, IsTail: synced >= 0 && good >= synced);
            }
        }
    }

    // The file ends too early: that is a tail, unless the disk has had more of it before.
    private static JournalVerdict CutOff(IStoredFile file, long good, string what)
    {
        var problem = $"{what}: {file.Length - good} bytes from offset {good} on";
        return new JournalVerdict(good, problem, IsTail: good >= SyncedBehind(file, 0));
    }

    private static bool IsInTransaction(ReadOnlySpan<byte> name, bool isIn) =>
        isIn ? !Ascii.EqualsIgnoreCase(name, "EXEC"u8) : Ascii.EqualsIgnoreCase(name, "MULTI"u8);

    // Marks tell how far the disk had got when they were written; negative when there is none.
    private static long SyncedBehind(IStoredFile file, long from)
    {
        var window = new byte[WindowBytes];
        long synced = -1;
        for (var at = from; at < file.Length; at += WindowBytes - BlockMark.Bytes)
        {
            int count = 0, read;
            while (count < WindowBytes && (read = file.Read(at + count, window.AsSpan(count))) > 0) count += read;
            synced = Math.Max(synced, SyncedIn(window.AsSpan(0, count)));
        }

        return synced;
    }

    private static long SyncedIn(ReadOnlySpan<byte> window)
    {
        long synced = -1;
        for (var at = window.IndexOf(BlockMark.Start); at >= 0;)
        {
            window = window[at..];
            if (BlockMark.TryRead(window, out var mark)) synced = Math.Max(synced, mark.Synced);
            at = window[1..].IndexOf(BlockMark.Start);
            if (at >= 0) at++;
        }

        return synced;
    }
}
