using Tercel.Cache.Server.Sessions;
using Tercel.Cache.Server.Settings;

namespace Tercel.Cache.Server.Observers;

/// <summary>The clients of one loop that listen: subscribers, monitors, and those told of invalidated keys.</summary>
/// <remarks>Thread: its loop's, except <see cref="Take"/> and <see cref="IsSlow"/>.</remarks>
internal sealed class Audience : IDisposable
{
    /// <summary>Over this much mail on its way to one loop, publishers wait. Units: bytes.</summary>
    private const long MailBytesMax = 32L << 20;

    private readonly CacheServer _server;
    private readonly SessionLoop _loop;
    private readonly PushWriter _writer = new();
    private readonly Dictionary<byte[], HashSet<Session>> _channels = new(BytesComparer.Instance);
    private readonly Dictionary<byte[], HashSet<Session>> _patterns = new(BytesComparer.Instance);
    private readonly Dictionary<byte[], HashSet<Session>> _shardChannels = new(BytesComparer.Instance);
    private readonly HashSet<Session> _monitors = [];
    private long _mailBytes;

    public Audience(CacheServer server, SessionLoop loop)
    {
        _server = server;
        _loop = loop;
    }

    /// <summary>Whether publishers have to wait for this loop. Any thread.</summary>
    public bool IsSlow => Volatile.Read(ref _mailBytes) > MailBytesMax;

    /// <summary>Has mail delivered by its loop, before the loop reads what clients send from now on. Any thread, no
    /// shard entered.</summary>
    /// <returns>Whether publishers have to wait for this loop.</returns>
    public bool Take(Mail mail)
    {
        var length = mail.Length;
        Interlocked.Add(ref _mailBytes, length);
        var posted = _loop.Loop.Post(
            state =>
            {
                Interlocked.Add(ref _mailBytes, -length);
                Deliver((Mail)state!); // given below
            },
            mail);
        if (!posted) mail.Free();
        return IsSlow;
    }

    /// <summary>Delivers mail now, and frees it.</summary>
    public void Deliver(Mail mail)
    {
        for (var offset = 0; mail.TryRead(ref offset, out var entry);) Deliver(entry);
        mail.Free();
    }

    /// <summary>False when the session listens to it already.</summary>
    public bool Subscribe(Session session, SubscriptionKind kind, ReadOnlySpan<byte> name)
    {
        var subscriptions = session.Subscriptions ??= new Subscriptions();
        var own = NamesOf(subscriptions, kind);
        if (own.GetAlternateLookup<ReadOnlySpan<byte>>().Contains(name)) return false;
        var bytes = name.ToArray();
        own.Add(bytes);
        var listeners = ListenersOf(kind);
        if (!listeners.TryGetValue(bytes, out var sessions)) listeners.Add(bytes, sessions = []);
        sessions.Add(session);
        _server.Observers.TableOf(kind).Add(bytes, _loop.Index, _server.Observers.Loops.Count);
        Recount(session, subscriptions);
        return true;
    }

    public void Unsubscribe(Session session, SubscriptionKind kind, ReadOnlySpan<byte> name)
    {
        if (session.Subscriptions is not { } subscriptions) return;
        var own = NamesOf(subscriptions, kind);
        if (!own.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(name, out var bytes)) return;
        own.Remove(bytes);
        var listeners = ListenersOf(kind);
        if (listeners.TryGetValue(bytes, out var sessions) && sessions.Remove(session) && sessions.Count == 0)
            listeners.Remove(bytes);
        _server.Observers.TableOf(kind).Remove(bytes, _loop.Index);
        Recount(session, subscriptions);
    }

    public void AddMonitor(Session session)
    {
        if (!_monitors.Add(session)) return;
        session.Set(SessionStates.Monitoring, true);
        _server.Observers.CountMonitor(_loop.Index, 1);
    }

