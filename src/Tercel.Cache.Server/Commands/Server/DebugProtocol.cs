using Tercel.Resp;

namespace Tercel.Cache.Server.Commands.Server;

/// <summary>DEBUG PROTOCOL: one value of each type, for clients that test what they read.</summary>
internal static class DebugProtocol
{
    public static void Reply(ref CommandContext c)
    {
        if (!DebugCommands.IsEnabled(ref c)) return;
        var reply = c.Reply;
        switch (c.Args.Text(2).ToLowerInvariant())
        {
            case "string": reply.Bulk("Hello World"u8); break;
            case "integer": reply.Integer(12345); break;
            case "double": reply.Double(3.141); break;
            case "null": reply.Null(); break;
            case "bignum": reply.BigNumber("1234567999999999999999999999999999999"u8); break;
            case "true": reply.Boolean(true); break;
            case "false": reply.Boolean(false); break;
            case "verbatim": reply.Verbatim("txt"u8, "This is a verbatim\nstring"u8); break;
            case "array":
                reply.Array(3);
                for (var i = 0; i < 3; i++) reply.Integer(i);
                break;
            case "set":
                reply.Set(3);
                for (var i = 0; i < 3; i++) reply.Integer(i);
                break;
            case "map":
                reply.Map(3);
                for (var i = 0; i < 3; i++)
                {
                    reply.Integer(i);
                    reply.Boolean(i == 1);
                }

                break;
            case "attrib": Attribute(reply); break;
            case "push": Push(reply); break;
            default:
                reply.Error(
                    "ERR Wrong protocol type name. Please use one of the following: string|integer|double|bignum|"u8
                    + "null|array|set|map|attrib|push|verbatim|true|false"u8);
                break;
        }
    }

    private static void Attribute(ReplyWriter reply)
    {
        if (reply.IsResp3)
        {
            reply.Raw("|1\r\n"u8);
            reply.Bulk("key-popularity"u8);
            reply.Array(2);
            reply.Bulk("key:123"u8);
            reply.Integer(90);
        }

        reply.Bulk("Some real reply following the attribute"u8);
    }

    private static void Push(ReplyWriter reply)
    {
        if (!reply.IsResp3)
        {
            reply.Error("ERR RESP2 is not supported by this command"u8);
            return;
        }

        reply.Push(2);
        reply.Bulk("server-cpu-usage"u8);
        reply.Integer(42);
        reply.Bulk("Some real reply following the push reply"u8);
    }
}
