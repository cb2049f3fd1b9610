using System.Text;
using Tercel.Cache.Server.Commands;
using Tercel.Resp;

namespace Tercel.Cache.Server.Access;

/// <summary>All keys of a command with their use, for COMMAND GETKEYS and the check of rights.</summary>
internal static class CommandKeys
{
    public static List<(int Index, KeyUse Use)> Of(CommandInfo info, in CommandArgs args)
    {
        var found = new List<(int, KeyUse)>();
        if (info.Keys.Kind == KeySpecKind.Everything && !NamesKeys(info)) return found;
        var keys = new KeyPositions(info.Keys, args);
        while (keys.MoveNext()) found.Add((keys.Index, KeyAccesses.Of(info, keys.Ordinal, args)));
        // SORT: a key behind STORE, wherever that stands.
        for (var i = 2; info.Keys.Kind == KeySpecKind.Everything && i < args.Count - 1; i++)
            if (Ascii.EqualsIgnoreCase(args[i], "store"u8)) found.Add((++i, KeyUse.Parse("OW update")));
        return found;
    }

    /// <summary>Whether a command that may touch every key also names some: SORT does, FLUSHALL does not.</summary>
    public static bool NamesKeys(CommandInfo info) =>
        info.Keys.Kind == KeySpecKind.Everything && info.Name.StartsWith("SORT", StringComparison.Ordinal);
}
