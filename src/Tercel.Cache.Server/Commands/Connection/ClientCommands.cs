// Why this is correct: the only pointers are those of the command functions below.
using System.Text;
using Tercel.Cache.Server.Commands.Server;
using Tercel.Cache.Server.Sessions;
using Tercel.Resp;

namespace Tercel.Cache.Server.Commands.Connection;

/// <summary>CLIENT INFO, LIST, KILL, REPLY, PAUSE, UNPAUSE, HELP; see <see cref="ClientNames"/> for others.</summary>
internal static unsafe class ClientCommands
{
    private const string Lines =
        """
        CACHING (YES|NO)
            Enable/disable tracking of the keys for next command in OPTIN/OPTOUT modes.
        GETREDIR
            Return the client ID we are redirecting to when tracking is enabled.
        GETNAME
            Return the name of the current connection.
        ID
            Return the ID of the current connection.
        INFO
            Return information about the current client connection.
        KILL <ip:port>
            Kill connection made from <ip:port>.
        KILL <option> <value> [<option> <value> [...]]
            Kill connections. Options are:
            * ADDR (<ip:port>|<unixsocket>:0)
              Kill connections made from the specified address
            * LADDR (<ip:port>|<unixsocket>:0)
              Kill connections made to specified local address
            * TYPE (NORMAL|MASTER|REPLICA|PUBSUB)
              Kill connections by type.
            * USER <username>
              Kill connections authenticated by <username>.
            * SKIPME (YES|NO)
              Skip killing current connection (default: yes).
            * ID <client-id>
              Kill connections by client id.
            * MAXAGE <maxage>
              Kill connections older than the specified age.
        LIST [options ...]
            Return information about client connections. Options:
            * TYPE (NORMAL|MASTER|REPLICA|PUBSUB)
              Return clients of specified type.
            * ID <client-id> [<client-id> ...]
              Return clients of specified IDs only.
        UNPAUSE
            Stop the current client pause, resuming traffic.
        PAUSE <timeout> [WRITE|ALL]
            Suspend all, or just write, clients for <timeout> milliseconds.
        REPLY (ON|OFF|SKIP)
            Control the replies sent to the current connection.
        SETNAME <name>
            Assign the name <name> to the current connection.
        SETINFO <option> <value>
            Set client meta attr. Options are:
            * LIB-NAME: the client lib name.
            * LIB-VER: the client lib version.
        UNBLOCK <clientid> [TIMEOUT|ERROR]
            Unblock the specified blocked client.
        TRACKING (ON|OFF) [REDIRECT <id>] [BCAST] [PREFIX <prefix> [...]]
                 [OPTIN] [OPTOUT] [NOLOOP]
            Control server assisted client side caching.
        TRACKINGINFO
            Report tracking status for the current connection.
        NO-EVICT (ON|OFF)
            Protect current client connection from eviction.
        NO-TOUCH (ON|OFF)
            Will not touch LRU/LFU stats when this mode is on.
        """;

    public static void Register(CommandTable table)
    {
        const CommandFlags Flags = CommandFlags.Loading;
        const CommandFlags Admin = CommandFlags.Admin | CommandFlags.Dangerous | CommandFlags.Loading;
        var client = table.Add("CLIENT", -2, CommandFlags.None, KeySpec.None, null, "connection", "2.4.0",
            "A container for client connection commands.");
        ClientNames.Register(table, client);
        table.AddSub(client, "INFO", 2, Flags, KeySpec.None, &Info, "6.2.0",
            "Returns information about the connection.");
        table.AddSub(client, "LIST", -2, Admin, KeySpec.None, &List, "2.4.0", "Lists open connections.");
        table.AddSub(client, "KILL", -3, Admin, KeySpec.None, &Kill, "2.4.0", "Terminates open connections.");
        table.AddSub(client, "REPLY", 3, Flags, KeySpec.None, &Reply, "3.2.0",
            "Instructs the server whether to reply to commands.");
        table.AddSub(client, "PAUSE", -3, Admin, KeySpec.None, &Pause, "3.0.0", "Suspends commands processing.");
        table.AddSub(client, "UNPAUSE", 2, Admin, KeySpec.None, &Unpause, "6.2.0",
            "Resumes processing commands from paused clients.");
        table.AddSub(client, "HELP", 2, Flags, KeySpec.None, &Help, "5.0.0",
            "Returns helpful text about the different subcommands.");
    }

