// Why this is correct: the only pointers are those of the command functions below.
using System.Text;
using Tercel.Cache.Server.Settings;

namespace Tercel.Cache.Server.Commands.Server;

/// <summary>CONFIG.</summary>
internal static unsafe class ConfigCommands
{
    private const string Lines =
        """
        GET <pattern>
            Return parameters matching the glob-like <pattern> and their values.
        SET <directive> <value>
            Set the configuration <directive> to <value>.
        RESETSTAT
            Reset statistics reported by the INFO command.
        REWRITE
            Rewrite the configuration file.
        """;

    public static void Register(CommandTable table)
    {
        const CommandFlags Flags = CommandFlags.Admin | CommandFlags.Dangerous | CommandFlags.Loading;
        var config = table.Add("CONFIG", -2, CommandFlags.None, KeySpec.None, null, "server", "2.0.0",
            "A container for server configuration commands.");
        table.AddSub(config, "GET", -3, Flags, KeySpec.None, &Get, "2.0.0",
            "Returns the effective values of configuration parameters.");
        table.AddSub(config, "SET", -4, Flags | CommandFlags.SkipMonitor, KeySpec.None, &Set, "2.0.0",
            "Sets configuration parameters in-flight.");
        table.AddSub(config, "RESETSTAT", 2, Flags, KeySpec.None, &ResetStat, "2.0.0",
            "Resets the server's statistics.");
        table.AddSub(config, "REWRITE", 2, Flags, KeySpec.None, &Rewrite, "2.8.0",
            "Persists the effective configuration to file.");
        table.AddSub(config, "HELP", 2, CommandFlags.Loading, KeySpec.None, &Help, "5.0.0",
            "Returns helpful text about the different subcommands.");
    }

    private static void Get(ref CommandContext c)
    {
        var patterns = new List<byte[]>();
        for (var i = 2; i < c.Args.Count; i++) patterns.Add(c.Args[i].ToArray());
        var found = c.Server.Config.Find(patterns);
        c.Reply.Map(found.Count);
        foreach (var parameter in found)
        {
            // A name that was asked for comes back as it was written.
            var name = Encoding.ASCII.GetBytes(parameter.Name);
            c.Reply.Bulk(patterns.Find(pattern => Ascii.EqualsIgnoreCase(pattern, name)) ?? name);
            c.Reply.BulkText(parameter.Value);
        }
    }

    private static void Set(ref CommandContext c)
    {
        if (c.Args.Count % 2 != 0)
        {
            c.Reply.WrongArity(c.Info.FullName);
            return;
        }

        var changes = new List<(string, string)>();
        for (var i = 2; i < c.Args.Count; i += 2) changes.Add((c.Args.Text(i), c.Args.Text(i + 1)));
        c.Reply.OkOr(c.Server.Config.Set(changes));
    }

    private static void ResetStat(ref CommandContext c)
    {
        c.Server.ResetStatistics();
        c.Reply.Ok();
    }

    private static void Rewrite(ref CommandContext c)
    {
        if (c.Server.Options.ConfigFile is { } path) c.Reply.OkOr(ConfigRewrite.Write(path, c.Server));
        else c.Reply.Error("ERR The server is running without a config file"u8);
    }

    private static void Help(ref CommandContext c) => c.Reply.Help("CONFIG", Lines);
}