    /// <summary>The session listens to nothing any more: RESET, or its end.</summary>
    public void Forget(Session session)
    {
        if (_monitors.Remove(session))
        {
            session.Set(SessionStates.Monitoring, false);
            _server.Observers.CountMonitor(_loop.Index, -1);
        }

        _server.Observers.Tracking.Forget(session);
        if (session.Subscriptions is not { } subscriptions) return;
        foreach (var kind in Enum.GetValues<SubscriptionKind>())
            foreach (var name in NamesOf(subscriptions, kind).ToArray()) Unsubscribe(session, kind, name);
        session.Subscriptions = null;
    }

    public static HashSet<byte[]> NamesOf(Subscriptions subscriptions, SubscriptionKind kind) => kind switch
    {
        SubscriptionKind.Channel => subscriptions.Channels,
        SubscriptionKind.Pattern => subscriptions.Patterns,
        _ => subscriptions.ShardChannels,
    };

    public void Dispose() => _writer.Dispose();

    private void Deliver(in MailEntry entry)
    {
        switch (entry.Kind)
        {
            case MailKind.Message: Deliver(entry, _channels); break;
            case MailKind.PatternMessage: Deliver(entry, _patterns); break;
            case MailKind.ShardMessage: Deliver(entry, _shardChannels); break;
            case MailKind.Command:
                foreach (var monitor in _monitors) Push(monitor, entry.First);
                break;
            default:
                if (_server.Sessions.Find(entry.SessionId) is { } session && session.Loop == _loop)
                    DeliverInvalidation(session, entry);
                break;
        }
    }

    private void Deliver(in MailEntry entry, Dictionary<byte[], HashSet<Session>> listeners)
    {
        if (!listeners.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(entry.First, out var sessions)) return;
        _writer.Begin(entry);
        foreach (var session in sessions) Push(session, _writer.For(session.IsResp3));
    }

    private void DeliverInvalidation(Session session, in MailEntry entry)
    {
        // A RESP2 client gets invalidations as messages, when it is subscribed and another client redirects to it.
        if (!session.IsResp3 && session.SubscriptionCount == 0) return;
        if (!session.IsResp3 && entry.Kind == MailKind.RedirectionBroken) return;
        _writer.Begin(entry);
        Push(session, _writer.For(session.IsResp3));
    }

    /// <summary>Sends at the end of the loop's turn; a client that does not read what it is told is closed over the
    /// limits for subscribers, whatever it may have waiting of its own replies.</summary>
    private void Push(Session session, ReadOnlySpan<byte> bytes)
    {
        if (session.Connection is not { IsClosed: false } connection) return;
        var limit = _server.Live.Output.PubSub;
        var waiting = connection.OutputBytesPending + bytes.Length;
        if ((limit.HardBytes > 0 && waiting > limit.HardBytes) || IsTooLongOver(session, limit, waiting))
            connection.Abort();
        else connection.SendLater(bytes);
    }

    /// <summary>Whether a subscriber has been over the soft limit for longer than it may.</summary>
    private bool IsTooLongOver(Session session, OutputLimit limit, long waiting)
    {
        if (limit.SoftBytes == 0 || session.Subscriptions is not { } subscriptions) return false;
        var nowMs = _loop.Loop.NowMs;
        if (waiting <= limit.SoftBytes) subscriptions.OverSoftLimitSinceMs = 0;
        else if (subscriptions.OverSoftLimitSinceMs == 0) subscriptions.OverSoftLimitSinceMs = nowMs;
        return waiting > limit.SoftBytes && nowMs - subscriptions.OverSoftLimitSinceMs > limit.SoftSeconds * 1000L;
    }

    private Dictionary<byte[], HashSet<Session>> ListenersOf(SubscriptionKind kind) => kind switch
    {
        SubscriptionKind.Channel => _channels,
        SubscriptionKind.Pattern => _patterns,
        _ => _shardChannels,
    };

    private void Recount(Session session, Subscriptions own)
    {
        var before = session.SubscriptionCount;
        session.SubscriptionCount = own.Channels.Count + own.Patterns.Count + own.ShardChannels.Count;
        if (before == 0) _server.Observers.CountSubscriber(1);
        if (session.SubscriptionCount == 0) _server.Observers.CountSubscriber(-1);
    }
}
