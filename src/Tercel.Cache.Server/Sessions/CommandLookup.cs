// Why this is correct: it only compares the command functions of the table with null, and reads the first argument
// where it lies.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Tercel.Cache.Server.Commands;
using Tercel.Resp;

namespace Tercel.Cache.Server.Sessions;

/// <summary>From the words of a client to a command with the right number of arguments.</summary>
internal static unsafe class CommandLookup
{
    /// <summary>Finds the command; with <see cref="LookupResult.UnknownSubcommand"/>, its container.</summary>
    public static LookupResult Find(CommandTable table, in CommandArgs args, out CommandInfo? info)
    {
        var name = args[0];
        var isFound = name.Length > CommandNames.NameBytesMax
            ? table.TryFind(name, out info)
            : table.Names.TryFind(
                (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(name)), name.Length, out info);
        if (!isFound || info is null) return LookupResult.Unknown;
        if (info.Subcommands is not null && args.Count > 1)
        {
            if (table.TryFindSub(info, args[1], out var subcommand)) info = subcommand;
            else if (info.Run is null) return LookupResult.UnknownSubcommand;
        }

        return info.TakesArguments(args.Count) ? LookupResult.Found : LookupResult.WrongArity;
    }

    /// <summary>Says why a command was not found.</summary>
    public static void Refuse(LookupResult found, CommandInfo? info, in CommandArgs args, ReplyWriter reply)
    {
        if (info is null) reply.UnknownCommand(args);
        else if (found == LookupResult.UnknownSubcommand) reply.UnknownSubcommand(info, args[1]);
        else reply.WrongArity(info.FullName);
    }
}

/// <summary>What became of looking for a command.</summary>
internal enum LookupResult : byte
{
    Found,
    Unknown,
    UnknownSubcommand,
    WrongArity,
}
