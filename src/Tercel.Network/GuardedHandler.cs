namespace Tercel.Network;

// Calls the handler of a loop. What a method about a connection throws closes that connection; what EndOfBatch throws
// closes all whose bytes were in the batch, since nobody knows how far their commands came.
internal sealed unsafe class GuardedHandler(ILoopHandler handler, LoopGroup group)
{
    private readonly ILoopHandler _handler = handler;
    private readonly LoopGroup _group = group;

    public void Opened(LoopConnection connection)
    {
        connection.Flags |= ConnectionFlags.Opened;
        try
        {
            if (!_handler.Opened(connection)) connection.CloseAfterSend();
        }
        catch (Exception e)
        {
            Failed(connection, e);
        }
    }

    public int Received(LoopConnection connection, byte* bytes, int count)
    {
        try
        {
            return _handler.Received(connection, bytes, count);
        }
        catch (Exception e)
        {
            Failed(connection, e);
            return count;
        }
    }

    public void EndOfBatch(IReadOnlyList<LoopConnection> inBatch)
    {
        try
        {
            _handler.EndOfBatch();
        }
        catch (Exception e)
        {
            _group.CountFailure(e);
            foreach (var connection in inBatch) connection.Fail();
        }
    }

    public void Closed(LoopConnection connection)
    {
        if ((connection.Flags & ConnectionFlags.Opened) == 0) return;
        try
        {
            _handler.Closed(connection);
        }
        catch (Exception e)
        {
            _group.CountFailure(e);
        }
    }

    public void Drained(LoopConnection connection)
    {
        if ((connection.Flags & ConnectionFlags.Opened) == 0) return;
        try
        {
            _handler.Drained(connection);
        }
        catch (Exception e)
        {
            Failed(connection, e);
        }
    }

    public void Tick(long nowMs)
    {
        try
        {
            _handler.Tick(nowMs);
        }
        catch (Exception e)
        {
            _group.CountFailure(e);
        }
    }

    private void Failed(LoopConnection connection, Exception e)
    {
        _group.CountFailure(e);
        connection.Fail();
    }
}
