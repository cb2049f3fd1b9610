using Tercel.Network.Tls;

namespace Tercel.Network;

// A connection as its loop sees it: what is ready, what is kept, how far its end has come. All fields belong to the
// loop's thread, except those behind IsClosed. ConnectionInput
// has the way of its input.
// Nothing is freed or reported closed while a handler's method runs: the loop does both between batches.
internal abstract unsafe class LoopConnection : Connection
{
    private readonly EventLoop _loop;
    private OutputQueue _output;
    private long _outputHardMax;
    private int _outputSoftMax = 1 << 20;
    private volatile bool _closed;

    protected LoopConnection(EventLoop loop) => _loop = loop;

    /// <summary>Bytes of an incomplete message.</summary>
    public KeptInput Kept;

    /// <summary>What the poller said and no call has contradicted since.</summary>
    public Readiness Ready;

    public ConnectionFlags Flags;

    public TlsSession? Tls { get; set; }

    /// <summary>Its index among all connections of the loop.</summary>
    public int Place { get; set; }

    /// <summary>The poller's own mark.</summary>
    public ulong Token { get; set; }

    /// <summary>When it is closed whatever happens; 0 = no such time.</summary>
    public long DeadlineMs { get; set; }

    public override bool IsClosed => _closed;

    public override long OutputBytesPending => _output.Bytes;

    public override long InputBytesPending => Kept.Length;

    public override int OutputBytesSoftMax
    {
        get => _outputSoftMax;
        set => _outputSoftMax = value;
    }

    public override long OutputBytesHardMax
    {
        get => _outputHardMax;
        set => _outputHardMax = value;
    }

    /// <summary>Whether input is wanted now.</summary>
    public bool MayRead => (Flags & ConnectionFlags.NoReading) == 0;

    /// <summary>Bytes received, 0 at the end of input, or a negative <see cref="SocketResult"/>.</summary>
    public abstract int ReceiveRaw(byte* bytes, int count);

    /// <summary>Bytes sent, or a negative <see cref="SocketResult"/>.</summary>
    public abstract int SendRaw(byte* bytes, int count);

    public abstract void ShutdownSendingRaw();

    public abstract void CloseRaw();

