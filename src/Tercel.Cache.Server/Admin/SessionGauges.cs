namespace Tercel.Cache.Server.Admin;

/// <summary>What those who keep clients, channels and tracked keys count, in one piece.</summary>
internal static class SessionGauges
{
    public static ClientGauges Read(CacheServer server)
    {
        var observers = server.Observers;
        var tracking = observers.Tracking;
        return new ClientGauges
        {
            Blocked = server.Blocking.Count,
            Subscribed = observers.SubscriberCount,
            Channels = observers.Channels.Count,
            Patterns = observers.Patterns.Count,
            ShardChannels = observers.ShardChannels.Count,
            Tracking = tracking.ClientCount,
            TrackedKeys = tracking.KeyCount,
            TrackedItems = tracking.ItemCount,
            TrackedPrefixes = tracking.PrefixCount,
        };
    }
}
