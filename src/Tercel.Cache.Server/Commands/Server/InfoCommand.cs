// Why this is correct: the only pointer is that of the command function below.
using System.Text;
using Tercel.Cache.Server.Admin;

namespace Tercel.Cache.Server.Commands.Server;

/// <summary>INFO.</summary>
internal static unsafe class InfoCommand
{
    public static void Register(CommandTable table) =>
        table.Add("INFO", -1, CommandFlags.Dangerous | CommandFlags.Loading, KeySpec.None, &Info, "server", "1.0.0",
            "Returns information and statistics about the server.");

    private static void Info(ref CommandContext c)
    {
        var words = new List<string>();
        for (var i = 1; i < c.Args.Count; i++) words.Add(c.Args.Text(i));
        c.Reply.Verbatim("txt"u8, Encoding.UTF8.GetBytes(InfoSections.Write(c.Server, words)));
    }
}
