using System.Net;
using System.Net.Sockets;

namespace Tercel.Network;

/// <summary>What a poller noticed of one socket.</summary>
[Flags]
internal enum Readiness : byte
{
    None = 0,
    Readable = 1,
    Writable = 2,

    /// <summary>The peer sends no more; unread input may be left.</summary>
    PeerEnded = 4,

    /// <summary>Both directions are over.</summary>
    HungUp = 8,
}

/// <summary>One event: of a connection, or of a listening socket.</summary>
internal struct PollEvent
{
    public LoopConnection? Connection;
    public Acceptor? Acceptor;
    public Readiness Readiness;
}

/// <summary>A socket just accepted, not yet owned by a loop.</summary>
internal readonly record struct AcceptedSocket(int File, Socket? Socket, IPEndPoint? Remote, IPEndPoint? Local);

/// <summary>What became of an attempt to accept.</summary>
internal enum AcceptStatus : byte
{
    Accepted,
    NoneWaiting,

    /// <summary>That connection is gone already; the next may be there.</summary>
    Failed,

    /// <summary>No file descriptors or no memory left.</summary>
    Exhausted,
}

// Waits for the sockets of one loop. Readiness is reported once per change (edges): the loop remembers it until a call
// says "would block". Everything but Wake is called on the loop's thread. Two real ones: epoll and the portable one.
internal abstract class Poller : IDisposable
{
    protected Poller() => Events = new PollEvent[LoopLimits.EventsPerTurn];

    /// <summary>What the last <see cref="Wait"/> found.</summary>
    public PollEvent[] Events { get; }

    /// <summary>Waits at most so long; returns how many of <see cref="Events"/> were filled.</summary>
    public abstract int Wait(int timeoutMs);

    /// <summary>Ends a <see cref="Wait"/> that is going on, or the next one. Any thread.</summary>
    public abstract void Wake();

    public abstract void Add(Acceptor acceptor);

    public abstract void Remove(Acceptor acceptor);

    public abstract AcceptStatus Accept(Acceptor acceptor, out AcceptedSocket accepted);

    /// <summary>Makes the connection of a socket and watches it.</summary>
    public abstract LoopConnection Adopt(in AcceptedSocket accepted, EventLoop loop, Listener listener, long id);

    /// <summary>Stops watching; before the connection's socket is closed.</summary>
    public abstract void Remove(LoopConnection connection);

    /// <summary>Closes a socket that no loop took.</summary>
    public abstract void Discard(in AcceptedSocket accepted);

    public abstract void Dispose();
}