    private static void Info(ref CommandContext c) =>
        c.Reply.Verbatim("txt"u8, Encoding.UTF8.GetBytes(ClientLine.Of(c.Session, c.NowMs) + "\n"));

    private static void List(ref CommandContext c)
    {
        string? type = null;
        HashSet<long>? ids = null;
        if (c.Args.Count == 4 && c.Args[2].Is("type"u8))
        {
            type = c.Args.Text(3).ToLowerInvariant();
            if (!ClientFilter.IsType(type))
            {
                c.Reply.ErrorText($"ERR Unknown client type '{c.Args.Text(3)}'");
                return;
            }
        }
        else if (c.Args.Count > 3 && c.Args[2].Is("id"u8))
        {
            if (!TryIds(ref c, ids = [])) return;
        }
        else if (c.Args.Count > 2)
        {
            c.Reply.Syntax();
            return;
        }

        var text = new StringBuilder();
        foreach (var session in c.Server.Sessions.All())
            if ((type is null || ClientFilter.TypeOf(session) == type) && (ids is null || ids.Contains(session.Id)))
                text.Append(ClientLine.Of(session, c.NowMs)).Append('\n');
        c.Reply.Verbatim("txt"u8, Encoding.UTF8.GetBytes(text.ToString()));
    }

    private static bool TryIds(ref CommandContext c, HashSet<long> ids)
    {
        for (var i = 3; i < c.Args.Count; i++)
        {
            if (!RespNumber.TryInteger(c.Args[i], out var id) || id < 1)
            {
                c.Reply.Error("ERR Invalid client ID"u8);
                return false;
            }

            ids.Add(id);
        }

        return true;
    }

    private static void Kill(ref CommandContext c)
    {
        if (c.Args.Count == 3)
        {
            KillAddress(ref c);
            return;
        }

        if (ClientFilter.Read(ref c) is not { } filter) return;
        var killed = 0;
        foreach (var session in c.Server.Sessions.All())
        {
            if (!filter.Matches(session, c.NowMs) || (filter.SkipsCaller && session == c.Session)) continue;
            Close(session, c.Session);
            killed++;
        }

        c.Reply.Integer(killed);
    }

    // The form of before Redis 2.8.12: one address, the caller's own included.
    private static void KillAddress(ref CommandContext c)
    {
        var address = c.Args.Text(2);
        foreach (var session in c.Server.Sessions.All())
        {
            if (ClientLine.AddressOf(session) != address) continue;
            Close(session, c.Session);
            c.Reply.Ok();
            return;
        }

        c.Reply.Error("ERR No such client"u8);
    }

    private static void Close(Session session, Session caller)
    {
        // One's own reply is still to leave.
        if (session == caller) session.IsClosing = true;
        else session.Connection?.Abort();
    }

    private static void Reply(ref CommandContext c)
    {
        var mode = c.Args[2];
        if (mode.Is("on"u8))
        {
            c.Session.Set(SessionStates.RepliesOff | SessionStates.SkipsNextReply, false);
            c.Reply.Ok();
        }
        else if (mode.Is("off"u8)) c.Session.Set(SessionStates.RepliesOff, true);
        else if (!mode.Is("skip"u8)) c.Reply.Syntax();
        else if (!c.Session.Has(SessionStates.RepliesOff)) c.Session.Set(SessionStates.SkipsNextReply, true);
    }

    private static void Pause(ref CommandContext c)
    {
        var all = true;
        if (c.Args.Count > 4)
        {
            c.Reply.Syntax();
            return;
        }

        if (c.Args.Count == 4)
        {
            all = c.Args[3].Is("all"u8);
            if (!all && !c.Args[3].Is("write"u8))
            {
                c.Reply.Error("ERR CLIENT PAUSE mode must be WRITE or ALL"u8);
                return;
            }
        }

        if (!RespNumber.TryInteger(c.Args[2], out var ms) || ms > long.MaxValue - c.NowMs)
            c.Reply.Error("ERR timeout is not an integer or out of range"u8);
        else if (ms < 0) c.Reply.Error("ERR timeout is negative"u8);
        else
        {
            c.Server.Pause.Begin(c.NowMs + ms, all);
            c.Reply.Ok();
        }
    }

    private static void Unpause(ref CommandContext c)
    {
        c.Server.Pause.End();
        c.Reply.Ok();
    }

    private static void Help(ref CommandContext c) => c.Reply.Help("CLIENT", Lines);
}
