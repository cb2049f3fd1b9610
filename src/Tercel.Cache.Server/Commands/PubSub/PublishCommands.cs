// Why this is correct: the only pointers are those of the command functions below.
using Tercel.Cache.Server.Commands.Server;
using Tercel.Cache.Server.Observers;

namespace Tercel.Cache.Server.Commands.PubSub;

/// <summary>PUBLISH, SPUBLISH and PUBSUB.</summary>
internal static unsafe class PublishCommands
{
    public static void Register(CommandTable table)
    {
        const string Group = "pubsub";
        const CommandFlags Flags = CommandFlags.PubSub | CommandFlags.Loading | CommandFlags.Fast;
        const CommandFlags Asking = CommandFlags.PubSub | CommandFlags.Loading;
        table.Add("PUBLISH", 3, Flags, KeySpec.None, &Publish, Group, "2.0.0", "Posts a message to a channel.");
        table.Add("SPUBLISH", 3, Flags, KeySpec.None, &PublishToShard, Group, "7.0.0",
            "Posts a message to a shard channel.");
        var pubsub = table.Add("PUBSUB", -2, CommandFlags.None, KeySpec.None, null, Group, "2.8.0",
            "A container for Pub/Sub commands.");
        table.AddSub(pubsub, "CHANNELS", -2, Asking, KeySpec.None, &Channels, "2.8.0", "Returns the active channels.");
        table.AddSub(pubsub, "NUMSUB", -2, Asking, KeySpec.None, &ChannelCounts, "2.8.0",
            "Returns a count of subscribers to channels.");
        table.AddSub(pubsub, "NUMPAT", 2, Asking, KeySpec.None, &PatternCount, "2.8.0",
            "Returns a count of unique pattern subscriptions.");
        table.AddSub(pubsub, "SHARDCHANNELS", -2, Asking, KeySpec.None, &ShardChannels, "7.0.0",
            "Returns the active shard channels.");
        table.AddSub(pubsub, "SHARDNUMSUB", -2, Asking, KeySpec.None, &ShardChannelCounts, "7.0.0",
            "Returns the count of subscribers of shard channels.");
        table.AddSub(pubsub, "HELP", 2, Asking, KeySpec.None, &Help, "6.2.0",
            "Returns helpful text about the different subcommands.");
    }

    private static void Publish(ref CommandContext c)
    {
        c.Reply.Integer(c.Dispatcher.Outbox.Publish(c.Args[1], c.Args[2]));
        c.Dispatcher.Outbox.CountPublisher(c.Session);
    }

    private static void PublishToShard(ref CommandContext c)
    {
        c.Reply.Integer(c.Dispatcher.Outbox.PublishToShard(c.Args[1], c.Args[2]));
        c.Dispatcher.Outbox.CountPublisher(c.Session);
    }

    private static void Channels(ref CommandContext c) => WriteNames(ref c, c.Server.Observers.Channels);

    private static void ShardChannels(ref CommandContext c) => WriteNames(ref c, c.Server.Observers.ShardChannels);

    private static void ChannelCounts(ref CommandContext c) => WriteCounts(ref c, c.Server.Observers.Channels);

    private static void ShardChannelCounts(ref CommandContext c) =>
        WriteCounts(ref c, c.Server.Observers.ShardChannels);

    private static void PatternCount(ref CommandContext c) => c.Reply.Integer(c.Server.Observers.Patterns.Count);

    private static void Help(ref CommandContext c) => c.Reply.Help("PUBSUB", """
        CHANNELS [<pattern>]
            Return the currently active channels matching a <pattern> (default: '*').
        NUMPAT
            Return number of subscriptions to patterns.
        NUMSUB [<channel> ...]
            Return the number of subscribers for the specified channels, excluding
            pattern subscriptions(default: no channels).
        SHARDCHANNELS [<pattern>]
            Return the currently active shard level channels matching a <pattern> (default: '*').
        SHARDNUMSUB [<shardchannel> ...]
            Return the number of subscribers for the specified shard level channel(s)
        """);

    private static void WriteNames(ref CommandContext c, ChannelTable channels)
    {
        if (c.Args.Count > 3)
        {
            c.ReplyQuoting(
                "ERR unknown subcommand or wrong number of arguments for '"u8, c.Args[1], "'. Try PUBSUB HELP."u8);
            return;
        }

        var mark = c.Reply.BeginArray();
        var count = 0;
        foreach (var (name, _) in channels.All())
        {
            if (c.Args.Count == 3 && !Glob.Matches(c.Args[2], name)) continue;
            c.Reply.Bulk(name);
            count++;
        }

        c.Reply.EndArray(mark, count);
    }

    private static void WriteCounts(ref CommandContext c, ChannelTable channels)
    {
        c.Reply.Array((c.Args.Count - 2) * 2);
        for (var i = 2; i < c.Args.Count; i++)
        {
            c.Reply.Bulk(c.Args[i]);
            c.Reply.Integer(channels.CountOf(c.Args[i]));
        }
    }
}
