// unsafe: takes the addresses of static command functions, which live as long as the process.
namespace Tercel.Cache.Server.Commands.SortedSets;

/// <summary>The commands on sorted sets.</summary>
internal static unsafe class SortedSetCommands
{
    private const CommandFlags Read = CommandFlags.ReadOnly;
    private const CommandFlags FastRead = CommandFlags.ReadOnly | CommandFlags.Fast;
    private const CommandFlags Write = CommandFlags.Write | CommandFlags.DenyOom;
    private const CommandFlags FastWrite = Write | CommandFlags.Fast;
    private const CommandFlags Remove = CommandFlags.Write | CommandFlags.Fast;
    private const CommandFlags Blocking = CommandFlags.Write | CommandFlags.Blocking;

    public static void Register(CommandTable table)
    {
        Members(table);
        Ranges(table);
        Removals(table);
        Algebra(table);
        table.MarkElements("ZSCORE", "ZMSCORE", "ZRANK", "ZREVRANK", "ZREM");
        table.MarkElementsAt(3, "ZADD", "ZINCRBY");
    }

    private static void Members(CommandTable table)
    {
        Add(table, "ZADD", -4, FastWrite, KeySpec.One, &ScoreWrites.ZAdd, "1.2.0",
            "Adds members, or changes their scores.");
        Add(table, "ZINCRBY", 4, FastWrite, KeySpec.One, &ScoreWrites.ZIncrBy, "1.2.0", "Adds to a member's score.");
        Add(table, "ZCARD", 2, FastRead, KeySpec.One, &ScoreReads.ZCard, "1.2.0", "The number of members.");
        Add(table, "ZSCORE", 3, FastRead, KeySpec.One, &ScoreReads.ZScore, "1.2.0", "The score of a member.");
        Add(table, "ZMSCORE", -3, FastRead, KeySpec.One, &ScoreReads.ZMScore, "6.2.0", "The scores of members.");
        Add(table, "ZRANK", -3, FastRead, KeySpec.One, &ScoreReads.ZRank, "2.0.0",
            "The place of a member, counted from the lowest score.");
        Add(table, "ZREVRANK", -3, FastRead, KeySpec.One, &ScoreReads.ZRevRank, "2.0.0",
            "The place of a member, counted from the highest score.");
        Add(table, "ZCOUNT", 4, FastRead, KeySpec.One, &ScoreReads.ZCount, "2.0.0",
            "The number of members with a score in a range.");
        Add(table, "ZLEXCOUNT", 4, FastRead, KeySpec.One, &ScoreReads.ZLexCount, "2.8.9",
            "The number of members in a range of names.");
        Add(table, "ZRANDMEMBER", -2, Read, KeySpec.One, &RandomScored.ZRandMember, "6.2.0", "Members at random.");
        Add(table, "ZSCAN", -3, Read, KeySpec.One, &ScoreScan.ZScan, "2.8.0", "Walks the members step by step.");
    }

    private static void Ranges(CommandTable table)
    {
        Add(table, "ZRANGE", -4, Read, KeySpec.One, &ScoreRanges.ZRange, "1.2.0",
            "The members of a range of places, scores or names.");
        Add(table, "ZREVRANGE", -4, Read, KeySpec.One, &ScoreRanges.ZRevRange, "1.2.0",
            "The members of a range of places, from the highest score.");
        Add(table, "ZRANGEBYSCORE", -4, Read, KeySpec.One, &ScoreRanges.ZRangeByScore, "1.0.5",
            "The members of a range of scores.");
        Add(table, "ZREVRANGEBYSCORE", -4, Read, KeySpec.One, &ScoreRanges.ZRevRangeByScore, "2.2.0",
            "The members of a range of scores, from the highest.");
        Add(table, "ZRANGEBYLEX", -4, Read, KeySpec.One, &ScoreRanges.ZRangeByLex, "2.8.9",
            "The members of a range of names.");
        Add(table, "ZREVRANGEBYLEX", -4, Read, KeySpec.One, &ScoreRanges.ZRevRangeByLex, "2.8.9",
            "The members of a range of names, from the last.");
        Add(table, "ZRANGESTORE", -5, Write, KeySpec.Two, &ScoreRanges.ZRangeStore, "6.2.0",
            "Stores the members of a range.");
    }

