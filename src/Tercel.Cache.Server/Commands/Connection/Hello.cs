// Why this is correct: the only pointer is that of the command function below.
using System.Text;
using Tercel.Resp;

namespace Tercel.Cache.Server.Commands.Connection;

/// <summary>HELLO: which protocol, and who is there.</summary>
internal static unsafe class Hello
{
    public static void Register(CommandTable table) =>
        table.Add("HELLO", -1,
            CommandFlags.Fast | CommandFlags.Loading | CommandFlags.NoAuth | CommandFlags.SkipMonitor, KeySpec.None,
            &Run, "connection", "6.0.0", "Handshakes with the server.");

    private static void Run(ref CommandContext c)
    {
        var version = c.Session.IsResp3 ? 3L : 2L;
        if (c.Args.Count > 1)
        {
            if (!RespNumber.TryInteger(c.Args[1], out version))
            {
                c.Reply.Error("ERR Protocol version is not an integer or out of range"u8);
                return;
            }

            if (version is not (2 or 3))
            {
                c.Reply.Error("NOPROTO unsupported protocol version"u8);
                return;
            }
        }

        c.Session.IsResp3 = c.Reply.IsResp3 = version == 3;
        Greet(ref c, version);
    }

    private static void Greet(ref CommandContext c, long version)
    {
        var reply = c.Reply;
        reply.Map(7);
        reply.Bulk("server"u8);
        reply.Bulk("redis"u8);
        reply.Bulk("version"u8);
        reply.Bulk(Encoding.ASCII.GetBytes(Admin.ServerVersion.Redis));
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
