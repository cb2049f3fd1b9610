// Why this is correct: the only pointers are those of the command functions below.

namespace Tercel.Cache.Server.Commands.Connection;

/// <summary>What clients ask to find out about replicas and clusters; there are none: CLUSTER, READONLY, READWRITE,
/// ASKING, WAIT, ROLE, REPLICAOF NO ONE.</summary>
internal static unsafe class SingleNode
{
    public static void Register(CommandTable table)
    {
        const CommandFlags Quick = CommandFlags.Fast | CommandFlags.Loading;
        const CommandFlags Admin = CommandFlags.Admin | CommandFlags.Dangerous | CommandFlags.Loading;
        table.Add("CLUSTER", -2, CommandFlags.Loading, KeySpec.None, &NoCluster, "cluster", "3.0.0",
            "Answers that there is no cluster.");
        table.Add("READONLY", 1, Quick, KeySpec.None, &NoCluster, "cluster", "3.0.0", "Answers that there is no cluster.");
        table.Add("READWRITE", 1, Quick, KeySpec.None, &NoCluster, "cluster", "3.0.0",
            "Answers that there is no cluster.");
        table.Add("ASKING", 1, Quick, KeySpec.None, &NoCluster, "cluster", "3.0.0", "Answers that there is no cluster.");
        table.Add("WAIT", 3, CommandFlags.None, KeySpec.None, &Wait, "generic", "3.0.0",
            "Answers how many replicas have acknowledged the writes: none.");
        table.Add("ROLE", 1, CommandFlags.Fast | Admin, KeySpec.None, &Role, "server", "2.8.12",
            "Returns the replication role.");
        table.Add("REPLICAOF", 3, Admin | CommandFlags.NoMulti, KeySpec.None, &ReplicaOf, "server", "5.0.0",
            "Accepts NO ONE: this server is nobody's replica.");
        table.Add("SLAVEOF", 3, Admin | CommandFlags.NoMulti, KeySpec.None, &ReplicaOf, "server", "1.0.0",
            "Accepts NO ONE: this server is nobody's replica.");
    }

    private static void NoCluster(ref CommandContext c) =>
        c.Reply.Error("ERR This instance has cluster support disabled"u8);

    private static void Wait(ref CommandContext c)
    {
        if (!c.TryInteger(1, out _) || !c.TryInteger(2, out var timeoutMs)) return;
        if (timeoutMs < 0) c.Reply.Error("ERR timeout is negative"u8);
        else c.Reply.Integer(0);
    }

    private static void Role(ref CommandContext c)
    {
        c.Reply.Array(3);
        c.Reply.Bulk("master"u8);
        c.Reply.Integer(0);
        c.Reply.Array(0);
    }

    private static void ReplicaOf(ref CommandContext c)
    {
        if (c.Args[1].Is("no"u8) && c.Args[2].Is("one"u8)) c.Reply.Ok();
        else c.Reply.NotSupportedYet(c.Info.Name, "replication");
    }
}
