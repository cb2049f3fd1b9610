using System.Net.Sockets;
using Tercel.Primitives;

namespace Tercel.Client.Connections;

/// <summary>Keeps one connection: makes it, greets, makes it again when it was lost.</summary>
/// <remarks>Calls made while there is none wait for the next one, within their time-out.</remarks>
internal sealed class ConnectionKeeper : IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan WatchInterval = TimeSpan.FromMilliseconds(100);

    private readonly TercelClientOptions _options;
    private readonly IPushHandler _pushes;
    private readonly Func<ClientConnection, CancellationToken, Task> _greet;
    private readonly Action _lost;
    private readonly CancellationTokenSource _end = new();
    private readonly Prng _jitter = new((ulong)Environment.TickCount64);
    private TaskCompletionSource<ClientConnection> _next = NewSource();
    private ClientConnection? _current;
    private Exception? _lastError;
    private readonly Task _run;

    /// <param name="options">How.</param>
    /// <param name="pushes">Who takes messages that are not answers.</param>
    /// <param name="greet">Prepares a fresh connection: HELLO, SELECT, tracking, subscriptions.</param>
    /// <param name="lost">Told about every lost connection.</param>
    public ConnectionKeeper(
        TercelClientOptions options, IPushHandler pushes, Func<ClientConnection, CancellationToken, Task> greet,
        Action lost)
    {
        _options = options;
        _pushes = pushes;
        _greet = greet;
        _lost = lost;
        _run = Run();
    }

    /// <summary>Why the last attempt to connect failed; null after a success.</summary>
    public Exception? LastError => Volatile.Read(ref _lastError);

    /// <summary>The open connection, or null while there is none.</summary>
    public ClientConnection? Current => Volatile.Read(ref _current) is { IsOpen: true } open ? open : null;

    /// <summary>The open connection, waiting for one within the time given.</summary>
    public async Task<ClientConnection> Get(TimeSpan timeout, CancellationToken token)
    {
        var waited = _options.Time.GetTimestamp();
        while (true)
        {
            if (Current is { } open) return open;
            ObjectDisposedException.ThrowIf(_end.IsCancellationRequested, typeof(TercelClient));
            var left = timeout - _options.Time.GetElapsedTime(waited);
            try
            {
                if (left <= TimeSpan.Zero) throw new TimeoutException();
                await Volatile.Read(ref _next).Task.WaitAsync(left, _options.Time, token).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                throw new CacheConnectionException(
                    $"no connection to {Address} within {timeout}", wasSent: false, LastError);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        Volatile.Read(ref _next).TrySetException(new ObjectDisposedException(nameof(TercelClient)));
        await _run.ConfigureAwait(false);
        _end.Dispose();
    }

    private string Address => _options.UnixSocket ?? $"{_options.Host}:{_options.Port}";

    private async Task Run()
    {
        var pause = FirstPause;
        while (!_end.IsCancellationRequested)
        {
            var connection = await TryOpen().ConfigureAwait(false);
            if (connection is not null)
            {
                pause = FirstPause;
                await Serve(connection).ConfigureAwait(false);
                if (_end.IsCancellationRequested) break;
            }

            try
            {
                await Task.Delay(pause * (0.5 + _jitter.Below(1000) / 1000.0), _options.Time, _end.Token)
                    .ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                break;
            }

            pause = pause * 2 < _options.ReconnectPauseMax ? pause * 2 : _options.ReconnectPauseMax;
        }
    }

    private async Task<ClientConnection?> TryOpen()
    {
        ClientConnection? connection = null;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
        limit.CancelAfter(_options.ConnectTimeout);
        try
        {
            connection = await ClientConnection.Open(_options, _pushes, limit.Token).ConfigureAwait(false);
            await _greet(connection, limit.Token).ConfigureAwait(false);
            Volatile.Write(ref _lastError, null);
            return connection;
        }
        catch (Exception e) when (e is SocketException or IOException or CacheException or OperationCanceledException
            or System.Security.Authentication.AuthenticationException or ObjectDisposedException)
        {
            Volatile.Write(ref _lastError, e);
            if (connection is not null) await connection.DisposeAsync().ConfigureAwait(false);
            return null;
        }
    }

    private async Task Serve(ClientConnection connection)
    {
        Volatile.Write(ref _current, connection);
        Interlocked.Exchange(ref _next, NewSource()).TrySetResult(connection);
        using var stop = _end.Token.Register(() => connection.Fail(new ObjectDisposedException(nameof(TercelClient))));
        while (!connection.Completion.IsCompleted)
        {
            await Task.WhenAny(connection.Completion, Task.Delay(WatchInterval, _options.Time)).ConfigureAwait(false);
            connection.CheckTimeouts(_options.Time, _options.CommandTimeout);
        }

        Volatile.Write(ref _current, null);
        await connection.DisposeAsync().ConfigureAwait(false);
        _lost();
    }

    private static TaskCompletionSource<ClientConnection> NewSource()
    {
        var source = new TaskCompletionSource<ClientConnection>(TaskCreationOptions.RunContinuationsAsynchronously);
        // Nobody may be waiting when the client is disposed.
        _ = source.Task.ContinueWith(
            static task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted,
            TaskScheduler.Default);
        return source;
    }
}
