// unsafe: takes the addresses of static command functions, which live as long as the process.
namespace Tercel.Cache.Server.Commands.Sets;

/// <summary>The commands on sets.</summary>
internal static unsafe class SetCommands
{
    private const CommandFlags FastRead = CommandFlags.ReadOnly | CommandFlags.Fast;
    private const CommandFlags FastWrite = CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast;
    private const CommandFlags FastRemoval = CommandFlags.Write | CommandFlags.Fast;
    private const CommandFlags SlowWrite = CommandFlags.Write | CommandFlags.DenyOom;

    public static void Register(CommandTable table)
    {
        Members(table);
        Operations(table);
        table.MarkElements("SADD", "SREM", "SISMEMBER", "SMISMEMBER");
    }

    private static void Members(CommandTable table)
    {
        Add(table, "SADD", -3, FastWrite, KeySpec.One, &SetMembers.SAdd, "1.0.0", "Adds members.");
        Add(table, "SREM", -3, FastRemoval, KeySpec.One, &SetMembers.SRem, "1.0.0", "Removes members.");
        Add(table, "SMOVE", 4, FastRemoval, KeySpec.Two, &SetMembers.SMove, "1.0.0",
            "Moves a member from one set to another.");
        Add(table, "SISMEMBER", 3, FastRead, KeySpec.One, &SetMembers.SIsMember, "1.0.0", "Whether a member is there.");
        Add(table, "SMISMEMBER", -3, FastRead, KeySpec.One, &SetMembers.SMIsMember, "6.2.0",
            "Whether each of several members is there.");
        Add(table, "SCARD", 2, FastRead, KeySpec.One, &SetMembers.SCard, "1.0.0", "The number of members.");
        Add(table, "SMEMBERS", 2, CommandFlags.ReadOnly, KeySpec.One, &SetMembers.SMembers, "1.0.0", "All members.");
        Add(table, "SSCAN", -3, CommandFlags.ReadOnly, KeySpec.One, &SetMembers.SScan, "2.8.0",
            "Walks the members step by step.");
        Add(table, "SPOP", -2, FastRemoval, KeySpec.One, &RandomMembers.SPop, "1.0.0",
            "Takes members out at random.");
        Add(table, "SRANDMEMBER", -2, CommandFlags.ReadOnly, KeySpec.One, &RandomMembers.SRandMember, "1.0.0",
            "Members picked at random.");
    }

    private static void Operations(CommandTable table)
    {
        Add(table, "SINTER", -2, CommandFlags.ReadOnly, KeySpec.All(), &SetOperations.SInter, "1.0.0",
            "Members that all sets have.");
        Add(table, "SINTERCARD", -3, CommandFlags.ReadOnly, KeySpec.Counted(1), &SetOperations.SInterCard, "7.0.0",
            "The number of members that all sets have.");
        Add(table, "SINTERSTORE", -3, SlowWrite, KeySpec.All(), &SetOperations.SInterStore, "1.0.0",
            "Stores the members that all sets have.");
        Add(table, "SUNION", -2, CommandFlags.ReadOnly, KeySpec.All(), &SetOperations.SUnion, "1.0.0",
            "Members that any of the sets has.");
        Add(table, "SUNIONSTORE", -3, SlowWrite, KeySpec.All(), &SetOperations.SUnionStore, "1.0.0",
            "Stores the members that any of the sets has.");
        Add(table, "SDIFF", -2, CommandFlags.ReadOnly, KeySpec.All(), &SetOperations.SDiff, "1.0.0",
            "Members of the first set that no other has.");
        Add(table, "SDIFFSTORE", -3, SlowWrite, KeySpec.All(), &SetOperations.SDiffStore, "1.0.0",
            "Stores the members of the first set that no other has.");
    }

    private static void Add(
        CommandTable table, string name, int arity, CommandFlags flags, KeySpec keys,
        delegate*<ref CommandContext, void> run, string since, string summary) =>
        table.Add(name, arity, flags, keys, run, "set", since, summary);
}
