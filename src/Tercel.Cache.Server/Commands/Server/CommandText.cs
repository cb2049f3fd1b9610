using Tercel.Cache.Server.Access;
using Tercel.Resp;

namespace Tercel.Cache.Server.Commands.Server;

/// <summary>Commands as COMMAND INFO and COMMAND DOCS describe them.</summary>
internal static class CommandText
{
    private static readonly (CommandFlags Flag, string Name)[] FlagNames =
    [
        (CommandFlags.Write, "write"), (CommandFlags.ReadOnly, "readonly"), (CommandFlags.DenyOom, "denyoom"),
        (CommandFlags.Admin, "admin"), (CommandFlags.PubSub, "pubsub"), (CommandFlags.Blocking, "blocking"),
        (CommandFlags.Loading, "loading"), (CommandFlags.SkipMonitor, "skip_monitor"), (CommandFlags.Fast, "fast"),
        (CommandFlags.NoAuth, "no_auth"), (CommandFlags.NoMulti, "no_multi"),
    ];

    public static void Write(ReplyWriter reply, CommandInfo info)
    {
        reply.Array(10);
        reply.BulkText(info.FullName);
        reply.Integer(info.Arity);
        var flags = Flags(info);
        reply.Set(flags.Count);
        foreach (var flag in flags) reply.SimpleText(flag);
        var (first, last, step) = Range(info);
        reply.Integer(first);
        reply.Integer(last);
        reply.Integer(step);
        var categories = CommandCategories.Of(info).ToList();
        reply.Set(categories.Count);
        foreach (var category in categories) reply.SimpleText("@" + category);
        reply.Array(0);
        WriteKeySpecs(reply, info);
        var subcommands = info.Subcommands?.Values.ToList() ?? [];
        reply.Array(subcommands.Count);
        foreach (var subcommand in subcommands) Write(reply, subcommand);
    }

    /// <summary>A pair of a map: name and description.</summary>
    public static void WriteDocs(ReplyWriter reply, CommandInfo info)
    {
        reply.BulkText(info.FullName);
        reply.Map(info.Subcommands is null ? 3 : 4);
        WritePair(reply, "summary", info.Summary);
        WritePair(reply, "since", info.Since);
        WritePair(reply, "group", info.Group);
        if (info.Subcommands is null) return;
        reply.BulkText("subcommands");
        reply.Map(info.Subcommands.Count);
        foreach (var subcommand in info.Subcommands.Values) WriteDocs(reply, subcommand);
    }

    /// <summary>The flags of a key, as GETKEYSANDFLAGS tells them.</summary>
    public static void WriteUse(ReplyWriter reply, KeyUse use)
    {
        reply.Set(use.Words.Count);
        foreach (var word in use.Words) reply.SimpleText(word);
    }

    private static List<string> Flags(CommandInfo info)
    {
        var flags = FlagNames.Where(pair => (info.Flags & pair.Flag) != 0).Select(static pair => pair.Name).ToList();
        if (info.Keys.Kind == KeySpecKind.Counted || CommandKeys.NamesKeys(info)) flags.Add("movablekeys");
        return flags;
    }

    // What old clients take for the whole truth: keys that a count announces have no range.
    private static (int First, int Last, int Step) Range(CommandInfo info)
    {
        var keys = info.Keys;
        return keys.Kind switch
        {
            KeySpecKind.Range => (keys.First, keys.Last, keys.Step),
            KeySpecKind.Everything when CommandKeys.NamesKeys(info) => (keys.First, keys.Last, keys.Step),
            KeySpecKind.Counted when keys.Last == 1 => (1, 1, 1),
            _ => (0, 0, 0),
        };
    }

    private static void WriteKeySpecs(ReplyWriter reply, CommandInfo info)
    {
        var keys = info.Keys;
        switch (keys.Kind)
        {
            case KeySpecKind.Counted:
                reply.Array(keys.Last == 1 ? 2 : 1);
                if (keys.Last == 1) WriteRangeSpec(reply, KeyAccesses.Of(info, 0), KeySpec.One);
                WriteCountedSpec(reply, KeyAccesses.Of(info, keys.Last == 1 ? 1 : 0), keys.First);
                break;
            case KeySpecKind.Everything when CommandKeys.NamesKeys(info):
            case KeySpecKind.Range when KeyAccesses.Of(info, 0) == KeyAccesses.Of(info, 1):
                reply.Array(1);
                WriteRangeSpec(reply, KeyAccesses.Of(info, 0), keys);
                break;
            case KeySpecKind.Range:
                // The first key is used in another way than the others.
                reply.Array(2);
                WriteRangeSpec(reply, KeyAccesses.Of(info, 0), KeySpec.At(keys.First));
                WriteRangeSpec(reply, KeyAccesses.Of(info, 1), keys with
                {
                    First = keys.First + keys.Step, Last = keys.Last,
                });
                break;
            default:
                reply.Array(0);
                break;
        }
    }

    private static void WriteRangeSpec(ReplyWriter reply, KeyUse use, KeySpec keys)
    {
        WriteSpecStart(reply, use, keys.First, "range");
        reply.Map(3);
        WritePair(reply, "lastkey", keys.Last < 0 ? keys.Last : keys.Last - keys.First);
        WritePair(reply, "keystep", keys.Step);
        WritePair(reply, "limit", 0);
    }

    private static void WriteCountedSpec(ReplyWriter reply, KeyUse use, int countIndex)
    {
        WriteSpecStart(reply, use, countIndex, "keynum");
        reply.Map(3);
        WritePair(reply, "keynumidx", 0);
        WritePair(reply, "firstkey", 1);
        WritePair(reply, "keystep", 1);
    }

    // Up to the specification of the range itself, which follows.
    private static void WriteSpecStart(ReplyWriter reply, KeyUse use, int index, string type)
    {
        reply.Map(3);
        reply.BulkText("flags");
        WriteUse(reply, use);
        reply.BulkText("begin_search");
        reply.Map(2);
        WritePair(reply, "type", "index");
        reply.BulkText("spec");
        reply.Map(1);
        WritePair(reply, "index", index);
        reply.BulkText("find_keys");
        reply.Map(2);
        WritePair(reply, "type", type);
        reply.BulkText("spec");
    }

    private static void WritePair(ReplyWriter reply, string name, string value)
    {
        reply.BulkText(name);
        reply.BulkText(value);
    }

    private static void WritePair(ReplyWriter reply, string name, long value)
    {
        reply.BulkText(name);
        reply.Integer(value);
    }
}
