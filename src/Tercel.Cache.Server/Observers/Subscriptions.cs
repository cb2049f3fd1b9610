namespace Tercel.Cache.Server.Observers;

/// <summary>What one client listens to. Thread: its loop's.</summary>
internal sealed class Subscriptions
{
    public HashSet<byte[]> Channels { get; } = new(BytesComparer.Instance);

    public HashSet<byte[]> Patterns { get; } = new(BytesComparer.Instance);

    public HashSet<byte[]> ShardChannels { get; } = new(BytesComparer.Instance);

    /// <summary>Since when more output waits than the soft limit allows; 0 = not now. Units: Unix
    /// milliseconds.</summary>
    public long OverSoftLimitSinceMs { get; set; }
}

/// <summary>The three kinds of names a client can listen to.</summary>
internal enum SubscriptionKind : byte
{
    Channel,
    Pattern,
    ShardChannel,
}
