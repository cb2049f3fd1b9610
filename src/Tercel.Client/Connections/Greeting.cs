using Tercel.Client.Subscriptions;

namespace Tercel.Client.Connections;

/// <summary>What is said on a fresh connection before callers may use it.</summary>
internal sealed class Greeting(TercelClientOptions options, SubscriptionTable? subscriptions)
{
    /// <remarks>Errors: <see cref="CacheServerException"/> when the server refuses, such as a wrong password.</remarks>
    public async Task Run(ClientConnection connection, CancellationToken token)
    {
        var hello = Request.Start("HELLO"u8, 3 + (options.Password is null ? 0 : 3)).Add(3);
        if (options.Password is { } password)
            hello.Add("AUTH"u8).Add((CacheValue)(options.User ?? "default")).Add((CacheValue)password);
        hello.Add("SETNAME"u8).Add((CacheValue)options.Name);
        await Say(connection, hello, token).ConfigureAwait(false);
        if (options.Database != 0)
            await Say(connection, Request.Start("SELECT"u8, 1).Add(options.Database), token).ConfigureAwait(false);
        if (options.NearCacheBytesMax > 0)
        {
            var tracking = Request.Start("CLIENT"u8, 2).Add("TRACKING"u8).Add("ON"u8);
            await Say(connection, tracking, token).ConfigureAwait(false);
        }

        if (subscriptions is null) return;
        foreach (var (command, name) in subscriptions.ToSubscribe())
        {
            // A subscription is answered by a push, which completes nothing: the PING behind it has the reply.
            var request = Request.Start(command, 1).Add((CacheValue)name);
            request.Append(Request.Start("PING"u8, 0), isPushed: true);
            await Say(connection, request, token).ConfigureAwait(false);
        }
    }

    private async Task Say(ClientConnection connection, Request request, CancellationToken token)
    {
        var call = new PendingCall<CacheReply>(ReplyParsers.Any) { StartedAt = options.Time.GetTimestamp() };
        var isSent = connection.TrySend(request, call);
        request.Release();
        if (!isSent) throw new CacheConnectionException("the connection was lost", wasSent: false);
        await call.Task.WaitAsync(token).ConfigureAwait(false);
    }
}
