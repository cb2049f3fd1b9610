// Why this is correct: the only pointers are those of the command functions below.
using Tercel.Resp;

namespace Tercel.Cache.Server.Commands.Server;

/// <summary>SLOWLOG.</summary>
internal static unsafe class SlowLogCommands
{
    private const int CountUsual = 10;

    private const string Lines =
        """
        GET [<count>]
            Return top <count> entries from the slowlog (default: 10, -1 mean all).
            Entries are made of:
            id, timestamp, time in microseconds, arguments array, client IP and port,
            client name
        LEN
            Return the length of the slowlog.
        RESET
            Reset the slowlog.
        """;

    public static void Register(CommandTable table)
    {
        const CommandFlags Flags = CommandFlags.Admin | CommandFlags.Dangerous | CommandFlags.Loading;
        var slowLog = table.Add("SLOWLOG", -2, CommandFlags.None, KeySpec.None, null, "server", "2.2.12",
            "A container for slow log commands.");
        table.AddSub(slowLog, "GET", -2, Flags, KeySpec.None, &Get, "2.2.12", "Returns the slow log's entries.");
        table.AddSub(slowLog, "LEN", 2, Flags, KeySpec.None, &Len, "2.2.12",
            "Returns the number of entries in the slow log.");
        table.AddSub(slowLog, "RESET", 2, Flags, KeySpec.None, &Reset, "2.2.12",
            "Clears all entries from the slow log.");
        table.AddSub(slowLog, "HELP", 2, CommandFlags.Loading, KeySpec.None, &Help, "6.2.0",
            "Show helpful text about the different subcommands.");
    }

    private static void Get(ref CommandContext c)
    {
        long count = CountUsual;
        if (c.Args.Count > 3)
        {
            c.Reply.UnknownSubcommandArity("SLOWLOG", c.Args.Text(1));
            return;
        }

        if (c.Args.Count == 3 && (!RespNumber.TryInteger(c.Args[2], out count) || count < -1))
        {
            c.Reply.Error("ERR count should be greater than or equal to -1"u8);
            return;
        }

        var entries = c.Server.SlowLog.Newest((int)Math.Min(count, int.MaxValue));
        c.Reply.Array(entries.Count);
        foreach (var entry in entries)
        {
            c.Reply.Array(6);
            c.Reply.Integer(entry.Id);
            c.Reply.Integer(entry.UnixSeconds);
            c.Reply.Integer(entry.Us);
            c.Reply.Array(entry.Arguments.Length);
            foreach (var argument in entry.Arguments) c.Reply.Bulk(argument);
            c.Reply.BulkText(entry.Client.Address);
            c.Reply.BulkText(entry.Client.Name);
        }
    }

    private static void Len(ref CommandContext c) => c.Reply.Integer(c.Server.SlowLog.Count);

    private static void Reset(ref CommandContext c)
    {
        c.Server.SlowLog.Reset();
        c.Reply.Ok();
    }

    private static void Help(ref CommandContext c) => c.Reply.Help("SLOWLOG", Lines);
}
