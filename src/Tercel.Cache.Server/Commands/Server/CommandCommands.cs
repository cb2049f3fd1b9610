// Why this is correct: the only pointers are those of the command functions below.
using System.Text;
using Tercel.Cache.Server.Access;

namespace Tercel.Cache.Server.Commands.Server;

/// <summary>COMMAND: what the server can do, for clients and tools.</summary>
internal static unsafe class CommandCommands
{
    private const string Lines =
        """
        (no subcommand)
            Return details about all commands.
        COUNT
            Return the total number of commands in this server.
        LIST [FILTERBY (MODULE <name>|ACLCAT <category>|PATTERN <pattern>)]
            Return a list of all commands in this server.
        INFO [<command-name> ...]
            Return details about multiple commands.
            If no command names are given, details for all commands are returned.
        DOCS [<command-name> ...]
            Return documentation details about multiple commands.
            If no command names are given, documentation details for all
            commands are returned.
        GETKEYS <full-command>
            Return the keys from a full command.
        GETKEYSANDFLAGS <full-command>
            Return the keys and the access flags from a full command.
        """;

    public static void Register(CommandTable table)
    {
        const CommandFlags Flags = CommandFlags.Loading;
        var command = table.Add("COMMAND", -1, Flags, KeySpec.None, &All, "connection", "2.8.13",
            "Returns detailed information about all commands.");
        table.AddSub(command, "COUNT", 2, Flags, KeySpec.None, &Count, "2.8.13", "Returns a count of commands.");
        table.AddSub(command, "INFO", -2, Flags, KeySpec.None, &Info, "2.8.13",
            "Returns information about one, multiple or all commands.");
        table.AddSub(command, "DOCS", -2, Flags, KeySpec.None, &Docs, "7.0.0",
            "Returns documentary information about one, multiple or all commands.");
        table.AddSub(command, "LIST", -2, Flags, KeySpec.None, &List, "7.0.0", "Returns a list of command names.");
        table.AddSub(command, "GETKEYS", -4, Flags, KeySpec.None, &GetKeys, "2.8.13",
            "Extracts the key names from an arbitrary command.");
        table.AddSub(command, "GETKEYSANDFLAGS", -4, Flags, KeySpec.None, &GetKeysAndFlags, "7.0.0",
            "Extracts the key names and access flags for an arbitrary command.");
        table.AddSub(command, "HELP", 2, Flags, KeySpec.None, &Help, "5.0.0",
            "Returns helpful text about the different subcommands.");
    }

    private static void All(ref CommandContext c)
    {
        if (c.Args.Count > 1 && c.Info.Parent is null)
        {
            c.Reply.UnknownSubcommand(c.Info, c.Args[1]);
            return;
        }

        var commands = c.Server.Commands.Commands;
        c.Reply.Array(commands.Count);
        foreach (var info in commands) CommandText.Write(c.Reply, info);
    }

    private static void Count(ref CommandContext c) => c.Reply.Integer(c.Server.Commands.Commands.Count);

    private static void Info(ref CommandContext c)
    {
        if (c.Args.Count == 2)
        {
            All(ref c);
            return;
        }

        c.Reply.Array(c.Args.Count - 2);
        for (var i = 2; i < c.Args.Count; i++)
        {
            if (c.Server.Commands.TryFind(c.Args.Text(i), out var info)) CommandText.Write(c.Reply, info);
            else c.Reply.NullArray();
        }
    }

    private static void Docs(ref CommandContext c)
    {
        var asked = new List<CommandInfo>();
        for (var i = 2; i < c.Args.Count; i++)
            if (c.Server.Commands.TryFind(c.Args.Text(i), out var info)) asked.Add(info);
        if (c.Args.Count == 2) asked.AddRange(c.Server.Commands.Commands);
        c.Reply.Map(asked.Count);
        foreach (var info in asked) CommandText.WriteDocs(c.Reply, info);
    }

    private static void List(ref CommandContext c)
    {
        Func<CommandInfo, bool> wanted = static _ => true;
        if (c.Args.Count is not (2 or 5) || (c.Args.Count == 5 && !c.Args[2].Is("filterby"u8)))
        {
            c.Reply.Syntax();
            return;
        }

        if (c.Args.Count == 5)
        {
            var value = c.Args[4].ToArray();
            var category = c.Args.Text(4).ToLowerInvariant();
            if (c.Args[3].Is("module"u8)) wanted = static _ => false;
            else if (c.Args[3].Is("aclcat"u8)) wanted = info => CommandCategories.Of(info).Contains(category);
            else if (c.Args[3].Is("pattern"u8))
                wanted = info => Glob.Matches(value, Encoding.ASCII.GetBytes(info.FullName), ignoreCase: true);
            else
            {
                c.Reply.Syntax();
                return;
            }
        }

        // Filters see subcommands too; the plain list has none, as in Redis.
        var all = c.Args.Count == 2 ? c.Server.Commands.Commands : c.Server.Commands.ById;
        var found = all.Where(wanted).ToList();
        c.Reply.Array(found.Count);
        foreach (var info in found) c.Reply.BulkText(info.FullName);
    }

    private static void GetKeys(ref CommandContext c)
    {
        if (!TryFindKeys(ref c, out _, out var keys)) return;
        c.Reply.Array(keys.Count);
        foreach (var key in keys) c.Reply.Bulk(c.Args[key.Index + 2]);
    }

    private static void GetKeysAndFlags(ref CommandContext c)
    {
        if (!TryFindKeys(ref c, out _, out var keys)) return;
        c.Reply.Array(keys.Count);
        foreach (var (index, use) in keys)
        {
            c.Reply.Array(2);
            c.Reply.Bulk(c.Args[index + 2]);
            CommandText.WriteUse(c.Reply, use);
        }
    }

    private static bool TryFindKeys(
        ref CommandContext c, out CommandInfo info, out List<(int Index, KeyUse Use)> keys)
    {
        var args = c.Args.From(2);
        keys = [];
        if (!c.Server.Commands.TryFind(args[0], out var found))
        {
            info = c.Info;
            c.Reply.Error("ERR Invalid command specified"u8);
            return false;
        }

        info = found;
        if (found.Subcommands is not null && args.Count > 1
            && found.Subcommands.TryGetValue(args.Text(1), out var subcommand)) info = subcommand;
        if (info.Arity >= 0 ? args.Count != info.Arity : args.Count < -info.Arity)
        {
            c.Reply.Error("ERR Invalid number of arguments specified for command"u8);
            return false;
        }

        if (info.Keys.Kind == KeySpecKind.None)
        {
            c.Reply.Error("ERR The command has no key arguments"u8);
            return false;
        }

        keys = CommandKeys.Of(info, args);
        if (keys.Count > 0) return true;
        c.Reply.Error("ERR Invalid arguments specified for command"u8);
        return false;
    }

    private static void Help(ref CommandContext c) => c.Reply.Help("COMMAND", Lines);
}
