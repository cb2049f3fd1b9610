// Why this is correct: the only pointers are those of the command functions below.
using Tercel.Cache.Server.Sessions;
using Tercel.Resp;

namespace Tercel.Cache.Server.Commands.Connection;

/// <summary>PING, ECHO, SELECT, QUIT, RESET.</summary>
internal static unsafe class Greetings
{
    public static void Register(CommandTable table)
    {
        const CommandFlags Quick = CommandFlags.Fast | CommandFlags.Loading;
        const CommandFlags Always = Quick | CommandFlags.NoAuth | CommandFlags.WhileSubscribed | CommandFlags.NotQueued;
        table.Add("PING", -1, Quick | CommandFlags.WhileSubscribed, KeySpec.None, &Ping, "connection", "1.0.0",
            "Returns the server's liveliness response.");
        table.Add("ECHO", 2, Quick, KeySpec.None, &Echo, "connection", "1.0.0", "Returns the given string.");
        table.Add("SELECT", 2, Quick, KeySpec.None, &Select, "connection", "1.0.0", "Changes the selected database.");
        table.Add("QUIT", -1, Always, KeySpec.None, &Quit, "connection", "1.0.0", "Closes the connection.");
        table.Add("RESET", 1, Always, KeySpec.None, &Reset, "connection", "6.2.0", "Resets the connection.");
    }

    private static void Ping(ref CommandContext c)
    {
        if (c.Args.Count > 2)
        {
            c.Reply.WrongArity("ping");
            return;
        }

        var text = c.Args.Count == 2 ? c.Args[1] : default;
        if (c.Session is { SubscriptionCount: > 0, IsResp3: false })
        {
            c.Reply.Array(2);
            c.Reply.Bulk("pong"u8);
            c.Reply.Bulk(text);
        }
        else if (c.Args.Count == 2) c.Reply.Bulk(text);
        else c.Reply.Simple("PONG"u8);
    }

    private static void Echo(ref CommandContext c) => c.Reply.Bulk(c.Args[1]);

    private static void Select(ref CommandContext c)
    {
        if (!RespNumber.TryInteger(c.Args[1], out var index)) c.Reply.NotAnInteger();
        else if (index < 0 || index >= c.Server.Options.Databases) c.Reply.DatabaseOutOfRange();
        else
        {
            c.Session.Database = (int)index;
            c.Reply.Ok();
        }
    }

    private static void Quit(ref CommandContext c)
    {
        c.Session.IsClosing = true;
        c.Reply.Ok();
    }

    private static void Reset(ref CommandContext c)
    {
        var session = c.Session;
        c.Dispatcher.EndTransaction(session);
        session.Loop?.Audience.Forget(session);
        session.Database = 0;
        session.IsResp3 = c.Reply.IsResp3 = false;
        session.User = c.Server.Access.FirstUser;
        session.Profile = null;
        session.Set(SessionStates.RepliesOff | SessionStates.SkipsNextReply, false);
        c.Reply.Simple("RESET"u8);
    }
}
