using Tercel.Client.Connections;
using Tercel.Client.Subscriptions;

namespace Tercel.Client.Commands;

/// <summary>Publish and subscribe.</summary>
public static class PublishCommands
{
    /// <summary>PUBLISH: how many subscribers the server gave it to.</summary>
    public static Task<long> PublishAsync(
        this TercelClient client, string channel, CacheValue message, CancellationToken token = default) =>
        client.Send(
            Request.Start("PUBLISH"u8, 2).Add((CacheValue)channel).Add(message), ReplyParsers.Integer, token);

    /// <summary>SUBSCRIBE; done when the server has confirmed it. It is made again after a reconnection.</summary>
    public static Task<Subscription> SubscribeAsync(
        this TercelClient client, string channel, CancellationToken token = default) =>
        Join(client, channel, isPattern: false, token);

    /// <summary>PSUBSCRIBE: all channels whose name matches.</summary>
    public static Task<Subscription> SubscribePatternAsync(
        this TercelClient client, string pattern, CancellationToken token = default) =>
        Join(client, pattern, isPattern: true, token);

    private static async Task<Subscription> Join(
        TercelClient client, string name, bool isPattern, CancellationToken token)
    {
        var subscription = new Subscription(name, isPattern, left => Leave(client, left));
        var confirmation = client.Subscriptions.Confirmation(name, isPattern);
        if (!client.Subscriptions.Add(subscription)) return subscription;
        try
        {
            await client.SendSubscription(isPattern
                ? "PSUBSCRIBE"u8 : "SUBSCRIBE"u8, name, token).ConfigureAwait(false);
            await confirmation.WaitAsync(client.Options.CommandTimeout, client.Options.Time,
                token).ConfigureAwait(false);
            return subscription;
        }
        catch
        {
            client.Subscriptions.Remove(subscription);
            throw;
        }
    }

    private static async Task Leave(TercelClient client, Subscription subscription)
    {
        if (!client.Subscriptions.Remove(subscription)) return;
        try
        {
            await client.SendSubscription(
                subscription.IsPattern ? "PUNSUBSCRIBE"u8 : "UNSUBSCRIBE"u8, subscription.Name, default)
                .ConfigureAwait(false);
        }
        catch (CacheException)
        {
            // Without a connection there is nothing to leave: the next one does not subscribe to it again.
        }
    }
}
