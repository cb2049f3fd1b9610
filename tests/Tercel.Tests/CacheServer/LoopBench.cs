// Why this is correct: the sent bytes are pinned while the loop looks at them, and every batch ends before they are
// let go.
using System.Text;
using Tercel.Cache.Server;
using Tercel.Cache.Server.Sessions;
using Tercel.Network;

namespace Tercel.Tests.CacheServer;

/// <summary>A session loop with connections that are not there: bytes in, bytes out, on the test's thread.</summary>
internal sealed unsafe class LoopBench : IDisposable, IEventLoop
{
    private readonly List<(Action<object?> Work, object? State)> _posted = [];
    private long _lastId;

    public LoopBench(CacheServerOptions? options = null)
    {
        Server = new Tercel.Cache.Server.CacheServer(
            options ?? new CacheServerOptions { Keyspace = CommandRunner.SmallKeyspace }, TimeProvider.System);
        Sessions = new SessionLoop(Server, this, loopCount: 1);
    }

    public Tercel.Cache.Server.CacheServer Server { get; }

    public SessionLoop Sessions { get; }

    public int Index => 0;

    public bool IsCurrent => true;

    public long BusyMicroseconds => 0;

    public int ConnectionCount => 0;

    public long NowMs { get; set; } = CommandRunner.StartMs;

    public bool Post(Action<object?> work, object? state)
    {
        _posted.Add((work, state));
        return true;
    }

    public LoopBenchConnection Connect()
    {
        var connection = new LoopBenchConnection { Id = ++_lastId, Loop = this, Listener = new Listener() };
        if (!Sessions.Opened(connection)) throw new InvalidOperationException("the connection was refused");
        return connection;
    }

    /// <summary>One turn in which the bytes of all these connections come in; what is not taken is kept.</summary>
    public void Turn(params ReadOnlySpan<(LoopBenchConnection Connection, byte[] Bytes)> received)
    {
        // A collected batch points into the bytes: all of them stay where they are until it has run.
        if (received.Length == 0)
        {
            EndTurn();
            return;
        }

        var (connection, bytes) = received[0];
        fixed (byte* start = bytes)
        {
            connection.Taken = Sessions.Received(connection, start, bytes.Length);
            Turn(received[1..]);
        }
    }

    public void Dispose()
    {
        Sessions.Dispose();
        Server.Dispose();
    }

    private void EndTurn()
    {
        Sessions.EndOfBatch();
        for (var i = 0; i < _posted.Count; i++) _posted[i].Work(_posted[i].State);
        _posted.Clear();
        Sessions.Tick(NowMs);
    }
}

/// <summary>A connection that keeps what is sent to it.</summary>
internal sealed class LoopBenchConnection : Connection
{
    private readonly StringBuilder _text = new();
    private bool _isClosed;

    /// <summary>Bytes the loop took of what it was shown last.</summary>
    public int Taken { get; set; }

    /// <summary>Bytes sent to the client so far.</summary>
    public long SentBytes { get; private set; }

    /// <summary>Times that something was sent.</summary>
    public int Sends { get; private set; }

    /// <summary>Whether the text is kept; it costs memory.</summary>
    public bool KeepsText { get; init; } = true;

    public bool IsPaused { get; private set; }

    public long Pending { get; set; }

    public override bool IsClosed => _isClosed;

    public override long OutputBytesPending => Pending;

    public override long InputBytesPending => 0;

    public override int OutputBytesSoftMax { get; set; } = 1 << 20;

    public override long OutputBytesHardMax { get; set; }

    /// <summary>What was sent since the last call.</summary>
    public string TakeText()
    {
        var text = _text.ToString();
        _text.Clear();
        return text;
    }

    public override void Send(ReadOnlySpan<byte> bytes)
    {
        Sends++;
        SentBytes += bytes.Length;
        if (KeepsText) _text.Append(Encoding.Latin1.GetString(bytes));
    }

    public override void SendLater(ReadOnlySpan<byte> bytes) => Send(bytes);

    public override void PauseReading() => IsPaused = true;

    public override void ResumeReading() => IsPaused = false;

    public override void CloseAfterSend() => _isClosed = true;

    public override void Abort() => _isClosed = true;
}
