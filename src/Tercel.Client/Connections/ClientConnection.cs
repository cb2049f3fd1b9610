using System.Buffers;
using System.Net.Security;
using System.Net.Sockets;
using Tercel.Resp;

namespace Tercel.Client.Connections;

/// <summary>One established connection: bytes out in the order of calls, replies back in the same order.</summary>
/// <remarks>Lifetime: ends with the first error, which fails every call that was not answered; the keeper then makes a
/// new one. Thread: <see cref="TrySend"/> from any; replies are completed on the reader's task.</remarks>
internal sealed class ClientConnection : IAsyncDisposable
{
    private const int ReceiveBytes = 64 * 1024;

    private readonly Stream _stream;
    private readonly Lock _gate = new();
    private readonly Queue<PendingCall> _pending = new();
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly CancellationTokenSource _end = new();
    private readonly ReplyScanner _scanner = new(ReplyLimits.Usual);
    private readonly IPushHandler _pushes;
    private readonly int _queueBytesMax;
    private ArrayBufferWriter<byte> _filling = new(4096);
    private ArrayBufferWriter<byte> _sending = new(4096);
    private int _unsentCount;
    private Exception? _failure;

    private ClientConnection(Stream stream, IPushHandler pushes, int queueBytesMax)
    {
        _stream = stream;
        _pushes = pushes;
        _queueBytesMax = queueBytesMax;
    }

    /// <summary>Ends when the connection does; never faults.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    public bool IsOpen => Volatile.Read(ref _failure) is null;

    /// <summary>Ticks of the clock when bytes last came in.</summary>
    public long LastReceivedAt { get; private set; }

    /// <summary>Connects; errors come as the socket's or TLS' exceptions.</summary>
    public static async Task<ClientConnection> Open(
        TercelClientOptions options, IPushHandler pushes, CancellationToken token)
    {
        var stream = await Connect(options, token).ConfigureAwait(false);
        var connection = new ClientConnection(stream, pushes, options.QueueBytesMax);
        connection.LastReceivedAt = options.Time.GetTimestamp();
        connection.Completion = Task.WhenAll(connection.SendLoop(), connection.ReceiveLoop(options.Time));
        return connection;
    }

    /// <summary>Queues a request; false when the connection has ended. The request's bytes are copied.</summary>
    /// <param name="request">One or several commands; the call gets the reply of the last.</param>
    /// <param name="call">Who waits.</param>
    public bool TrySend(Request request, PendingCall call)
    {
        lock (_gate)
        {
            if (_failure is not null) return false;
            if (_filling.WrittenCount > 0 && _filling.WrittenCount + request.Bytes.Length > _queueBytesMax)
                throw new CacheConnectionException("too many requests wait to be sent: QueueBytesMax", wasSent: false);
            _filling.Write(request.Bytes);
            for (var i = 1; i < request.CommandCount; i++)
                _pending.Enqueue(new IgnoredCall { StartedAt = call.StartedAt });
            _pending.Enqueue(call);
            _unsentCount += request.CommandCount;
            if (_wake.CurrentCount == 0) _wake.Release();
        }

        return true;
    }

    /// <summary>Fails calls that wait too long; ends the connection when the server has said nothing
    /// meanwhile.</summary>
    public void CheckTimeouts(TimeProvider time, TimeSpan limit)
    {
        var isStuck = false;
        lock (_gate)
        {
            foreach (var call in _pending)
            {
                var waited = time.GetElapsedTime(call.StartedAt);
                // Calls are in order of their start, so the first young one ends the search.
                if (waited <= limit) break;
                if (waited <= limit + call.ExtraTime) continue;
                if (!call.IsDone) call.Fail(new CacheTimeoutException($"no reply within {limit + call.ExtraTime}"));
                isStuck |= time.GetElapsedTime(LastReceivedAt) > 2 * limit + call.ExtraTime;
            }
        }

        if (isStuck) Fail(new CacheTimeoutException("the server does not answer"));
    }

