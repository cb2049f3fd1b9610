// Why this is correct: the only pointers are those of the command functions below.
using System.Text;
using Tercel.Cache.Server.Admin;

namespace Tercel.Cache.Server.Commands.Server;

/// <summary>TIME, LASTSAVE, SAVE, BGSAVE, BGREWRITEAOF, SHUTDOWN, ROLE, REPLICAOF, LOLWUT.</summary>
internal static unsafe class ServerCommands
{
    private const CommandFlags Operator = CommandFlags.Admin | CommandFlags.Dangerous | CommandFlags.NoMulti;

    public static void Register(CommandTable table)
    {
        table.Add("TIME", 1, CommandFlags.Fast | CommandFlags.Loading, KeySpec.None, &Time, "server", "2.6.0",
            "Returns the server time.");
        table.Add("LASTSAVE", 1, CommandFlags.Admin | CommandFlags.Dangerous | CommandFlags.Fast | CommandFlags.Loading,
            KeySpec.None, &LastSave, "server", "1.0.0",
            "Returns the Unix timestamp of the last successful save to disk.");
        table.Add("SAVE", 1, Operator, KeySpec.None, &Save, "server", "1.0.0",
            "Synchronously saves the database(s) to disk.");
        table.Add("BGSAVE", -1, Operator, KeySpec.None, &BgSave, "server", "1.0.0",
            "Asynchronously saves the database(s) to disk.");
        table.Add("BGREWRITEAOF", 1, Operator, KeySpec.None, &BgRewriteAof, "server", "1.0.0",
            "Asynchronously rewrites the append-only file to disk.");
        table.Add("SHUTDOWN", -1, Operator | CommandFlags.Loading, KeySpec.None, &Shutdown, "server", "1.0.0",
            "Synchronously saves the database(s) to disk and shuts down the server.");
        table.Add("ROLE", 1,
            CommandFlags.Admin | CommandFlags.Dangerous | CommandFlags.Fast | CommandFlags.Loading, KeySpec.None, &Role,
            "server", "2.8.12", "Returns the replication role.");
        table.Add("REPLICAOF", 3, Operator, KeySpec.None, &ReplicaOf, "server", "5.0.0",
            "Configures a server as replica of another, or promotes it to a master.");
        table.Add("SLAVEOF", 3, Operator, KeySpec.None, &ReplicaOf, "server", "1.0.0",
            "Sets a server as a replica of another, or promotes it to being a master.");
        table.Add("LOLWUT", -1, CommandFlags.ReadOnly | CommandFlags.Fast, KeySpec.None, &Lolwut, "server", "5.0.0",
            "Displays computer art and the server's version.");
    }

    private static void Time(ref CommandContext c)
    {
        var microseconds = c.Server.Clock.GetUtcNow().Ticks / TimeSpan.TicksPerMicrosecond
            - DateTimeOffset.UnixEpoch.Ticks / TimeSpan.TicksPerMicrosecond;
        c.Reply.Array(2);
        c.Reply.BulkInteger(microseconds / 1_000_000);
        c.Reply.BulkInteger(microseconds % 1_000_000);
    }

    private static void LastSave(ref CommandContext c) =>
        c.Reply.Integer(c.Server.Persistence.State.LastSaveUnixSeconds);

    private static void Save(ref CommandContext c) => c.Reply.OkOr(c.Server.Persistence.Save());

    private static void BgSave(ref CommandContext c)
    {
        var schedule = c.Args.Count == 2 && c.Args[1].Is("schedule"u8);
        if (c.Args.Count > 1 && !schedule) c.Reply.Syntax();
        else if (c.Server.Persistence.SaveInBackground(schedule) is { } why) c.Reply.ErrorText(why);
        else c.Reply.Simple("Background saving started"u8);
    }

    private static void BgRewriteAof(ref CommandContext c)
    {
        if (c.Server.Persistence.RewriteInBackground() is { } why) c.Reply.ErrorText(why);
        else c.Reply.Simple("Background append only file rewriting started"u8);
    }

    private static void Shutdown(ref CommandContext c)
    {
        bool save = false, noSave = false, abort = false;
        for (var i = 1; i < c.Args.Count; i++)
        {
            if (c.Args[i].Is("save"u8)) save = true;
            else if (c.Args[i].Is("nosave"u8)) noSave = true;
            else if (c.Args[i].Is("abort"u8)) abort = true;
            else if (!c.Args[i].Is("now"u8) && !c.Args[i].Is("force"u8))
            {
                c.Reply.Syntax();
                return;
            }
        }

        if ((save && noSave) || (abort && c.Args.Count > 2)) c.Reply.Syntax();
        else if (abort) c.Reply.Error("ERR No shutdown in progress."u8);
        else if (c.Server.StopRequested is not { } stop) c.Reply.Error("ERR Errors trying to SHUTDOWN. Check logs."u8);
        else
        {
            // No reply: the client sees its connection close.
            if (save || noSave) c.Server.Live.SaveOnStop = save ? "save" : "nosave";
            c.Session.IsClosing = true;
            stop("SHUTDOWN");
        }
    }

    private static void Role(ref CommandContext c)
    {
        c.Reply.Array(3);
        c.Reply.BulkText("master");
        c.Reply.Integer(0);
        c.Reply.Array(0);
    }

    private static void ReplicaOf(ref CommandContext c)
    {
        if (c.Args[1].Is("no"u8) && c.Args[2].Is("one"u8)) c.Reply.Ok();
        else c.Reply.Error("ERR replication is not supported"u8);
    }

    private static void Lolwut(ref CommandContext c) => c.Reply.Verbatim("txt"u8, Encoding.UTF8.GetBytes(
        $"     __\n  .-'  \\   tercel ver. {ServerVersion.Tercel}\n ( o    )>\n  `-.__/\n"));
}
