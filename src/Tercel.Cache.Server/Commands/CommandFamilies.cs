using Tercel.Cache.Server.Commands.Connection;

namespace Tercel.Cache.Server.Commands;

/// <summary>The list of command families: the one place that names them all.</summary>
internal static class CommandFamilies
{
    public static CommandTable BuildTable()
    {
        var table = new CommandTable();
        Greetings.Register(table);
        Hello.Register(table);
        ClientCommands.Register(table);
        SingleNode.Register(table);
        Transactions.TransactionCommands.Register(table);
        Strings.StringCommands.Register(table);
        Bits.BitCommands.Register(table);
        Lists.ListCommands.Register(table);
        SortedSets.SortedSetCommands.Register(table);
        Keys.KeyCommands.Register(table);
        Tags.TagCommands.Register(table);
        SingleFlight.PolicyCommands.Register(table);
        SingleFlight.MissRatioCommand.Register(table);
        Hashes.HashCommands.Register(table);
        Sets.SetCommands.Register(table);
        Server.ConfigCommands.Register(table);
        Server.InfoCommand.Register(table);
        Server.CommandCommands.Register(table);
        Server.SlowLogCommands.Register(table);
        Server.LatencyCommands.Register(table);
        Server.MemoryCommands.Register(table);
        Server.ServerCommands.Register(table);
        Server.DebugCommands.Register(table);
        Access.AuthCommand.Register(table);
        Access.AclCommands.Register(table);
        PubSub.SubscribeCommands.Register(table);
        PubSub.PublishCommands.Register(table);
        Tracking.TrackingCommands.Register(table);
        Memcached.MemcachedSet.Register(table);
        return table;
    }
}
