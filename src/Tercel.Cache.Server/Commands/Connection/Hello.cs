// Why this is correct: the only pointer is that of the command function below.
using System.Text;
using Tercel.Cache.Server.Admin;
using Tercel.Cache.Server.Commands.Access;
using Tercel.Cache.Server.Commands.Server;
using Tercel.Cache.Server.Sessions;
using Tercel.Resp;

namespace Tercel.Cache.Server.Commands.Connection;

/// <summary>HELLO: which protocol, who is there, and what it is called.</summary>
internal static unsafe class Hello
{
    public static void Register(CommandTable table) =>
        table.Add("HELLO", -1,
            CommandFlags.Fast | CommandFlags.Loading | CommandFlags.NoAuth | CommandFlags.SkipMonitor, KeySpec.None,
            &Run, "connection", "6.0.0", "Handshakes with the server.");

    private static void Run(ref CommandContext c)
    {
        var version = c.Session.IsResp3 ? 3L : 2L;
        if (c.Args.Count > 1 && !TryVersion(ref c, out version)) return;
        if (!TryOptions(ref c, out var user, out var name)) return;
        if (user > 0 && !AuthCommand.TryLogin(ref c, c.Args[user], c.Args[user + 1])) return;
        if (c.Session.User is null)
        {
            c.Reply.HelloNeedsAuth();
            return;
        }

        if (name > 0)
        {
            var text = Encoding.UTF8.GetString(c.Args[name]);
            c.Session.Profile = (c.Session.Profile ?? ClientProfile.Nothing) with { Name = text };
        }

        c.Session.IsResp3 = c.Reply.IsResp3 = version == 3;
        Greet(ref c, version);
    }

    private static bool TryVersion(ref CommandContext c, out long version)
    {
        if (!RespNumber.TryInteger(c.Args[1], out version))
        {
            c.Reply.Error("ERR Protocol version is not an integer or out of range"u8);
            return false;
        }

        if (version is 2 or 3) return true;
        c.Reply.Error("NOPROTO unsupported protocol version"u8);
        return false;
    }

    /// <summary>Finds where the user and the client's name stand; 0 = not given.</summary>
    private static bool TryOptions(ref CommandContext c, out int user, out int name)
    {
        user = name = 0;
        for (var i = 2; i < c.Args.Count; i++)
        {
            var left = c.Args.Count - 1 - i;
            if (c.Args[i].Is("auth"u8) && left >= 2)
            {
                user = i + 1;
                i += 2;
            }
            else if (c.Args[i].Is("setname"u8) && left >= 1)
            {
                name = ++i;
                if (ClientNames.IsPrintable(c.Args[i])) continue;
                c.Reply.ClientNameInvalid();
                return false;
            }
            else
            {
                c.ReplyQuoting("ERR Syntax error in HELLO option '"u8, c.Args[i], "'"u8);
                return false;
            }
        }

        return true;
    }

    private static void Greet(ref CommandContext c, long version)
    {
        var reply = c.Reply;
        reply.Map(7);
        reply.Bulk("server"u8);
        reply.Bulk("redis"u8);
        reply.Bulk("version"u8);
        reply.BulkText(ServerVersion.Redis);
        reply.Bulk("proto"u8);
        reply.Integer(version);
        reply.Bulk("id"u8);
        reply.Integer(c.Session.Id);
        reply.Bulk("mode"u8);
        reply.Bulk("standalone"u8);
        reply.Bulk("role"u8);
        reply.Bulk("master"u8);
        reply.Bulk("modules"u8);
        reply.Array(0);
    }
}
