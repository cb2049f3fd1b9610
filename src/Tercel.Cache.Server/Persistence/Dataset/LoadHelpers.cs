using System.Collections.Concurrent;

namespace Tercel.Cache.Server.Persistence.Dataset;

/// <summary>Threads that store groups of strings while the reader goes on reading.</summary>
/// <remarks>Lifetime: one load. Thread: the reader's, for all members. What a helper throws is thrown at the next
/// <see cref="Exchange"/> or <see cref="Finish"/>.</remarks>
internal sealed class LoadHelpers : IDisposable
{
    private const int HelpersMax = 4;
    private const int WaitingPerHelper = 4;

    private readonly BlockingCollection<StringGroup> _full;
    private readonly ConcurrentBag<StringGroup> _empty = [];
    private readonly Thread[] _threads;
    private Exception? _failure;
    private bool _isOver;

    public LoadHelpers(Keyspace keyspace, long nowMs)
    {
        var count = Math.Clamp(Environment.ProcessorCount - 1, 1, HelpersMax);
        _full = new BlockingCollection<StringGroup>(count * WaitingPerHelper);
        _threads = new Thread[count];
        for (var i = 0; i < count; i++)
        {
            _threads[i] = new Thread(() => Run(keyspace, nowMs)) { IsBackground = true, Name = "tercel-load" };
            _threads[i].Start();
        }
    }

    /// <summary>Gives a full group away and an empty one back.</summary>
    public StringGroup Exchange(StringGroup full)
    {
        ThrowFailure();
        _full.Add(full);
        return _empty.TryTake(out var empty) ? empty : new StringGroup();
    }

    /// <summary>Waits until everything given is stored.</summary>
    public void Finish()
    {
        Dispose();
        ThrowFailure();
    }

    public void Dispose()
    {
        if (_isOver) return;
        _isOver = true;
        _full.CompleteAdding();
        foreach (var thread in _threads) thread.Join();
        _full.Dispose();
    }

    private void Run(Keyspace keyspace, long nowMs)
    {
        foreach (var group in _full.GetConsumingEnumerable())
        {
            try
            {
                // After a failure what is left is only taken away, so that the reader does not wait for ever.
                if (Volatile.Read(ref _failure) is null) group.Store(keyspace, nowMs);
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref _failure, e, null);
            }

            group.Clear();
            _empty.Add(group);
        }
    }

    private void ThrowFailure()
    {
        if (Volatile.Read(ref _failure) is { } failure)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
    }
}
