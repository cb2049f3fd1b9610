// Why this is correct: it only compares the command functions of the table with null.
using System.Diagnostics.CodeAnalysis;
using Tercel.Cache.Server.Commands;
using Tercel.Resp;

namespace Tercel.Cache.Server.Sessions;

/// <summary>From the words of a client to a command with the right number of arguments, or the error.</summary>
internal static unsafe class CommandLookup
{
    public static bool TryFind(
        CommandTable table, in CommandArgs args, ReplyWriter reply, [NotNullWhen(true)] out CommandInfo? info)
    {
        if (!table.TryFind(args[0], out info))
        {
            reply.UnknownCommand(args);
            return false;
        }

        if (info.Subcommands is not null && args.Count > 1)
        {
            var container = info;
            if (table.TryFindSub(container, args[1], out var subcommand)) info = subcommand;
            else if (container.Run is null)
            {
                reply.UnknownSubcommand(container, args[1]);
                return false;
            }
        }

        if (IsArity(info, args.Count)) return true;
        reply.WrongArity(info.FullName);
        return false;
    }

    private static bool IsArity(CommandInfo info, int count) =>
        info.Arity >= 0 ? count == info.Arity : count >= -info.Arity;
}
