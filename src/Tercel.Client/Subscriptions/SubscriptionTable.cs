using System.Collections.Concurrent;
using System.Text;
using System.Threading.Channels;

namespace Tercel.Client.Subscriptions;

/// <summary>A message that somebody published.</summary>
/// <param name="Channel">Where to.</param>
/// <param name="Payload">What.</param>
public sealed record PublishedMessage(string Channel, ReadOnlyMemory<byte> Payload)
{
    /// <summary><see cref="Payload"/> as text.</summary>
    public string Text => Encoding.UTF8.GetString(Payload.Span);
}

/// <summary>A subscription: a stream of messages until it is disposed.</summary>
/// <remarks>Messages published while the connection is down are lost, as Redis' own are. At most 10,000 messages wait
/// for
/// a slow reader; beyond, the oldest are dropped and counted.</remarks>
public sealed class Subscription : IAsyncDisposable
{
    private const int WaitingMax = 10_000;
    private readonly Channel<PublishedMessage> _messages;
    private readonly Func<Subscription, Task> _leave;
    private long _dropped;

    internal Subscription(string name, bool isPattern, Func<Subscription, Task> leave)
    {
        Name = name;
        IsPattern = isPattern;
        _leave = leave;
        var options = new BoundedChannelOptions(WaitingMax) { FullMode = BoundedChannelFullMode.DropOldest };
        _messages = Channel.CreateBounded<PublishedMessage>(options, _ => Interlocked.Increment(ref _dropped));
    }

    /// <summary>The channel or pattern.</summary>
    public string Name { get; }

    /// <summary>Whether <see cref="Name"/> is a pattern.</summary>
    public bool IsPattern { get; }

    /// <summary>Messages thrown away because the reader was too slow.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>The messages in order; ends when the subscription or the client is disposed.</summary>
    public IAsyncEnumerable<PublishedMessage> ReadAllAsync(CancellationToken token = default) =>
        _messages.Reader.ReadAllAsync(token);

    /// <summary>Ends the subscription.</summary>
    public async ValueTask DisposeAsync()
    {
        _messages.Writer.TryComplete();
        await _leave(this).ConfigureAwait(false);
    }

    internal void Take(PublishedMessage message) => _messages.Writer.TryWrite(message);

    internal void End() => _messages.Writer.TryComplete();
}

/// <summary>All subscriptions of a client, so that they can be made again on a new connection.</summary>
internal sealed class SubscriptionTable : IAsyncDisposable
{
    private readonly ConcurrentDictionary<(string Name, bool IsPattern), List<Subscription>> _byName = new();
    private readonly ConcurrentDictionary<(string Name, bool IsPattern), TaskCompletionSource> _confirmations = new();

    /// <summary>Adds one; true when it is the first of its name, so that the server must be told.</summary>
    public bool Add(Subscription subscription)
    {
        var list = _byName.GetOrAdd((subscription.Name, subscription.IsPattern), _ => []);
        lock (list)
        {
            list.Add(subscription);
            return list.Count == 1;
        }
    }

    /// <summary>Removes one; true when it was the last of its name.</summary>
    public bool Remove(Subscription subscription)
    {
        if (!_byName.TryGetValue((subscription.Name, subscription.IsPattern), out var list)) return false;
        lock (list) return list.Remove(subscription) && list.Count == 0;
    }

    public void Deliver(string name, bool isPattern, PublishedMessage message)
    {
        if (!_byName.TryGetValue((name, isPattern), out var list)) return;
        lock (list)
            foreach (var subscription in list) subscription.Take(message);
    }

    /// <summary>Completes when the server confirms the subscription.</summary>
    public Task Confirmation(string name, bool isPattern) =>
        _confirmations.GetOrAdd((name, isPattern), _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void Confirm(string name, bool isPattern)
    {
        if (_confirmations.TryRemove((name, isPattern), out var source)) source.TrySetResult();
    }

    public IEnumerable<(byte[] Command, string Name)> ToSubscribe()
    {
        foreach (var ((name, isPattern), list) in _byName)
        {
            bool isWanted;
            lock (list) isWanted = list.Count > 0;
            if (isWanted) yield return (isPattern ? "PSUBSCRIBE"u8.ToArray() : "SUBSCRIBE"u8.ToArray(), name);
        }
    }

    public ValueTask DisposeAsync()
    {
        foreach (var list in _byName.Values)
            lock (list)
                foreach (var subscription in list) subscription.End();
        return ValueTask.CompletedTask;
    }
}
