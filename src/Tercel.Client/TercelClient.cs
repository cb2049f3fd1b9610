using System.Diagnostics.CodeAnalysis;
using Tercel.Client.Connections;
using Tercel.Client.Near;
using Tercel.Client.Subscriptions;

namespace Tercel.Client;

/// <summary>A connection to Tercel Cache, or to Redis 6.2 or later, that many callers share.</summary>
/// <remarks>
/// Make one per process and keep it. Thread: any; calls of all threads are pipelined over the same connections, in the
/// order made, and complete in that order. It connects by itself, also again after a loss: calls not sent yet wait for
/// the next connection, calls already sent fail with <see cref="CacheConnectionException"/>, since they may have run.
/// Errors: <see cref="CacheServerException"/>, <see cref="CacheConnectionException"/>,
/// <see cref="CacheTimeoutException"/>, <see cref="OperationCanceledException"/> (the command may still run).
/// The commands are extension methods in <c>Tercel.Client.Commands</c>.
/// </remarks>
public sealed class TercelClient : IAsyncDisposable
{
    private readonly ConnectionKeeper[] _keepers;
    private readonly PushRouter _router;
    private int _turn;

    private TercelClient(TercelClientOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Connections, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Connections, 64);
        Options = options;
        Near = options.NearCacheBytesMax > 0 ? new NearCache(options) : null;
        Subscriptions = new SubscriptionTable();
        _router = new PushRouter(Near, Subscriptions);
        _keepers = new ConnectionKeeper[options.Connections];
        for (var i = 0; i < _keepers.Length; i++)
        {
            // Subscriptions live on the first connection.
            var greeting = new Greeting(options, i == 0 ? Subscriptions : null);
            _keepers[i] = new ConnectionKeeper(options, _router, greeting.Run, () => Near?.Clear());
        }
    }

    /// <summary>The options it was made with.</summary>
    public TercelClientOptions Options { get; }

    /// <summary>Whether there is an open connection now.</summary>
    public bool IsConnected => _keepers.Any(keeper => keeper.Current is not null);

    /// <summary>What the near cache did; all zero when it is off.</summary>
    public NearCacheStatistics NearStatistics => Near?.Statistics ?? default;

    internal NearCache? Near { get; }

    internal SubscriptionTable Subscriptions { get; }

    /// <summary>Starts connecting in the background; calls wait until it is done.</summary>
    public static TercelClient Create(TercelClientOptions options) => new(options);

    /// <summary>Connects and waits for the first connection.</summary>
    /// <remarks>Errors: <see cref="CacheConnectionException"/> with the reason as its inner exception.</remarks>
    public static async Task<TercelClient> ConnectAsync(TercelClientOptions options, CancellationToken token = default)
    {
        var client = new TercelClient(options);
        try
        {
            await client._keepers[0].Get(options.ConnectTimeout, token).ConfigureAwait(false);
            return client;
        }
        catch
        {
            await client.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Runs any command: its words, then its arguments.</summary>
    /// <param name="command">The words: <c>CLIENT ID</c>.</param>
    /// <param name="arguments">The arguments.</param>
    /// <param name="extraTime">Added to the command time-out, for commands that block. They hold up every other call of
    /// the same connection: give them a client of their own.</param>
    /// <param name="token">Cancels the waiting, not the command.</param>
    /// <remarks>Cost: builds the whole reply in managed memory. Not for SUBSCRIBE and its like, MULTI with values of
    /// several callers in between, or MONITOR.</remarks>
    public Task<CacheReply> ExecuteAsync(
        string command, IReadOnlyList<CacheValue> arguments, TimeSpan extraTime = default,
        CancellationToken token = default)
    {
        var words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0) throw new ArgumentException("the command is empty", nameof(command));
        var request = Request.Start(
            System.Text.Encoding.UTF8.GetBytes(words[0]), words.Length - 1 + arguments.Count);
        foreach (var word in words.AsSpan(1)) request.Add((CacheValue)word);
        foreach (var argument in arguments) request.Add(argument);
        return SendOn(NextKeeper(), request, ReplyParsers.Any, extraTime, token);
    }

    /// <summary>Closes the connections; waiting calls fail.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var keeper in _keepers) await keeper.DisposeAsync().ConfigureAwait(false);
        await Subscriptions.DisposeAsync().ConfigureAwait(false);
    }

    internal Task<T> Send<T>(Request request, ReplyParser<T> parser, CancellationToken token) =>
        SendOn(NextKeeper(), request, parser, TimeSpan.Zero, token);

    /// <summary>Sends SUBSCRIBE or its like on the connection that has the subscriptions; a PING behind it is answered
    /// once the server has seen it.</summary>
    internal Task<bool> SendSubscription(ReadOnlySpan<byte> command, string name, CancellationToken token)
    {
        var request = Request.Start(command, 1).Add((CacheValue)name);
        request.Append(Request.Start("PING"u8, 0), isPushed: true);
        return SendOn(_keepers[0], request, ReplyParsers.IsOk, TimeSpan.Zero, token);
    }

    /// <summary>MULTI, the commands, EXEC in one piece; done when all have run.</summary>
    /// <remarks>Errors: <see cref="CacheServerException"/> when one of the commands is refused.</remarks>
    internal async Task SendTransaction(IReadOnlyList<Request> commands, CancellationToken token)
    {
        var request = Request.Start("MULTI"u8, 0);
        foreach (var command in commands) request.Append(command);
        request.Append(Request.Start("EXEC"u8, 0));
        var reply = await Send(request, ReplyParsers.Any, token).ConfigureAwait(false);
        if (reply.Items.FirstOrDefault(item => item.Kind == Resp.ReplyKind.Error) is { } error)
            throw new CacheServerException(error.ToString());
    }

    private Task<T> SendOn<T>(
        ConnectionKeeper keeper, Request request, ReplyParser<T> parser, TimeSpan extraTime, CancellationToken token)
    {
        if (token.IsCancellationRequested)
        {
            request.Release();
            return Task.FromCanceled<T>(token);
        }

        var call = new PendingCall<T>(parser) { StartedAt = Options.Time.GetTimestamp(), ExtraTime = extraTime };
        if (keeper.Current is not { } connection || !TrySend(connection, request, call))
            return SendLater(keeper, request, call, token);
        return token.CanBeCanceled ? Cancellable(call, token) : call.Task;
    }

    [SuppressMessage("Design", "CA1031", Justification = "The exception is the caller's result.")]
    private static bool TrySend<T>(ClientConnection connection, Request request, PendingCall<T> call)
    {
        try
        {
            if (!connection.TrySend(request, call)) return false;
        }
        catch (CacheConnectionException e)
        {
            call.Fail(e);
        }

        request.Release();
        return true;
    }

    private async Task<T> SendLater<T>(
        ConnectionKeeper keeper, Request request, PendingCall<T> call, CancellationToken token)
    {
        var isSent = false;
        try
        {
            while (!isSent)
            {
                var left = Options.CommandTimeout - Options.Time.GetElapsedTime(call.StartedAt);
                var connection = await keeper.Get(left, token).ConfigureAwait(false);
                isSent = TrySend(connection, request, call);
            }
        }
        finally
        {
            if (!isSent) request.Release();
        }

        return await Cancellable(call, token).ConfigureAwait(false);
    }

    private static async Task<T> Cancellable<T>(PendingCall<T> call, CancellationToken token)
    {
        using var registration = token.Register(() => call.Cancel(token));
        return await call.Task.ConfigureAwait(false);
    }

    private ConnectionKeeper NextKeeper() =>
        _keepers.Length == 1 ? _keepers[0] : _keepers[(uint)Interlocked.Increment(ref _turn) % (uint)_keepers.Length];
}
