using System.Text;
using Tercel.Cache.Server.Commands;
using Tercel.Resp;

namespace Tercel.Cache.Server.Access;

/// <summary>All keys of a command with their use, for COMMAND GETKEYS and the check of rights.</summary>
internal static class CommandKeys
{
    public static List<(int Index, KeyAccess Access)> Of(CommandInfo info, in CommandArgs args)
    {
        var found = new List<(int, KeyAccess)>();
        var keys = new KeyPositions(info.Keys, args);
        while (keys.MoveNext()) found.Add((keys.Index, KeyAccesses.Of(info, keys.Ordinal)));
        // SORT: a key behind STORE, wherever that stands.
        for (var i = 2; info.Keys.Kind == KeySpecKind.Everything && i < args.Count - 1; i++)
            if (Ascii.EqualsIgnoreCase(args[i], "store"u8)) found.Add((++i, KeyAccess.Write));
        return found;
    }
}
