// Why this is correct: the only pointers are those of the command functions below.
using Tercel.Cache.Server.Observers;
using Tercel.Cache.Server.Sessions;

namespace Tercel.Cache.Server.Commands.PubSub;

/// <summary>SUBSCRIBE, PSUBSCRIBE, SSUBSCRIBE and their opposites.</summary>
/// <remarks>Reply: one message per name, with the number of names that the client listens to then.</remarks>
internal static unsafe class SubscribeCommands
{
    private const CommandFlags Flags =
        CommandFlags.PubSub | CommandFlags.Loading | CommandFlags.WhileSubscribed;

    public static void Register(CommandTable table)
    {
        const string Group = "pubsub";
        table.Add("SUBSCRIBE", -2, Flags, KeySpec.None, &Subscribe, Group, "2.0.0",
            "Listens for messages published to channels.");
        table.Add("UNSUBSCRIBE", -1, Flags, KeySpec.None, &Unsubscribe, Group, "2.0.0",
            "Stops listening to messages posted to channels.");
        table.Add("PSUBSCRIBE", -2, Flags, KeySpec.None, &SubscribeToPattern, Group, "2.0.0",
            "Listens for messages published to channels that match one or more patterns.");
        table.Add("PUNSUBSCRIBE", -1, Flags, KeySpec.None, &UnsubscribeFromPattern, Group, "2.0.0",
            "Stops listening to messages published to channels that match one or more patterns.");
        table.Add("SSUBSCRIBE", -2, Flags, KeySpec.None, &SubscribeToShard, Group, "7.0.0",
            "Listens for messages published to shard channels.");
        table.Add("SUNSUBSCRIBE", -1, Flags, KeySpec.None, &UnsubscribeFromShard, Group, "7.0.0",
            "Stops listening to messages posted to shard channels.");
    }

    private static void Subscribe(ref CommandContext c) => Add(ref c, SubscriptionKind.Channel, "subscribe"u8);

    private static void SubscribeToPattern(ref CommandContext c) =>
        Add(ref c, SubscriptionKind.Pattern, "psubscribe"u8);

    private static void SubscribeToShard(ref CommandContext c) =>
        Add(ref c, SubscriptionKind.ShardChannel, "ssubscribe"u8);

    private static void Unsubscribe(ref CommandContext c) => Remove(ref c, SubscriptionKind.Channel, "unsubscribe"u8);

    private static void UnsubscribeFromPattern(ref CommandContext c) =>
        Remove(ref c, SubscriptionKind.Pattern, "punsubscribe"u8);

    private static void UnsubscribeFromShard(ref CommandContext c) =>
        Remove(ref c, SubscriptionKind.ShardChannel, "sunsubscribe"u8);

    private static void Add(ref CommandContext c, SubscriptionKind kind, ReadOnlySpan<byte> word)
    {
        if (c.Session.Loop is not { } loop)
        {
            c.ReplyNamed("ERR "u8, " isn't allowed for a DENY BLOCKING client"u8);
            return;
        }

        for (var i = 1; i < c.Args.Count; i++)
        {
            loop.Audience.Subscribe(c.Session, kind, c.Args[i]);
            c.Reply.Push(3);
            c.Reply.Bulk(word);
            c.Reply.Bulk(c.Args[i]);
            c.Reply.Integer(CountOf(c.Session, kind));
        }
    }

    private static void Remove(ref CommandContext c, SubscriptionKind kind, ReadOnlySpan<byte> word)
    {
        if (c.Args.Count > 1)
        {
            for (var i = 1; i < c.Args.Count; i++) RemoveOne(ref c, kind, word, c.Args[i]);
            return;
        }

        var names = c.Session.Subscriptions is { } own ? Audience.NamesOf(own, kind).ToArray() : [];
        foreach (var name in names) RemoveOne(ref c, kind, word, name);
        if (names.Length > 0) return;
        c.Reply.Push(3);
        c.Reply.Bulk(word);
        c.Reply.Null();
        c.Reply.Integer(CountOf(c.Session, kind));
    }

    private static void RemoveOne(
        ref CommandContext c, SubscriptionKind kind, ReadOnlySpan<byte> word, ReadOnlySpan<byte> name)
    {
        c.Session.Loop?.Audience.Unsubscribe(c.Session, kind, name);
        c.Reply.Push(3);
        c.Reply.Bulk(word);
        c.Reply.Bulk(name);
        c.Reply.Integer(CountOf(c.Session, kind));
    }

    /// <summary>Shard channels are counted for themselves, channels and patterns together.</summary>
    private static int CountOf(Session session, SubscriptionKind kind)
    {
        if (session.Subscriptions is not { } own) return 0;
        return kind == SubscriptionKind.ShardChannel ? own.ShardChannels.Count
            : own.Channels.Count + own.Patterns.Count;
    }
}
