using System.Text;
using Tercel.Resp;

namespace Tercel.Client.Connections;

/// <summary>Turns the bytes of one whole reply into what the caller asked for.</summary>
/// <remarks>Runs on the connection's reader; must not block.</remarks>
internal delegate T ReplyParser<out T>(ReadOnlySpan<byte> reply);

/// <summary>A call that waits for its reply.</summary>
internal abstract class PendingCall
{
    /// <summary>When it was made, in the clock's ticks.</summary>
    public long StartedAt { get; init; }

    /// <summary>Added to the usual time-out: blocking commands.</summary>
    public TimeSpan ExtraTime { get; init; }

    public abstract bool IsDone { get; }

    /// <summary>Completes it with a reply. Never throws.</summary>
    public abstract void Complete(ReadOnlySpan<byte> reply);

    public abstract void Fail(Exception exception);
}

/// <summary>The same with the type of its result.</summary>
internal sealed class PendingCall<T>(ReplyParser<T> parser) : PendingCall
{
    // Continuations must not run on the reader, which serves every other call of the connection.
    private readonly TaskCompletionSource<T> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Task => _source.Task;

    public override bool IsDone => _source.Task.IsCompleted;

    public override void Complete(ReadOnlySpan<byte> reply)
    {
        var reader = new ReplyReader(reply);
        if (reader.TryReadValue(out var token) && token.Kind == ReplyKind.Error)
        {
            _source.TrySetException(new CacheServerException(Encoding.UTF8.GetString(token.Text)));
            return;
        }

        try
        {
            _source.TrySetResult(parser(reply));
        }
        catch (Exception e) when (e is CacheException or FormatException or OverflowException)
        {
            _source.TrySetException(new CacheException("the server's reply has an unexpected form", e));
        }
    }

    public override void Fail(Exception exception) => _source.TrySetException(exception);

    public void Cancel(CancellationToken token) => _source.TrySetCanceled(token);
}

/// <summary>A reply that nobody waits for: the words inside a transaction, whose results come with EXEC.</summary>
internal sealed class IgnoredCall : PendingCall
{
    public override bool IsDone => true;

    public override void Complete(ReadOnlySpan<byte> reply)
    {
    }

    public override void Fail(Exception exception)
    {
    }
}
