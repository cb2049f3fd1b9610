// Why this is correct: the slices made here lie within the saved command that the caller has pinned.
using Tercel.Cache.Server.Commands;
using Tercel.Resp;

namespace Tercel.Cache.Server.Sessions;

/// <summary>The saved command of a parked client, as it is run for one of its keys.</summary>
internal static unsafe class BlockedCommand
{
    /// <summary>Whether it has a destination beside its one key: BLMOVE, BRPOPLPUSH.</summary>
    public static bool IsMove(CommandInfo info) => info.Name is "BLMOVE" or "BRPOPLPUSH";

    /// <summary>The command with that key as its only one, since the others may hold anything by now.</summary>
    /// <param name="info">The command.</param>
    /// <param name="all">All its words.</param>
    /// <param name="key">One of its keys.</param>
    /// <param name="start">Where the words are.</param>
    /// <param name="oneOffset">Where a digit 1 is, from there.</param>
    /// <param name="slices">Gets the slices; another buffer than that of <paramref name="all"/>.</param>
    public static CommandArgs ForKey(
        CommandInfo info, in CommandArgs all, ReadOnlySpan<byte> key, byte* start, int oneOffset, ArgBuffer slices)
    {
        var keys = new KeyPositions(info.Keys, all);
        var (first, last, chosen) = (int.MaxValue, 0, 0);
        while (keys.MoveNext())
        {
            first = Math.Min(first, keys.Index);
            last = keys.Index;
            if (all[keys.Index].SequenceEqual(key)) chosen = keys.Index;
        }

        if (IsMove(info) || first == last || chosen == 0) return all;
        slices.Clear();
        for (var i = 0; i < all.Count; i++)
        {
            if (i >= first && i <= last && i != chosen) continue;
            if (info.Keys.Kind == KeySpecKind.Counted && i == info.Keys.First) slices.Add(oneOffset, 1);
            else fixed (byte* word = all[i]) slices.Add((int)(word - start), all[i].Length);
        }

        return new CommandArgs(start, slices.At(0), slices.Count);
    }
}