    private static void Removals(CommandTable table)
    {
        Add(table, "ZREM", -3, Remove, KeySpec.One, &ScoreRemovals.ZRem, "1.2.0", "Removes members.");
        Add(table, "ZREMRANGEBYRANK", 4, CommandFlags.Write, KeySpec.One, &ScoreRemovals.ByRank, "2.0.0",
            "Removes a range of places.");
        Add(table, "ZREMRANGEBYSCORE", 4, CommandFlags.Write, KeySpec.One, &ScoreRemovals.ByScore, "1.2.0",
            "Removes a range of scores.");
        Add(table, "ZREMRANGEBYLEX", 4, CommandFlags.Write, KeySpec.One, &ScoreRemovals.ByLex, "2.8.9",
            "Removes a range of names.");
        Add(table, "ZPOPMIN", -2, Remove, KeySpec.One, &ScorePops.ZPopMin, "5.0.0",
            "Takes the members with the lowest scores.");
        Add(table, "ZPOPMAX", -2, Remove, KeySpec.One, &ScorePops.ZPopMax, "5.0.0",
            "Takes the members with the highest scores.");
        Add(table, "ZMPOP", -4, CommandFlags.Write, KeySpec.Counted(1), &ScorePops.ZMPop, "7.0.0",
            "Takes members from the first of several sets that is not empty.");
        Add(table, "BZPOPMIN", -3, Blocking | CommandFlags.Fast, KeySpec.All(trailing: 1), &ScorePops.BZPopMin, "5.0.0",
            "Takes the member with the lowest score of the first set that has one; waits for it.");
        Add(table, "BZPOPMAX", -3, Blocking | CommandFlags.Fast, KeySpec.All(trailing: 1), &ScorePops.BZPopMax, "5.0.0",
            "Takes the member with the highest score of the first set that has one; waits for it.");
        Add(table, "BZMPOP", -5, Blocking, KeySpec.Counted(2), &ScorePops.BZMPop, "7.0.0",
            "Takes members from the first of several sets that is not empty; waits for one.");
    }

    private static void Algebra(CommandTable table)
    {
        Add(table, "ZUNION", -3, Read, KeySpec.Counted(1), &ScoreAlgebra.ZUnion, "6.2.0", "The union of sets.");
        Add(table, "ZINTER", -3, Read, KeySpec.Counted(1), &ScoreAlgebra.ZInter, "6.2.0", "The intersection of sets.");
        Add(table, "ZDIFF", -3, Read, KeySpec.Counted(1), &ScoreAlgebra.ZDiff, "6.2.0", "The difference of sets.");
        Add(table, "ZINTERCARD", -3, Read, KeySpec.Counted(1), &ScoreAlgebra.ZInterCard, "7.0.0",
            "The number of members of an intersection.");
        Add(table, "ZUNIONSTORE", -4, Write, KeySpec.Counted(2, destination: true), &ScoreAlgebra.ZUnionStore, "2.0.0",
            "Stores the union of sets.");
        Add(table, "ZINTERSTORE", -4, Write, KeySpec.Counted(2, destination: true), &ScoreAlgebra.ZInterStore, "2.0.0",
            "Stores the intersection of sets.");
        Add(table, "ZDIFFSTORE", -4, Write, KeySpec.Counted(2, destination: true), &ScoreAlgebra.ZDiffStore, "6.2.0",
            "Stores the difference of sets.");
    }

    private static void Add(
        CommandTable table, string name, int arity, CommandFlags flags, KeySpec keys,
        delegate*<ref CommandContext, void> run, string since, string summary) =>
        table.Add(name, arity, flags, keys, run, "sorted-set", since, summary);
}
