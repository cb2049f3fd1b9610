// unsafe: takes the addresses of static command functions, which live as long as the process.
namespace Tercel.Cache.Server.Commands.Keys;

/// <summary>The commands on keys of any kind and on whole databases.</summary>
internal static unsafe class KeyCommands
{
    private const CommandFlags Read = CommandFlags.ReadOnly | CommandFlags.Fast;
    private const CommandFlags Write = CommandFlags.Write | CommandFlags.Fast;

    public static void Register(CommandTable table)
    {
        Removals(table);
        Expiries(table);
        Moves(table);
        Walks(table);
        Databases(table);
    }

    private static void Removals(CommandTable table)
    {
        Add(table, "DEL", -2, CommandFlags.Write, KeySpec.All(), &KeyRemoval.Del, "1.0.0", "Removes keys.");
        Add(table, "UNLINK", -2, Write, KeySpec.All(), &KeyRemoval.Del, "4.0.0",
            "Removes keys; large values are freed in the background.");
        Add(table, "EXISTS", -2, Read, KeySpec.All(), &KeyRemoval.Exists, "1.0.0", "How many of the keys exist.");
        Add(table, "TOUCH", -2, Read, KeySpec.All(), &KeyRemoval.Touch, "3.2.1",
            "Counts as an access to the keys; how many exist.");
        Add(table, "TYPE", 2, Read, KeySpec.One, &KeyRemoval.Type, "1.0.0", "The kind of value a key holds.");
    }

    private static void Expiries(CommandTable table)
    {
        Add(table, "EXPIRE", -3, Write, KeySpec.One, &ExpiryWrites.Expire, "1.0.0",
            "Sets the time to live in seconds.");
        Add(table, "PEXPIRE", -3, Write, KeySpec.One, &ExpiryWrites.PExpire, "2.6.0",
            "Sets the time to live in milliseconds.");
        Add(table, "EXPIREAT", -3, Write, KeySpec.One, &ExpiryWrites.ExpireAt, "1.2.0",
            "Sets the expiry as Unix time in seconds.");
        Add(table, "PEXPIREAT", -3, Write, KeySpec.One, &ExpiryWrites.PExpireAt, "2.6.0",
            "Sets the expiry as Unix time in milliseconds.");
        Add(table, "PERSIST", 2, Write, KeySpec.One, &ExpiryWrites.Persist, "2.2.0", "Removes the expiry.");
        Add(table, "TTL", 2, Read, KeySpec.One, &ExpiryReads.Ttl, "1.0.0", "The time to live in seconds.");
        Add(table, "PTTL", 2, Read, KeySpec.One, &ExpiryReads.PTtl, "2.6.0", "The time to live in milliseconds.");
        Add(table, "EXPIRETIME", 2, Read, KeySpec.One, &ExpiryReads.ExpireTime, "7.0.0",
            "The expiry as Unix time in seconds.");
        Add(table, "PEXPIRETIME", 2, Read, KeySpec.One, &ExpiryReads.PExpireTime, "7.0.0",
            "The expiry as Unix time in milliseconds.");
    }

    private static void Moves(CommandTable table)
    {
        Add(table, "RENAME", 3, CommandFlags.Write, KeySpec.Two, &KeyMoves.Rename, "1.0.0", "Renames a key.");
        Add(table, "RENAMENX", 3, Write, KeySpec.Two, &KeyMoves.RenameNx, "1.0.0",
            "Renames a key when the new one does not exist.");
        Add(table, "COPY", -3, CommandFlags.Write | CommandFlags.DenyOom, KeySpec.Two, &KeyMoves.Copy,
            "6.2.0", "Copies a value to another key.").Growth = &StringGrowth.OfCopy;
        Add(table, "MOVE", 3, Write, KeySpec.One, &KeyMoves.Move, "1.0.0",
            "Moves a key to another database.");
    }

    private static void Walks(CommandTable table)
    {
        Add(table, "SCAN", -2, CommandFlags.ReadOnly, KeySpec.None, &KeyWalks.Scan, "2.8.0",
            "Goes over the keys of a database step by step.");
        Add(table, "KEYS", 2, CommandFlags.ReadOnly | CommandFlags.Dangerous, KeySpec.None, &KeyWalks.Keys, "1.0.0",
            "All keys that match a pattern.");
        Add(table, "RANDOMKEY", 1, CommandFlags.ReadOnly, KeySpec.None, &KeyWalks.RandomKey, "1.0.0",
            "A key picked at random.");
        Add(table, "SORT", -2, CommandFlags.Write | CommandFlags.DenyOom, KeySpec.Everything(1), &SortCommand.Sort,
            "1.0.0", "Sorts the elements of a list, set or sorted set.");
        Add(table, "SORT_RO", -2, CommandFlags.ReadOnly, KeySpec.Everything(1), &SortCommand.SortRo, "7.0.0",
            "Sorts without storing.");
        Add(table, "DUMP", 2, CommandFlags.ReadOnly, KeySpec.One, &DumpCommands.Dump, "2.6.0",
            "A value as a payload for RESTORE.");
        Add(table, "RESTORE", -4, CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Dangerous, KeySpec.One,
            &DumpCommands.Restore, "2.6.0", "Stores a value from a payload of DUMP.");
        ObjectCommands.Register(table);
    }

    private static void Databases(CommandTable table)
    {
        Add(table, "DBSIZE", 1, Read, KeySpec.None, &WholeDatabases.DbSize, "1.0.0",
            "The number of keys of a database.");
        Add(table, "FLUSHDB", -1, CommandFlags.Write | CommandFlags.Dangerous, KeySpec.WholeKeyspace,
            &WholeDatabases.FlushDb, "1.0.0", "Removes all keys of a database.");
        Add(table, "FLUSHALL", -1, CommandFlags.Write | CommandFlags.Dangerous, KeySpec.WholeKeyspace,
            &WholeDatabases.FlushAll, "1.0.0", "Removes all keys.");
        Add(table, "SWAPDB", 3, Write | CommandFlags.Dangerous, KeySpec.WholeKeyspace, &WholeDatabases.SwapDb, "4.0.0",
            "Exchanges two databases.");
    }

    private static CommandInfo Add(
        CommandTable table, string name, int arity, CommandFlags flags, KeySpec keys,
        delegate*<ref CommandContext, void> run, string since, string summary) =>
        table.Add(name, arity, flags, keys, run, "generic", since, summary);
}
