// unsafe: takes the addresses of static command functions, which live as long as the process.
namespace Tercel.Cache.Server.Commands.Hashes;

/// <summary>The commands on hashes.</summary>
internal static unsafe class HashCommands
{
    private const CommandFlags FastRead = CommandFlags.ReadOnly | CommandFlags.Fast;
    private const CommandFlags FastWrite = CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast;
    private const CommandFlags FastRemoval = CommandFlags.Write | CommandFlags.Fast;

    public static void Register(CommandTable table)
    {
        Writes(table);
        Reads(table);
        Expiries(table);
        table.MarkElements(
            "HSET", "HMSET", "HSETNX", "HDEL", "HINCRBY", "HINCRBYFLOAT", "HGET", "HMGET", "HSTRLEN", "HEXISTS");
    }

    private static void Writes(CommandTable table)
    {
        Add(table, "HSET", -4, FastWrite, &HashWrites.HSet, "2.0.0", "Stores fields with their values.");
        Add(table, "HMSET", -4, FastWrite, &HashWrites.HMSet, "2.0.0",
            "Stores fields with their values (the old form of HSET).");
        Add(table, "HSETNX", 4, FastWrite, &HashWrites.HSetNx, "2.0.0", "Stores a field when it does not exist.");
        Add(table, "HDEL", -3, FastRemoval, &HashWrites.HDel, "2.0.0", "Removes fields.");
        Add(table, "HGETDEL", -5, FastRemoval, &HashWrites.HGetDel, "8.0.0",
            "Returns the values of fields and removes them.");
        Add(table, "HINCRBY", 4, FastWrite, &HashCounters.HIncrBy, "2.0.0", "Adds to an integer in a field.");
        Add(table, "HINCRBYFLOAT", 4, FastWrite, &HashCounters.HIncrByFloat, "2.6.0",
            "Adds to a floating point number in a field.");
    }

    private static void Reads(CommandTable table)
    {
        Add(table, "HGET", 3, FastRead, &HashReads.HGet, "2.0.0", "The value of a field.");
        Add(table, "HMGET", -3, FastRead, &HashReads.HMGet, "2.0.0", "The values of several fields.");
        Add(table, "HLEN", 2, FastRead, &HashReads.HLen, "2.0.0", "The number of fields.");
        Add(table, "HSTRLEN", 3, FastRead, &HashReads.HStrLen, "3.2.0", "The length of a field's value.");
        Add(table, "HEXISTS", 3, FastRead, &HashReads.HExists, "2.0.0", "Whether a field exists.");
        Add(table, "HGETALL", 2, CommandFlags.ReadOnly, &HashReads.HGetAll, "2.0.0", "All fields with their values.");
        Add(table, "HKEYS", 2, CommandFlags.ReadOnly, &HashReads.HKeys, "2.0.0", "The names of all fields.");
        Add(table, "HVALS", 2, CommandFlags.ReadOnly, &HashReads.HVals, "2.0.0", "The values of all fields.");
        Add(table, "HRANDFIELD", -2, CommandFlags.ReadOnly, &RandomFields.HRandField, "6.2.0",
            "Fields picked at random.");
        Add(table, "HSCAN", -3, CommandFlags.ReadOnly, &HashScan.HScan, "2.8.0", "Walks the fields step by step.");
    }

    private static void Expiries(CommandTable table)
    {
        Add(table, "HEXPIRE", -6, FastWrite, &FieldExpiryWrites.HExpire, "7.4.0",
            "Gives fields a time to live in seconds.");
        Add(table, "HPEXPIRE", -6, FastWrite, &FieldExpiryWrites.HPExpire, "7.4.0",
            "Gives fields a time to live in milliseconds.");
        Add(table, "HEXPIREAT", -6, FastWrite, &FieldExpiryWrites.HExpireAt, "7.4.0",
            "Sets when fields expire, as Unix time in seconds.");
        Add(table, "HPEXPIREAT", -6, FastWrite, &FieldExpiryWrites.HPExpireAt, "7.4.0",
            "Sets when fields expire, as Unix time in milliseconds.");
        Add(table, "HPERSIST", -5, FastRemoval, &FieldExpiryWrites.HPersist, "7.4.0",
            "Takes the expiry of fields away.");
        Add(table, "HTTL", -5, FastRead, &FieldExpiryReads.HTtl, "7.4.0", "The time fields have to live, in seconds.");
        Add(table, "HPTTL", -5, FastRead, &FieldExpiryReads.HPTtl, "7.4.0",
            "The time fields have to live, in milliseconds.");
        Add(table, "HEXPIRETIME", -5, FastRead, &FieldExpiryReads.HExpireTime, "7.4.0",
            "When fields expire, as Unix time in seconds.");
        Add(table, "HPEXPIRETIME", -5, FastRead, &FieldExpiryReads.HPExpireTime, "7.4.0",
            "When fields expire, as Unix time in milliseconds.");
        Add(table, "HGETEX", -5, FastWrite, &ExpiringFields.HGetEx, "8.0.0",
            "Returns the values of fields and changes their expiry.");
        Add(table, "HSETEX", -6, FastWrite, &ExpiringFields.HSetEx, "8.0.0",
            "Stores fields with an expiry, with conditions.");
    }

    private static void Add(
        CommandTable table, string name, int arity, CommandFlags flags, delegate*<ref CommandContext, void> run,
        string since, string summary) =>
        table.Add(name, arity, flags, KeySpec.One, run, "hash", since, summary);
}
