// unsafe: takes the addresses of static command functions, which live as long as the process.
namespace Tercel.Cache.Server.Commands.Strings;

/// <summary>The commands on strings.</summary>
internal static unsafe class StringCommands
{
    private const CommandFlags Read = CommandFlags.ReadOnly | CommandFlags.Fast;
    private const CommandFlags Write = CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast;
    private const CommandFlags SlowWrite = CommandFlags.Write | CommandFlags.DenyOom;

    public static void Register(CommandTable table)
    {
        Values(table);
        Parts(table);
        Numbers(table);
    }

    private static void Values(CommandTable table)
    {
        Add(table, "GET", 2, Read, KeySpec.One, &PlainStrings.Get, "1.0.0", "The value of a key.");
        Add(table, "SET", -3, SlowWrite, KeySpec.One, &PlainStrings.Set, "1.0.0",
            "Stores a value, with conditions, an expiry and tags.");
        Add(table, "SETNX", 3, Write, KeySpec.One, &PlainStrings.SetNx, "1.0.0",
            "Stores a value when the key does not exist.");
        Add(table, "SETEX", 4, SlowWrite, KeySpec.One, &PlainStrings.SetEx, "2.0.0",
            "Stores a value with a time to live in seconds.");
        Add(table, "PSETEX", 4, SlowWrite, KeySpec.One, &PlainStrings.PSetEx, "2.6.0",
            "Stores a value with a time to live in milliseconds.");
        Add(table, "GETSET", 3, Write, KeySpec.One, &PlainStrings.GetSet, "1.0.0",
            "Stores a value and returns the one before.");
        Add(table, "GETDEL", 2, CommandFlags.Write | CommandFlags.Fast, KeySpec.One, &PlainStrings.GetDel, "6.2.0",
            "Returns a value and removes its key.");
        Add(table, "GETEX", -2, CommandFlags.Write | CommandFlags.Fast, KeySpec.One, &ExpiringReads.GetEx, "6.2.0",
            "Returns a value and changes its expiry.");
        Add(table, "MGET", -2, Read, KeySpec.All(), &ManyStrings.MGet, "1.0.0", "The values of several keys.");
        Add(table, "MSET", -3, SlowWrite, KeySpec.All(step: 2), &ManyStrings.MSet, "1.0.1", "Stores several values.");
        Add(table, "MSETNX", -3, SlowWrite, KeySpec.All(step: 2), &ManyStrings.MSetNx, "1.0.1",
            "Stores several values when none of the keys exists.");
    }

    private static void Parts(CommandTable table)
    {
        Add(table, "APPEND", 3, Write, KeySpec.One, &StringParts.Append, "2.0.0", "Adds bytes at the end of a value.");
        Add(table, "STRLEN", 2, Read, KeySpec.One, &StringParts.StrLen, "2.2.0", "The length of a value.");
        Add(table, "SETRANGE", 4, SlowWrite, KeySpec.One, &StringParts.SetRange, "2.2.0",
            "Overwrites a part of a value.").Growth = &StringGrowth.OfRange;
        Add(table, "GETRANGE", 4, CommandFlags.ReadOnly, KeySpec.One, &StringParts.GetRange, "2.4.0",
            "A part of a value.");
        Add(table, "SUBSTR", 4, CommandFlags.ReadOnly, KeySpec.One, &StringParts.GetRange, "1.0.0",
            "A part of a value (the old name of GETRANGE).");
        Add(table, "LCS", -3, CommandFlags.ReadOnly, KeySpec.Two, &LongestCommon.Lcs, "7.0.0",
            "The longest common subsequence of two values.");
    }

    private static void Numbers(CommandTable table)
    {
        Add(table, "INCR", 2, Write, KeySpec.One, &Counters.Incr, "1.0.0", "Adds one to an integer.");
        Add(table, "DECR", 2, Write, KeySpec.One, &Counters.Decr, "1.0.0", "Takes one from an integer.");
        Add(table, "INCRBY", 3, Write, KeySpec.One, &Counters.IncrBy, "1.0.0", "Adds to an integer.");
        Add(table, "DECRBY", 3, Write, KeySpec.One, &Counters.DecrBy, "1.0.0", "Takes from an integer.");
        Add(table, "INCRBYFLOAT", 3, Write, KeySpec.One, &Counters.IncrByFloat, "2.6.0",
            "Adds to a floating point number.");
    }

    private static CommandInfo Add(
        CommandTable table, string name, int arity, CommandFlags flags, KeySpec keys,
        delegate*<ref CommandContext, void> run, string since, string summary) =>
        table.Add(name, arity, flags, keys, run, "string", since, summary);
}
