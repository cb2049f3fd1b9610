// unsafe: takes the addresses of static command functions, which live as long as the process.
namespace Tercel.Cache.Server.Commands.Lists;

/// <summary>The commands on lists.</summary>
internal static unsafe class ListCommands
{
    private const CommandFlags FastWrite = CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast;
    private const CommandFlags SlowWrite = CommandFlags.Write | CommandFlags.DenyOom;
    private const CommandFlags Blocking = CommandFlags.Write | CommandFlags.Blocking;

    public static void Register(CommandTable table)
    {
        Ends(table);
        Parts(table);
        Moves(table);
    }

    private static void Ends(CommandTable table)
    {
        Add(table, "LPUSH", -3, FastWrite, KeySpec.One, &ListPushes.LPush, "1.0.0", "Adds elements at the head.");
        Add(table, "RPUSH", -3, FastWrite, KeySpec.One, &ListPushes.RPush, "1.0.0", "Adds elements at the tail.");
        Add(table, "LPUSHX", -3, FastWrite, KeySpec.One, &ListPushes.LPushX, "2.2.0",
            "Adds elements at the head of a list that exists.");
        Add(table, "RPUSHX", -3, FastWrite, KeySpec.One, &ListPushes.RPushX, "2.2.0",
            "Adds elements at the tail of a list that exists.");
        Add(table, "LPOP", -2, CommandFlags.Write | CommandFlags.Fast, KeySpec.One, &ListPops.LPop, "1.0.0",
            "Takes elements off the head.");
        Add(table, "RPOP", -2, CommandFlags.Write | CommandFlags.Fast, KeySpec.One, &ListPops.RPop, "1.0.0",
            "Takes elements off the tail.");
        Add(table, "LMPOP", -4, CommandFlags.Write, KeySpec.Counted(1), &ListPops.LMPop, "7.0.0",
            "Takes elements off the first of several lists that is not empty.");
        Add(table, "BLPOP", -3, Blocking, KeySpec.All(trailing: 1), &ListPops.BLPop, "2.0.0",
            "Takes an element off the head of the first list that has one; waits for it.");
        Add(table, "BRPOP", -3, Blocking, KeySpec.All(trailing: 1), &ListPops.BRPop, "2.0.0",
            "Takes an element off the tail of the first list that has one; waits for it.");
        Add(table, "BLMPOP", -5, Blocking, KeySpec.Counted(2), &ListPops.BLMPop, "7.0.0",
            "Takes elements off the first of several lists that is not empty; waits for one.");
    }

    private static void Parts(CommandTable table)
    {
        Add(table, "LLEN", 2, CommandFlags.ReadOnly | CommandFlags.Fast, KeySpec.One, &ListReads.LLen, "1.0.0",
            "The number of elements.");
        Add(table, "LRANGE", 4, CommandFlags.ReadOnly, KeySpec.One, &ListReads.LRange, "1.0.0",
            "The elements of a range.");
        Add(table, "LINDEX", 3, CommandFlags.ReadOnly, KeySpec.One, &ListReads.LIndex, "1.0.0",
            "The element at an index.");
        Add(table, "LPOS", -3, CommandFlags.ReadOnly, KeySpec.One, &ListPositions.LPos, "6.0.6",
            "The indexes of equal elements.");
        Add(table, "LSET", 4, SlowWrite, KeySpec.One, &ListEdits.LSet, "1.0.0", "Replaces the element at an index.");
        Add(table, "LINSERT", 5, SlowWrite, KeySpec.One, &ListEdits.LInsert, "2.2.0",
            "Inserts an element beside another one.");
        Add(table, "LREM", 4, CommandFlags.Write, KeySpec.One, &ListEdits.LRem, "1.0.0", "Removes equal elements.");
        Add(table, "LTRIM", 4, CommandFlags.Write, KeySpec.One, &ListEdits.LTrim, "1.0.0", "Keeps a range only.");
    }

    private static void Moves(CommandTable table)
    {
        Add(table, "LMOVE", 5, SlowWrite, KeySpec.Two, &ListMoves.LMove, "6.2.0",
            "Moves an element from one list to another.");
        Add(table, "RPOPLPUSH", 3, SlowWrite, KeySpec.Two, &ListMoves.RPopLPush, "1.2.0",
            "Moves an element from the tail of a list to the head of another.");
        Add(table, "BLMOVE", 6, Blocking | CommandFlags.DenyOom, KeySpec.Two, &ListMoves.BLMove, "6.2.0",
            "Moves an element from one list to another; waits for it.");
        Add(table, "BRPOPLPUSH", 4, Blocking | CommandFlags.DenyOom, KeySpec.Two, &ListMoves.BRPopLPush, "2.2.0",
            "Moves an element from the tail of a list to the head of another; waits for it.");
    }

    private static void Add(
        CommandTable table, string name, int arity, CommandFlags flags, KeySpec keys,
        delegate*<ref CommandContext, void> run, string since, string summary) =>
        table.Add(name, arity, flags, keys, run, "list", since, summary);
}
