namespace Tercel.Network;

/// <summary>The loops of a process part, with their listeners.</summary>
/// <remarks>Lifetime: started once, stopped once. Thread: any, one caller at a time.</remarks>
public sealed class LoopGroup : IDisposable
{
    /// <summary>Makes the loops; <paramref name="handler"/> is asked for one handler per loop.</summary>
    public LoopGroup(NetworkOptions options, Func<IEventLoop, ILoopHandler> handler) =>
        throw new NotImplementedException();

    /// <summary>The loops.</summary>
    public IReadOnlyList<IEventLoop> Loops => throw new NotImplementedException();

    /// <summary>Opens the sockets, so that errors (address in use, bad certificate) come before anything runs; then
    /// starts.</summary>
    /// <returns>The addresses bound, in the order given, with the ports that were free for 0.</returns>
    /// <remarks>Errors: <see cref="NetworkException"/> with the address and what to do.</remarks>
    public IReadOnlyList<Listener> Start(IReadOnlyList<Listener> listeners) => throw new NotImplementedException();

    /// <summary>Connections open, and refused because of the limit since start.</summary>
    public (int Open, long Refused) Connections => throw new NotImplementedException();

    /// <summary>Stops accepting, lets the loops go on for established connections.</summary>
    public void StopListening() => throw new NotImplementedException();

    /// <summary>Closes all connections after their output has left (bounded by the time given) and ends the
    /// threads.</summary>
    public void Stop(TimeSpan timeout) => throw new NotImplementedException();

    /// <summary>Stops at once if still running.</summary>
    public void Dispose() => throw new NotImplementedException();
}

/// <summary>A listener could not be opened; the message says which, why and what to do.</summary>
public sealed class NetworkException(string message, Exception? inner = null) : Exception(message, inner);
