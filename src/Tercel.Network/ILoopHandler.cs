namespace Tercel.Network;

/// <summary>What a protocol does with the connections of one loop.</summary>
/// <remarks>
/// Thread: every method is called on the loop's thread. One handler object per loop, so its state needs no locks.
/// The loop's turn: wait; for every readable connection receive and call <see cref="Received"/>; call
/// <see cref="EndOfBatch"/> when the receive buffer is full and at the end of the turn; run posted work; call
/// <see cref="Tick"/>. Errors: an exception from a method about a connection closes that connection and is counted.
/// </remarks>
public unsafe interface ILoopHandler
{
    /// <summary>A connection was accepted (and its TLS handshake is done). Return false to close it as
    /// soon as what was sent to it has left; nothing is received from it.</summary>
    bool Opened(Connection connection);

    /// <summary>Bytes have come in. Returns how many were taken; the rest is shown again with more behind it.</summary>
    /// <remarks>Lifetime: the bytes stay where they are until <see cref="EndOfBatch"/> returns, so commands may be
    /// collected from many connections first. A negative result closes the connection after what was sent so
    /// far.</remarks>
    int Received(Connection connection, byte* bytes, int count);

    /// <summary>All collected work must be done now: the receive buffer is used again afterwards.</summary>
    void EndOfBatch();

    /// <summary>The connection is closed, by either side; called once for every one that was opened.</summary>
    void Closed(Connection connection);

    /// <summary>The output of a connection that was over its budget is below it again; reading goes on by
    /// itself.</summary>
    void Drained(Connection connection);

    /// <summary>Once per turn, and at least every 100 ms: time-outs and background work, bounded.</summary>
    void Tick(long nowMs);
}
