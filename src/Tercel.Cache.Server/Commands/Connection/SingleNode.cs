// Why this is correct: the only pointers are those of the command functions below.

namespace Tercel.Cache.Server.Commands.Connection;

/// <summary>What clients ask to find out about replicas and clusters; there are none: CLUSTER, READONLY, READWRITE,
/// ASKING, WAIT.</summary>
internal static unsafe class SingleNode
{
    public static void Register(CommandTable table)
    {
        const CommandFlags Quick = CommandFlags.Fast | CommandFlags.Loading;
        table.Add("CLUSTER", -2, CommandFlags.Loading, KeySpec.None, &NoCluster, "cluster", "3.0.0",
            "Answers that there is no cluster.");
        table.Add("READONLY", 1, Quick, KeySpec.None, &NoCluster, "cluster", "3.0.0",
            "Answers that there is no cluster.");
        table.Add("READWRITE", 1, Quick, KeySpec.None, &NoCluster, "cluster", "3.0.0",
            "Answers that there is no cluster.");
        table.Add("ASKING", 1, Quick, KeySpec.None, &NoCluster, "cluster", "3.0.0",
            "Answers that there is no cluster.");
        table.Add("WAIT", 3, CommandFlags.None, KeySpec.None, &Wait, "generic", "3.0.0",
            "Answers how many replicas have acknowledged the writes: none.");
    }

    private static void NoCluster(ref CommandContext c) =>
        c.Reply.Error("ERR This instance has cluster support disabled"u8);

    private static void Wait(ref CommandContext c)
    {
        if (!c.TryInteger(1, out _) || !c.TryInteger(2, out var timeoutMs)) return;
        if (timeoutMs < 0) c.Reply.Error("ERR timeout is negative"u8);
        else c.Reply.Integer(0);
    }
}
