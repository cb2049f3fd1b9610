using Tercel.Cache.Server.Admin;
using Tercel.Cache.Server.Sessions;
using Tercel.Network;
using Tercel.Primitives;

namespace Tercel.Cache.Server;

/// <summary>A cache server with its loops.</summary>
/// <remarks>Lifetime: started once, stopped once. Thread: any, one caller at a time.</remarks>
internal sealed class CacheHost : IDisposable
{
    private readonly LoopGroup _loops;
    private readonly List<SessionLoop> _sessionLoops = [];

    /// <summary>The loops serve <paramref name="server"/>; it stays the caller's.</summary>
    /// <param name="server">What is served.</param>
    /// <param name="network">How.</param>
    /// <param name="failed">Told of every exception that no client's mistake explains.</param>
    public CacheHost(CacheServer server, NetworkOptions network, Action<Exception>? failed = null)
    {
        var loopCount = network.LoopCount > 0 ? network.LoopCount : Environment.ProcessorCount;
        network = network with
        {
            LoopCount = loopCount,
            HandlerFailed = e =>
            {
                failed?.Invoke(e);
                // Shared memory may be wrong: going on could give clients wrong data.
                if (e is BrokenInvariantException) Environment.FailFast(e.Message, e);
            },
        };
        _loops = new LoopGroup(network, loop =>
        {
            var sessions = new SessionLoop(server, loop, loopCount);
            _sessionLoops.Add(sessions);
            return sessions;
        });
        server.Network = network;
        server.Gauges = () => SessionGauges.Read(server) with
        {
            Connected = _loops.Connections.Open, BufferBytes = _loops.BufferBytes, Blocked = server.Blocking.Count,
            Tracking = server.Observers.Tracking.ClientCount, Subscribed = server.Observers.SubscriberCount,
            Channels = server.Observers.Channels.Count, Patterns = server.Observers.Patterns.Count,
            ShardChannels = server.Observers.ShardChannels.Count,
            TrackedKeys = server.Observers.Tracking.KeyCount, TrackedItems = server.Observers.Tracking.ItemCount,
            TrackedPrefixes = server.Observers.Tracking.PrefixCount,
        };
    }

    public LoopGroup Loops => _loops;

    /// <summary>Opens the sockets and serves. Errors: <see cref="NetworkException"/>.</summary>
    /// <returns>The listeners with the ports that were free for 0.</returns>
    public IReadOnlyList<Listener> Start(IReadOnlyList<Listener> listeners) => _loops.Start(listeners);

    /// <summary>Closes all connections after their output has left, at the latest after the time given.</summary>
    public void Stop(TimeSpan timeout)
    {
        _loops.StopListening();
        _loops.Stop(timeout);
    }

    public void Dispose()
    {
        _loops.Dispose();
        foreach (var loop in _sessionLoops) loop.Dispose();
    }
}
