using Tercel.Resp;

namespace Tercel.Cache.Server.Sessions;

/// <summary>Collects the replies of a loop's turn in one buffer and sends each session its own in one piece.</summary>
/// <remarks>
/// Thread: one loop. Replies leave as soon as another session's begin, so that the buffer stays in the processor's
/// cache; with a journal that is to be on the disk before (durability "always") they leave together, after one commit.
/// </remarks>
internal sealed class ReplySender : IDisposable
{
    /// <summary>Sent before the turn ends when there is more than this. Units: bytes.</summary>
    private const int WaitingBytesMax = 256 * 1024;

    private readonly CacheServer _server;
    private readonly Dispatcher _dispatcher;
    private readonly List<Waiting> _waiting = [];
    private Session? _current;
    private int _start;

    public ReplySender(CacheServer server, Dispatcher dispatcher)
    {
        _server = server;
        _dispatcher = dispatcher;
    }

    public ReplyWriter Writer { get; } = new();

    /// <summary>Bytes and calls of sending since start.</summary>
    public long SentBytes { get; private set; }

    public long Sends { get; private set; }

    /// <summary>Whether <see cref="Begin"/> for that session sends nothing.</summary>
    public bool GoesOnWith(Session session) => session == _current && Writer.Length <= WaitingBytesMax;

    /// <summary>Replies written from now on belong to that session.</summary>
    public ReplyWriter Begin(Session session)
    {
        if (!GoesOnWith(session)) Switch(session);
        return Writer;
    }

    /// <summary>Sends everything.</summary>
    public void SendAll()
    {
        if (_current is null) return;
        Wait();
        _current = null;
        var mayLeave = _dispatcher.CommitJournal();
        foreach (var waiting in _waiting)
        {
            if (mayLeave) Send(waiting.Session, Writer.Written[waiting.Start..waiting.End]);
            else waiting.Session.Connection?.Abort();
        }

        _waiting.Clear();
        Writer.Clear();
        _start = 0;
    }

    /// <summary>The session is closed: its replies have nowhere to go.</summary>
    public void Forget(Session session)
    {
        if (_current == session) SendAll();
    }

    public void Dispose() => Writer.Dispose();

    private void Switch(Session session)
    {
        if (_current is not null && (!_server.WaitsForDisk || Writer.Length > WaitingBytesMax)) SendAll();
        Wait();
        _current = session;
        Writer.IsResp3 = session.IsResp3;
    }

    // The current session's replies are complete for now.
    private void Wait()
    {
        if (_current is not null) _waiting.Add(new Waiting(_current, _start, Writer.Length));
        _start = Writer.Length;
    }

    private void Send(Session session, ReadOnlySpan<byte> replies)
    {
        if (session.Connection is not { } connection) return;
        if (replies.Length > 0)
        {
            connection.Send(replies);
            SentBytes += replies.Length;
            Sends++;
        }

        if (session.IsClosing) connection.CloseAfterSend();
        else if (connection.OutputBytesPending > connection.OutputBytesSoftMax) session.Set(SessionStates.Held, true);
    }

    private readonly record struct Waiting(Session Session, int Start, int End);
}