    public override void Send(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length == 0 || IsDeaf) return;
        if (Tls is null) SendOrKeep(bytes);
        else if (!Tls.Send(this, _loop.TlsScratch, bytes)) Fail();
    }

    public override void SendLater(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length == 0 || IsDeaf) return;
        if (Tls is not null)
        {
            Send(bytes);
            return;
        }

        Keep(bytes);
        _loop.Queue(this);
    }

    /// <summary>What <see cref="Send"/> does below TLS.</summary>
    public void SendOrKeep(ReadOnlySpan<byte> bytes)
    {
        if (_closed) return;
        if (_output.Bytes == 0 && (Ready & Readiness.Writable) != 0) bytes = SendNow(bytes);
        if (bytes.Length == 0 || _closed) return;
        Keep(bytes);
        if ((Ready & Readiness.Writable) != 0) _loop.Queue(this);
    }

    /// <summary>Sends from the queue what the kernel takes, up to the bound of a turn.</summary>
    public void Flush()
    {
        for (var sum = 0; _output.Bytes > 0;)
        {
            if (sum >= LoopLimits.FlushBytesMax)
            {
                _loop.Queue(this);
                return;
            }

            var head = _output.Head;
            var left = SendNow(head);
            if (_closed) return;
            var sent = head.Length - left.Length;
            sum += sent;
            if (sent > 0) _output.Take(sent, _loop.Budget);
            if (left.Length > 0) break;
        }

        if ((Flags & ConnectionFlags.OverSoftMax) != 0 && _output.Bytes <= _outputSoftMax / 2) LeaveSoftMax();
        if (_output.Bytes == 0 && (Flags & (ConnectionFlags.Closing | ConnectionFlags.InputEnded)) != 0)
            _loop.FinishLater(this);
    }

    public override void PauseReading()
    {
        Flags |= ConnectionFlags.Paused;
        if ((Ready & (Readiness.PeerEnded | Readiness.HungUp)) != 0) _loop.Queue(this);
    }

    public override void ResumeReading()
    {
        if ((Flags & ConnectionFlags.Paused) == 0) return;
        Flags &= ~ConnectionFlags.Paused;
        ReadAgain();
    }

    public override void CloseAfterSend()
    {
        if (_closed || (Flags & ConnectionFlags.Closing) != 0) return;
        Flags |= ConnectionFlags.Closing;
        _loop.WatchDeadline(this, _loop.NowMs + LoopLimits.LingerMs);
        _loop.FinishLater(this);
    }

    public override void Abort()
    {
        if (_loop.IsCurrent) Fail();
        else if (!_closed) _loop.Post(static state => ((LoopConnection)state!).Fail(), this); // given in this line
    }

    /// <summary>Closes it, as soon as no handler's method is running.</summary>
    public void Fail()
    {
        if (_closed) return;
        _closed = true;
        _loop.CloseLater(this);
    }

    /// <summary>Frees what it holds; the loop calls it once, after the last batch that may see it.</summary>
    public void Release()
    {
        Kept.Clear(_loop.Budget);
        _output.Clear(_loop.Budget);
        Tls?.Dispose();
        Tls = null;
        CloseRaw();
    }

    /// <summary>Tells the peer that nothing more comes; input is still read, and thrown away.</summary>
    public void EndSending()
    {
        Tls?.EndSending(this, _loop.TlsScratch);
        Flags |= ConnectionFlags.SendingEnded;
        if (!_closed && _output.Bytes == 0) ShutdownSendingRaw();
    }

    /// <summary>Shows kept bytes again and reads on, after a pause.</summary>
    public void ReadAgain()
    {
        if (Kept.Length > 0) Flags |= ConnectionFlags.ShowAgain;
        _loop.Queue(this);
    }

    public void MarkTls(string? clientSubject) => TlsClientSubject = clientSubject;

    private bool IsDeaf => _closed || (Flags & ConnectionFlags.SendingEnded) != 0;

    /// <summary>Returns what the kernel did not take.</summary>
    private ReadOnlySpan<byte> SendNow(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var count = Math.Min(bytes.Length, LoopLimits.SendBytesMax);
            int sent;
            fixed (byte* start = bytes) sent = SendRaw(start, count);
            if (sent == SocketResult.WouldBlock) sent = 0;
            if (sent < 0)
            {
                Fail();
                return default;
            }

            bytes = bytes[sent..];
            if (sent == count) continue;
            Ready &= ~Readiness.Writable;
            break;
        }

        return bytes;
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        var total = _output.Bytes + bytes.Length;
        if ((_outputHardMax > 0 && total > _outputHardMax) || !_output.TryAppend(bytes, _loop.Budget))
        {
            _loop.CountOverflow();
            Fail();
        }
        else if (total > _outputSoftMax)
        {
            Flags |= ConnectionFlags.OverSoftMax;
        }
    }

    private void LeaveSoftMax()
    {
        Flags &= ~ConnectionFlags.OverSoftMax;
        _loop.TellDrained(this);
        ReadAgain();
    }
}

/// <summary>The failures of <see cref="LoopConnection.ReceiveRaw"/> and <see cref="LoopConnection.SendRaw"/>.</summary>
internal static class SocketResult
{
    public const int WouldBlock = -1;
    public const int Failed = -2;
}

[Flags]
internal enum ConnectionFlags : ushort
{
    None = 0,

    /// <summary>The handler does not want input.</summary>
    Paused = 1,

    /// <summary>Too much output is waiting.</summary>
    OverSoftMax = 2,

    /// <summary>Closes when the output has left; input is thrown away.</summary>
    Closing = 4,

    /// <summary>The peer sends no more and everything was read.</summary>
    InputEnded = 8,

    /// <summary>We said that we send no more.</summary>
    SendingEnded = 16,

    /// <summary>In the loop's list of connections to look at.</summary>
    Queued = 32,

    /// <summary>Kept bytes are to be shown without new ones behind them.</summary>
    ShowAgain = 64,

    /// <summary>The handler was told of it and must be told of its end.</summary>
    Opened = 128,

    /// <summary>In the loop's list of connections with a deadline.</summary>
    DeadlineWatched = 256,

    /// <summary>In the loop's list of connections that may be finished.</summary>
    FinishQueued = 512,

    /// <summary>There were too many connections: it only gets to know that.</summary>
    Refused = 1024,

    NoReading = Paused | OverSoftMax | InputEnded | Closing,
}
