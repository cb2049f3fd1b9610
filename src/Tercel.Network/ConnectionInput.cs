namespace Tercel.Network;

// The way of bytes from a socket to the handler. Bytes go into the buffer that all connections of the loop share; what
// the handler leaves of them is copied to a block of the connection. A short rest moves back into the shared buffer
// before the next receive, a long one (a huge message) grows where it is. The shared buffer is used from its start
// again only after the handler has done everything it collected (EndOfBatch).
internal sealed unsafe class ConnectionInput : IDisposable
{
    private const int Alignment = 64;

    private readonly EventLoop _loop;
    private readonly GuardedHandler _handler;
    private readonly byte* _shared;
    private readonly List<(nint Block, int Bytes)> _blocksToFree = [];
    private readonly List<LoopConnection> _inBatch = [];
    private int _used;

    public ConnectionInput(EventLoop loop, GuardedHandler handler)
    {
        _loop = loop;
        _handler = handler;
        _shared = (byte*)System.Runtime.InteropServices.NativeMemory.AlignedAlloc(
            LoopLimits.ReceiveBufferBytes, 4096);
    }

    /// <summary>Connections whose bytes the handler has seen since the last batch ended.</summary>
    public IReadOnlyList<LoopConnection> InBatch => _inBatch;

    /// <summary>Receives once and shows it; or shows kept bytes again.</summary>
    public void Serve(LoopConnection connection)
    {
        if ((connection.Flags & ConnectionFlags.ShowAgain) != 0) ShowKept(connection);
        else if ((connection.Ready & Readiness.Readable) != 0) Receive(connection);
    }

    /// <summary>Receives and throws away, to see the end of a connection that is being closed.</summary>
    public void Discard(LoopConnection connection)
    {
        if ((connection.Ready & Readiness.Readable) == 0) return;
        var room = Room();
        Account(connection, connection.ReceiveRaw(room, LoopLimits.ReceiveBytesMax), LoopLimits.ReceiveBytesMax);
    }

    /// <summary>Goes on with a TLS handshake; true when it is done.</summary>
    public bool Handshake(LoopConnection connection)
    {
        Tercel.Primitives.Invariant.Holds(connection.Tls is not null);
        var done = connection.Tls.TryHandshake(connection, _loop.TlsScratch, out var status);
        if (!Account(connection, status, int.MaxValue)) return false;
        return done && !connection.IsClosed;
    }

    /// <summary>To be called when the handler has done all it collected.</summary>
    public void BatchEnded()
    {
        _used = 0;
        _inBatch.Clear();
        foreach (var (block, bytes) in _blocksToFree) _loop.Budget.Return((byte*)block, bytes);
        _blocksToFree.Clear();
    }

    public void Dispose() => System.Runtime.InteropServices.NativeMemory.AlignedFree(_shared);

    private void ShowKept(LoopConnection connection)
    {
        connection.Flags &= ~ConnectionFlags.ShowAgain;
        if ((connection.Ready & Readiness.Readable) != 0) _loop.Queue(connection);
        if (connection.Kept.Length > 0) Show(connection, connection.Kept.Bytes, connection.Kept.Length, isKept: true);
    }

    private void Receive(LoopConnection connection)
    {
        var kept = connection.Kept.Length;
        if (kept > LoopLimits.MovedInputBytesMax && connection.Tls is null)
        {
            ReceiveIntoKept(connection);
            return;
        }

        var start = Room();
        var room = LoopLimits.ReceiveBytesMax;
        if (kept > 0 && kept <= LoopLimits.MovedInputBytesMax)
            Buffer.MemoryCopy(connection.Kept.Bytes, start, LoopLimits.MovedInputBytesMax, kept);
        else
            kept = 0;
        var received = connection.Tls is { } tls
            ? tls.Receive(connection, _loop.TlsScratch, start + kept, room)
            : connection.ReceiveRaw(start + kept, room);
        if (!Account(connection, received, room) || !RunPostedBefore(connection)) return;
        if (kept > 0) connection.Kept.Clear(_loop.Budget);
        if (connection.Kept.Length > 0) ShowJoined(connection, start, received);
        else Show(connection, start, kept + received, isKept: false);
    }

