using System.Text;
using Tercel.Resp;

namespace Tercel.Cache.Server.Commands.Server;

/// <summary>Replies of the commands for operators, who are few: text is encoded on the way.</summary>
internal static class AdminReplies
{
    public static void BulkText(this ReplyWriter reply, string text) => reply.Bulk(Encoding.UTF8.GetBytes(text));

    public static void SimpleText(this ReplyWriter reply, string text) => reply.Simple(Encoding.UTF8.GetBytes(text));

    /// <summary>An error; line breaks in it become spaces.</summary>
    public static void ErrorText(this ReplyWriter reply, string text) => reply.Error(Encoding.UTF8.GetBytes(text));

    /// <summary>An argument as text; what is no UTF-8 is replaced.</summary>
    public static string Text(this in CommandArgs args, int index) => Encoding.UTF8.GetString(args[index]);

    /// <summary>The reply of a HELP subcommand.</summary>
    public static void Help(this ReplyWriter reply, string command, string lines)
    {
        var body = lines.Split('\n');
        reply.Array(body.Length + 3);
        reply.SimpleText($"{command} <subcommand> [<arg> [value] [opt] ...]. Subcommands are:");
        foreach (var line in body) reply.SimpleText(line.TrimEnd('\r'));
        reply.SimpleText("HELP");
        reply.SimpleText("    Prints this help.");
    }

    public static void UnknownSubcommandArity(this ReplyWriter reply, string command, string subcommand) =>
        reply.ErrorText(
            $"ERR unknown subcommand or wrong number of arguments for '{subcommand}'. Try {command} HELP.");

    /// <summary>OK for null, else the error.</summary>
    public static void OkOr(this ReplyWriter reply, string? error)
    {
        if (error is null) reply.Ok();
        else reply.ErrorText(error);
    }
}
