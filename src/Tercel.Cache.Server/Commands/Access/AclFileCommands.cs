// Why this is correct: the only pointers are those of the command functions below.
using Tercel.Cache.Server.Access;
using Tercel.Cache.Server.Commands.Server;
using Tercel.Resp;

namespace Tercel.Cache.Server.Commands.Access;

/// <summary>ACL SAVE, LOAD and LOG.</summary>
internal static unsafe class AclFileCommands
{
    private const int LogCountUsual = 10;

    private static ReadOnlySpan<byte> NoFile =>
        "ERR This Redis instance is not configured to use an ACL file. You may want to specify users via the ACL "u8
        + "SETUSER command and then issue a CONFIG REWRITE (assuming you have a Redis configuration file set) in "u8
        + "order to store users in the Redis configuration."u8;

    public static void Register(CommandTable table, CommandInfo acl, CommandFlags admin)
    {
        table.AddSub(acl, "SAVE", 2, admin, KeySpec.None, &Save, "6.0.0",
            "Saves the effective ACL rules in the configured ACL file.");
        table.AddSub(acl, "LOAD", 2, admin, KeySpec.None, &Load, "6.0.0",
            "Reloads the rules from the configured ACL file.");
        table.AddSub(acl, "LOG", -2, admin, KeySpec.None, &Log, "6.0.0",
            "Lists recent security events generated due to ACL rules.");
    }

    private static void Save(ref CommandContext c)
    {
        if (c.Server.Access.File is null) c.Reply.Error(NoFile);
        else if (AccessFile.Save(c.Server) is { } why)
            c.Reply.ErrorText($"ERR There was an error trying to save the ACLs: {why}");
        else c.Reply.Ok();
    }

    private static void Load(ref CommandContext c)
    {
        if (c.Server.Access.File is null)
        {
            c.Reply.Error(NoFile);
            return;
        }

        var errors = AccessFile.Load(c.Server);
        if (errors.Count > 0)
        {
            c.Reply.ErrorText("ERR " + string.Join(". ", errors.Select(static error => error.Detail)));
            return;
        }

        DeletedUsers.Disconnect(c.Server, c.Session);
        c.Reply.Ok();
    }

    private static void Log(ref CommandContext c)
    {
        long count = LogCountUsual;
        if (c.Args.Count > 3)
        {
            c.Reply.UnknownSubcommandArity("ACL", c.Args.Text(1));
            return;
        }

        if (c.Args.Count == 3 && c.Args[2].Is("reset"u8))
        {
            c.Server.Access.Log.Reset();
            c.Reply.Ok();
            return;
        }

        if (c.Args.Count == 3 && !RespNumber.TryInteger(c.Args[2], out count))
        {
            c.Reply.NotAnInteger();
            return;
        }

        var entries = c.Server.Access.Log.Newest((int)Math.Clamp(count, 0, int.MaxValue));
        c.Reply.Array(entries.Count);
        foreach (var entry in entries) Write(c.Reply, entry, c.NowMs);
    }

    private static void Write(ReplyWriter reply, AccessLogEntry entry, long nowMs)
    {
        var refusal = entry.Refusal;
        reply.Map(10);
        reply.BulkText("count");
        reply.Integer(entry.Count);
        Pair(reply, "reason", refusal.Denial switch
        {
            AccessDenial.Command => "command",
            AccessDenial.Key => "key",
            AccessDenial.Channel => "channel",
            _ => "auth",
        });
        Pair(reply, "context", refusal.Context);
        Pair(reply, "object", refusal.Object);
        Pair(reply, "username", refusal.User);
        reply.BulkText("age-seconds");
        reply.Double((nowMs - entry.CreatedMs) / 1000.0);
        Pair(reply, "client-info", refusal.Client);
        Number(reply, "entry-id", entry.Id);
        Number(reply, "timestamp-created", entry.CreatedMs);
        Number(reply, "timestamp-last-updated", entry.UpdatedMs);
    }

    private static void Pair(ReplyWriter reply, string name, string value)
    {
        reply.BulkText(name);
        reply.BulkText(value);
    }

    private static void Number(ReplyWriter reply, string name, long value)
    {
        reply.BulkText(name);
        reply.Integer(value);
    }
}
