// unsafe: takes the addresses of static command functions, which live as long as the process.
namespace Tercel.Cache.Server.Commands.Bits;

/// <summary>The commands that see a string as an array of bits, the highest bit of the first byte first.</summary>
internal static unsafe class BitCommands
{
    private const CommandFlags SlowWrite = CommandFlags.Write | CommandFlags.DenyOom;

    public static void Register(CommandTable table)
    {
        Add(table, "SETBIT", 4, SlowWrite, KeySpec.One, &SingleBits.SetBit, "2.2.0", "Sets one bit.")
            .Growth = &StringGrowth.OfBit;
        Add(table, "GETBIT", 3, CommandFlags.ReadOnly | CommandFlags.Fast, KeySpec.One, &SingleBits.GetBit, "2.2.0",
            "One bit.");
        Add(table, "BITCOUNT", -2, CommandFlags.ReadOnly, KeySpec.One, &BitCounts.BitCount, "2.6.0",
            "How many bits are set.");
        Add(table, "BITPOS", -3, CommandFlags.ReadOnly, KeySpec.One, &BitCounts.BitPos, "2.8.7",
            "Where the first bit of a kind is.");
        Add(table, "BITOP", -4, SlowWrite, KeySpec.Range(2, -1, 1), &BitOperation.BitOp, "2.6.0",
            "Combines strings bit by bit.").Growth = &StringGrowth.OfLongest;
        Add(table, "BITFIELD", -2, SlowWrite, KeySpec.One, &BitFields.BitField, "3.2.0",
            "Reads and changes integers of any width.").Growth = &StringGrowth.OfFields;
        Add(table, "BITFIELD_RO", -2, CommandFlags.ReadOnly | CommandFlags.Fast, KeySpec.One, &BitFields.BitFieldRo,
            "6.0.0", "Reads integers of any width.");
    }

    private static CommandInfo Add(
        CommandTable table, string name, int arity, CommandFlags flags, KeySpec keys,
        delegate*<ref CommandContext, void> run, string since, string summary) =>
        table.Add(name, arity, flags, keys, run, "bitmap", since, summary);
}