    /// <summary>A long rest and decrypted bytes, which cannot be received behind it.</summary>
    private void ShowJoined(LoopConnection connection, byte* bytes, int count)
    {
        if (!MakeRoom(connection, count)) return;
        Buffer.MemoryCopy(bytes, connection.Kept.End, connection.Kept.Free, count);
        connection.Kept.Add(count);
        Show(connection, connection.Kept.Bytes, connection.Kept.Length, isKept: true);
    }

    private void ReceiveIntoKept(LoopConnection connection)
    {
        if (!MakeRoom(connection, LoopLimits.ReceiveBytesMax)) return;
        var room = Math.Min(connection.Kept.Free, LoopLimits.ReceiveBufferBytes);
        var received = connection.ReceiveRaw(connection.Kept.End, room);
        if (!Account(connection, received, room) || !RunPostedBefore(connection)) return;
        connection.Kept.Add(received);
        Show(connection, connection.Kept.Bytes, connection.Kept.Length, isKept: true);
    }

    /// <summary>Work posted before these bytes were sent is done before they are shown. False when it has closed the
    /// connection.</summary>
    private bool RunPostedBefore(LoopConnection connection)
    {
        _loop.RunPosted();
        return !connection.IsClosed;
    }

    private bool MakeRoom(LoopConnection connection, int bytes)
    {
        var max = (int)Math.Min(_loop.Options.InputBytesMax, 1 << 30);
        if (connection.Kept.Length < max
            && connection.Kept.TryMakeRoom(bytes, max + LoopLimits.ReceiveBytesMax, _loop.Budget)) return true;
        _loop.CountOverflow();
        connection.Fail();
        return false;
    }

    private void Show(LoopConnection connection, byte* bytes, int count, bool isKept)
    {
        _inBatch.Add(connection);
        var taken = _handler.Received(connection, bytes, count);
        if (taken < 0) connection.CloseAfterSend();
        if (taken < 0 || connection.IsClosed) taken = count;
        Tercel.Primitives.Invariant.Holds(taken <= count);
        if (!isKept) KeepRest(connection, bytes + taken, count - taken);
        else TakeKept(connection, taken);
        _used = (_used + Alignment - 1) & ~(Alignment - 1);
    }

    private void KeepRest(LoopConnection connection, byte* rest, int count)
    {
        _used = Math.Max(_used, (int)(rest + count - _shared));
        if (count == 0 || connection.Kept.TryKeep(rest, count, _loop.Budget)) return;
        _loop.CountOverflow();
        connection.Fail();
    }

    private void TakeKept(LoopConnection connection, int taken)
    {
        connection.Kept.Take(taken);
        if (connection.Kept.Length == 0) _blocksToFree.Add(connection.Kept.Detach());
    }

    /// <summary>The free part of the shared buffer, after a batch has ended if it was too full.</summary>
    private byte* Room()
    {
        const int Needed = LoopLimits.ReceiveBytesMax + LoopLimits.MovedInputBytesMax;
        if (_used + Needed > LoopLimits.ReceiveBufferBytes) _loop.EndBatch();
        return _shared + _used;
    }

    /// <summary>Remembers what a receive said of the socket. True when bytes were received.</summary>
    private bool Account(LoopConnection connection, int received, int room)
    {
        if (received > 0)
        {
            var mayHaveMore = received == room || (connection.Ready & Readiness.PeerEnded) != 0
                || connection.Tls is { HasInput: true };
            if (!mayHaveMore) connection.Ready &= ~Readiness.Readable;
            else _loop.Queue(connection);
            return true;
        }

        if (received == SocketResult.WouldBlock)
        {
            if (connection.Tls is { HasInput: true }) _loop.Queue(connection);
            else if ((connection.Ready & Readiness.HungUp) != 0) connection.Fail();
            else connection.Ready &= ~Readiness.Readable;
        }
        else if (received == 0)
        {
            connection.Ready &= ~Readiness.Readable;
            connection.Flags |= ConnectionFlags.InputEnded;
            if ((connection.Ready & Readiness.HungUp) != 0) connection.Fail();
            else _loop.FinishLater(connection);
        }
        else
        {
            connection.Fail();
        }

        return false;
    }
}
