using System.Net;

namespace Tercel.Network;

/// <summary>One client connection, owned by a loop.</summary>
/// <remarks>Thread: the loop's, except where a member says "any thread".</remarks>
public abstract class Connection
{
    /// <summary>A number no other connection of this process has or had. Any thread.</summary>
    public required long Id { get; init; }

    /// <summary>The loop that owns it. Any thread.</summary>
    public required IEventLoop Loop { get; init; }

    /// <summary>The handler's own state for this connection.</summary>
    public object? State { get; set; }

    /// <summary>The peer; null for Unix sockets. Any thread.</summary>
    public IPEndPoint? RemoteEndPoint { get; init; }

    /// <summary>Our end; null for Unix sockets. Any thread.</summary>
    public IPEndPoint? LocalEndPoint { get; init; }

    /// <summary>The listener it came through. Any thread.</summary>
    public required Listener Listener { get; init; }

    /// <summary>The subject of the client's certificate, when TLS asked for one.</summary>
    public string? TlsClientSubject { get; protected set; }

    /// <summary>Whether it was closed; sends are then dropped. Any thread.</summary>
    public abstract bool IsClosed { get; }

    /// <summary>Output not yet taken by the kernel. Units: bytes.</summary>
    public abstract long OutputBytesPending { get; }

    /// <summary>Input kept because a message is not complete. Units: bytes.</summary>
    public abstract long InputBytesPending { get; }

    /// <summary>Over this much pending output, reading stops until it is drained. Units: bytes.</summary>
    public abstract int OutputBytesSoftMax { get; set; }

    /// <summary>Over this much pending output, the connection is closed. Units: bytes. 0 = no limit.</summary>
    public abstract long OutputBytesHardMax { get; set; }

    /// <summary>Sends now what the kernel takes, keeps a copy of the rest. The bytes are the caller's again on
    /// return.</summary>
    public abstract void Send(ReadOnlySpan<byte> bytes);

    /// <summary>Keeps a copy and sends it at the end of the loop's turn, together with all else: for many small
    /// messages that do not answer the connection's own input.</summary>
    public abstract void SendLater(ReadOnlySpan<byte> bytes);

    /// <summary>Stops reading (a blocked client) until <see cref="ResumeReading"/>; hang-ups are still
    /// noticed.</summary>
    /// <remarks>A peer that shuts down its writing side while reading is paused counts as gone.</remarks>
    public abstract void PauseReading();

    /// <summary>Reads again; bytes kept from before are shown to the handler in the next turn.</summary>
    public abstract void ResumeReading();

    /// <summary>Closes once everything sent has left, at the latest after a second.</summary>
    public abstract void CloseAfterSend();

    /// <summary>Closes at once. Any thread (posted to the loop when on another).</summary>
    public abstract void Abort();
}
