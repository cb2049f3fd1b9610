using System.Text;
using Tercel.Cache.Server.Commands;
using Tercel.Resp;

namespace Tercel.Cache.Server.Access;

/// <summary>Checks a command with its keys and channels against one selector.</summary>
internal static class AccessCheck
{
    public static AccessDenial Check(
        AccessSelector selector, CommandInfo info, in CommandArgs args, out int culprit)
    {
        culprit = 0;
        if (!selector.AllowsCommand(info, args)) return AccessDenial.Command;
        if (!selector.AllKeys && !AllowsKeys(selector, info, args, out culprit)) return AccessDenial.Key;
        if (!selector.AllChannels && (info.Flags & CommandFlags.PubSub) != 0
            && !AllowsChannels(selector, info, args, out culprit)) return AccessDenial.Channel;
        return AccessDenial.None;
    }

    private static bool AllowsKeys(AccessSelector selector, CommandInfo info, in CommandArgs args, out int culprit)
    {
        culprit = 0;
        if (info.Keys.Kind == KeySpecKind.Everything && !CommandKeys.NamesKeys(info)) return true;
        var keys = new KeyPositions(info.Keys, args);
        while (keys.MoveNext())
        {
            culprit = keys.Index;
            if (!selector.AllowsKey(args[culprit], KeyAccesses.Of(info, keys.Ordinal, args).Access)) return false;
        }

        return info.Keys.Kind != KeySpecKind.Everything || AllowsSort(selector, args, out culprit);
    }

    // BY and GET look at keys that no argument names: they need all keys. STORE names one more.
    private static bool AllowsSort(AccessSelector selector, in CommandArgs args, out int culprit)
    {
        for (culprit = 2; culprit < args.Count - 1; culprit++)
        {
            var word = args[culprit];
            if (Ascii.EqualsIgnoreCase(word, "by"u8) || Ascii.EqualsIgnoreCase(word, "get"u8)) return false;
            if (Ascii.EqualsIgnoreCase(word, "store"u8) && !selector.AllowsKey(args[++culprit], KeyAccess.Write))
                return false;
        }

        return true;
    }

    private static bool AllowsChannels(AccessSelector selector, CommandInfo info, in CommandArgs args, out int culprit)
    {
        culprit = 0;
        var (first, last, isPattern) = Channels(info, args.Count);
        for (var i = first; i < last; i++)
        {
            culprit = i;
            if (!selector.AllowsChannel(args[i], isPattern)) return false;
        }

        return true;
    }

    // Which arguments are channels; leaving a channel is always allowed.
    private static (int First, int Last, bool IsPattern) Channels(CommandInfo info, int count) => info.Name switch
    {
        "SUBSCRIBE" or "SSUBSCRIBE" => (1, count, false),
        "PSUBSCRIBE" => (1, count, true),
        "PUBLISH" or "SPUBLISH" => (1, 2, false),
        _ => (0, 0, false),
    };
}
