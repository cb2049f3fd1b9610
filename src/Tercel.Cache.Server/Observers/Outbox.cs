using Tercel.Cache.Server.Commands;
using Tercel.Cache.Server.Sessions;

namespace Tercel.Cache.Server.Observers;

/// <summary>What the commands of one dispatcher have to tell the clients of all loops, until the end of the
/// batch.</summary>
/// <remarks>Thread: its dispatcher's. Filling it takes no lock that a loop waits for, so it may be done with shards
/// entered.</remarks>
internal sealed class Outbox(KeyObservers observers)
{
    private readonly KeyObservers _observers = observers;
    private readonly List<Session> _publishers = [];
    private Mail?[] _mails = [];

    public bool IsEmpty { get; private set; } = true;

    /// <summary>Returns the number of clients that will get the message.</summary>
    public int Publish(ReadOnlySpan<byte> channel, ReadOnlySpan<byte> message)
    {
        var receivers = Add(MailKind.Message, _observers.Channels.Find(channel), channel, message);
        if (_observers.Patterns.Count == 0) return receivers;
        foreach (var (pattern, counts) in _observers.Patterns.All())
        {
            if (!Glob.Matches(pattern, channel)) continue;
            receivers += Add(MailKind.PatternMessage, counts, pattern, channel, message);
        }

        return receivers;
    }

    public int PublishToShard(ReadOnlySpan<byte> channel, ReadOnlySpan<byte> message) =>
        Add(MailKind.ShardMessage, _observers.ShardChannels.Find(channel), channel, message);

    /// <summary>A session that publishes more than the loops can deliver has to wait.</summary>
    public void CountPublisher(Session session)
    {
        if (_publishers.Count == 0 || _publishers[^1] != session) _publishers.Add(session);
    }

    /// <summary>Adds an entry for the loop of one session.</summary>
    public void Tell(Session session, MailKind kind, ReadOnlySpan<byte> text = default)
    {
        if (session.Loop is { } loop) MailFor(loop.Index).Add(kind, session.Id, text);
    }

    /// <summary>Adds an entry for every loop that is counted.</summary>
    public void TellAll(ReadOnlySpan<int> counts, MailKind kind, ReadOnlySpan<byte> text)
    {
        for (var loop = 0; loop < counts.Length; loop++)
            if (Volatile.Read(in counts[loop]) > 0) MailFor(loop).Add(kind, 0, text);
    }

    /// <summary>Hands over what other loops are to deliver; no shard is entered.</summary>
    public void SendAway()
    {
        var slow = false;
        for (var index = 0; index < _mails.Length; index++)
        {
            if (_mails[index] is not { } mail || _observers.Loops[index].Loop.IsCurrent) continue;
            _mails[index] = null;
            slow |= _observers.Loops[index].Audience.Take(mail);
        }

        if (slow)
            foreach (var publisher in _publishers) publisher.Loop?.WaitForMail(publisher);
        _publishers.Clear();
    }

    /// <summary>The same, and delivers what is for clients of its own loop: behind the replies of the batch.</summary>
    public void SendAll()
    {
        SendAway();
        IsEmpty = true;
        for (var index = 0; index < _mails.Length; index++)
        {
            if (_mails[index] is not { } mail) continue;
            _mails[index] = null;
            _observers.Loops[index].Audience.Deliver(mail);
        }
    }

    private int Add(
        MailKind kind, int[]? counts, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second,
        ReadOnlySpan<byte> third = default)
    {
        var receivers = 0;
        for (var loop = 0; loop < counts.AsSpan().Length; loop++)
        {
            var here = Volatile.Read(in counts![loop]); // an empty span is the only null
            if (here <= 0) continue;
            receivers += here;
            MailFor(loop).Add(kind, 0, first, second, third);
        }

        return receivers;
    }

    private Mail MailFor(int loop)
    {
        if (_mails.Length <= loop) Array.Resize(ref _mails, _observers.Loops.Count);
        IsEmpty = false;
        return _mails[loop] ??= new Mail();
    }
}