    public void Fail(Exception exception)
    {
        PendingCall[] lost;
        int sentCount;
        lock (_gate)
        {
            if (_failure is not null) return;
            _failure = exception;
            lost = [.. _pending];
            sentCount = lost.Length - _unsentCount;
            _pending.Clear();
        }

        _end.Cancel();
        _stream.Dispose();
        for (var i = 0; i < lost.Length; i++)
            lost[i].Fail(new CacheConnectionException("the connection to the cache was lost", i < sentCount,
                exception));
    }

    public async ValueTask DisposeAsync()
    {
        Fail(new ObjectDisposedException(nameof(TercelClient)));
        await Completion.ConfigureAwait(false);
        _end.Dispose();
        _wake.Dispose();
    }

    private static async Task<Stream> Connect(TercelClientOptions options, CancellationToken token)
    {
        var isUnix = options.UnixSocket is not null;
        var socket = isUnix
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (options.UnixSocket is { } path)
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), token).ConfigureAwait(false);
            else
                await socket.ConnectAsync(options.Host, options.Port, token).ConfigureAwait(false);
            var stream = new NetworkStream(socket, ownsSocket: true);
            if (!options.Tls) return stream;
            var tls = new SslStream(stream, leaveInnerStreamOpen: false, options.TlsValidation);
            var authentication = new SslClientAuthenticationOptions { TargetHost = options.TlsHost ?? options.Host };
            await tls.AuthenticateAsClientAsync(authentication, token).ConfigureAwait(false);
            return tls;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task SendLoop()
    {
        try
        {
            while (true)
            {
                await _wake.WaitAsync(_end.Token).ConfigureAwait(false);
                lock (_gate)
                {
                    (_filling, _sending) = (_sending, _filling);
                    _unsentCount = 0;
                }

                await _stream.WriteAsync(_sending.WrittenMemory, _end.Token).ConfigureAwait(false);
                // A buffer that a large value has blown up is not kept.
                if (_sending.Capacity > 1 << 20) _sending = new ArrayBufferWriter<byte>(4096);
                else _sending.ResetWrittenCount();
            }
        }
        catch (Exception e) when (IsEnd(e))
        {
            Fail(e);
        }
    }

    private async Task ReceiveLoop(TimeProvider time)
    {
        var buffer = new byte[ReceiveBytes];
        var kept = 0;
        try
        {
            while (true)
            {
                if (kept == buffer.Length || _scanner.BytesNeeded > buffer.Length)
                    Array.Resize(ref buffer, Larger(buffer.Length));
                var count = await _stream.ReadAsync(buffer.AsMemory(kept), _end.Token).ConfigureAwait(false);
                if (count == 0) throw new IOException("the server closed the connection");
                LastReceivedAt = time.GetTimestamp();
                var used = Take(buffer.AsSpan(0, kept + count));
                buffer.AsSpan(used, kept + count - used).CopyTo(buffer);
                kept += count - used;
                if (kept == 0 && buffer.Length > 1 << 20) buffer = new byte[ReceiveBytes];
            }
        }
        catch (Exception e) when (IsEnd(e) || e is CacheException)
        {
            Fail(e);
        }
    }

    private int Larger(int bytes) => (int)Math.Max(Math.Min(2L * bytes, Array.MaxLength), _scanner.BytesNeeded);

    private static bool IsEnd(Exception e) =>
        e is IOException or ObjectDisposedException or OperationCanceledException or SocketException;

    private int Take(ReadOnlySpan<byte> bytes)
    {
        var used = 0;
        while (used < bytes.Length)
        {
            var status = _scanner.Scan(bytes[used..], out var length);
            if (status == ReadStatus.NeedMore) break;
            if (status == ReadStatus.Malformed)
                throw new CacheException("the server's bytes are not the Redis protocol");
            var reply = bytes.Slice(used, length);
            used += length;
            if (_scanner.Kind == ReplyKind.Push) _pushes.Push(reply);
            else Next().Complete(reply);
        }

        return used;
    }

    private PendingCall Next()
    {
        lock (_gate)
        {
            return _pending.TryDequeue(out var call)
                ? call
                : throw new CacheException("the server answered although nothing was asked");
        }
    }
}

/// <summary>Takes messages that are not answers: invalidations and published messages.</summary>
internal interface IPushHandler
{
    /// <summary>Runs on the connection's reader; must not block or throw.</summary>
    void Push(ReadOnlySpan<byte> message);
}
