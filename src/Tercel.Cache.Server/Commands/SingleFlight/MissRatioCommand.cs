// unsafe: takes the address of a static command function, which lives as long as the process.
using Tercel.Cache.Server.Admin;
using Tercel.Cache.Server.Commands.Tags;

namespace Tercel.Cache.Server.Commands.SingleFlight;

/// <summary>TERCEL.MRC [bytes ...]: the part of reads that would miss with so much memory, from live samples.</summary>
/// <remarks>Reply: pairs of memory and miss ratio; without arguments for parts and multiples of
/// <c>maxmemory</c>.</remarks>
internal static unsafe class MissRatioCommand
{
    private const int AmountsMax = 64;

    public static void Register(CommandTable table) =>
        table.Add("TERCEL.MRC", -1, CommandFlags.ReadOnly, KeySpec.None, &Mrc, "server", TagCommands.Since,
            "The miss ratio with other amounts of memory.");

    private static void Mrc(ref CommandContext c)
    {
        if (c.Args.Count - 1 > AmountsMax)
        {
            c.Reply.Error("ERR too many amounts"u8);
            return;
        }

        Span<long> amounts = stackalloc long[AmountsMax];
        var count = c.Args.Count - 1;
        for (var i = 0; i < count; i++)
            if (!c.TryInteger(i + 1, out amounts[i])) return;
        if (count == 0)
            foreach (var (_, bytes) in WhatIfSections.Amounts(c.Keyspace)) amounts[count++] = bytes;

        c.Reply.Array(count);
        foreach (var bytes in amounts[..count])
        {
            c.Reply.Array(2);
            c.Reply.Integer(bytes);
            c.Reply.Double(c.Keyspace.MissRatioCurve.MissRatio(bytes));
        }
    }
}
