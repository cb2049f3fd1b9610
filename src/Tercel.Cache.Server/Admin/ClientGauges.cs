namespace Tercel.Cache.Server.Admin;

/// <summary>How many clients do what at this moment.</summary>
/// <remarks><c>default</c>: nobody is there.</remarks>
internal readonly record struct ClientGauges
{
    public int Connected { get; init; }

    public int Blocked { get; init; }

    public int Tracking { get; init; }

    /// <summary>Subscribed to a channel, a pattern or a shard channel.</summary>
    public int Subscribed { get; init; }

    public int Channels { get; init; }

    public int Patterns { get; init; }

    public int ShardChannels { get; init; }

    /// <summary>Keys, clients and prefixes in the tables of client-side caching.</summary>
    public long TrackedKeys { get; init; }

    public long TrackedItems { get; init; }

    public long TrackedPrefixes { get; init; }

    /// <summary>Input and output kept for all clients. Units: bytes.</summary>
    public long BufferBytes { get; init; }
}
