using Tercel.Client.Connections;

namespace Tercel.Client.Commands;

/// <summary>When SET stores.</summary>
public enum SetWhen
{
    /// <summary>Always.</summary>
    Always,

    /// <summary>Only when the key does not exist.</summary>
    NotExists,

    /// <summary>Only when the key exists.</summary>
    Exists,
}

/// <summary>Strings and counters. Source: the command pages of the same names on redis.io.</summary>
public static class StringCommands
{
    /// <summary>GET: the value, or null. With a near cache, a value read before is answered from this process until the
    /// server says that it changed.</summary>
    /// <remarks>The bytes may be shared with other callers: do not change them.</remarks>
    public static ValueTask<ReadOnlyMemory<byte>?> GetAsync(
        this TercelClient client, CacheValue key, CancellationToken token = default)
    {
        if (client.Near is not { } near)
            return new(client.Send(Request.Start("GET"u8, 1).Add(key), ReplyParsers.Bytes, token));
        var bytes = key.ToArray();
        if (near.TryGet(bytes, out var value, out var mark)) return new(value);
        // Stored on the connection's reader, in order with the invalidations that come behind the reply.
        return new(client.Send<ReadOnlyMemory<byte>?>(Request.Start("GET"u8, 1).Add((CacheValue)bytes), reply =>
        {
            var read = ReplyParsers.Bytes(reply);
            near.Store(mark, read);
            return read;
        }, token));
    }

    /// <summary>GET as text.</summary>
    public static async ValueTask<string?> GetStringAsync(
        this TercelClient client, CacheValue key, CancellationToken token = default)
    {
        var value = await client.GetAsync(key, token).ConfigureAwait(false);
        return value is { } bytes ? System.Text.Encoding.UTF8.GetString(bytes.Span) : null;
    }

    /// <summary>SET; false when the condition did not hold.</summary>
    /// <param name="client">The client.</param>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <param name="expiry">Time to live; null = for ever. Range: at least a millisecond.</param>
    /// <param name="when">Condition.</param>
    /// <param name="tags">Tags the value falls with (Tercel Cache only); null = none.</param>
    /// <param name="token">Cancels the waiting, not the command.</param>
    public static async Task<bool> SetAsync(
        this TercelClient client, CacheValue key, CacheValue value, TimeSpan? expiry = null,
        SetWhen when = SetWhen.Always, IReadOnlyList<string>? tags = null, CancellationToken token = default)
    {
        var count = 2 + (expiry is null ? 0 : 2) + (when == SetWhen.Always ? 0 : 1) + (tags is null
            ? 0 : 2 + tags.Count);
        var request = Request.Start("SET"u8, count).Add(key).Add(value);
        if (expiry is { } time) request.Add("PX"u8).Add(Milliseconds(time));
        if (when != SetWhen.Always) request.Add(when == SetWhen.Exists ? "XX"u8 : "NX"u8);
        if (tags is not null)
        {
            request.Add("TAGS"u8).Add(tags.Count);
            foreach (var tag in tags) request.Add((CacheValue)tag);
        }

        return await client.Write(key, request, ReplyParsers.IsOk, token).ConfigureAwait(false);
    }

    /// <summary>MGET: the values in the order of the keys, null where there is none.</summary>
    public static Task<IReadOnlyList<ReadOnlyMemory<byte>?>> GetManyAsync(
        this TercelClient client, IReadOnlyList<CacheValue> keys, CancellationToken token = default)
    {
        var request = Request.Start("MGET"u8, keys.Count);
        foreach (var key in keys) request.Add(key);
        return client.Send(request, ReplyParsers.BytesList, token);
    }

    /// <summary>INCRBY: the new value.</summary>
    public static Task<long> IncrementAsync(
        this TercelClient client, CacheValue key, long by = 1, CancellationToken token = default) =>
        client.Write(key, Request.Start("INCRBY"u8, 2).Add(key).Add(by), ReplyParsers.Integer, token);

    /// <summary>APPEND: the new length.</summary>
    public static Task<long> AppendAsync(
        this TercelClient client, CacheValue key, CacheValue value, CancellationToken token = default) =>
        client.Write(key, Request.Start("APPEND"u8, 2).Add(key).Add(value), ReplyParsers.Integer, token);

    internal static long Milliseconds(TimeSpan time)
    {
        var milliseconds = (long)time.TotalMilliseconds;
        ArgumentOutOfRangeException.ThrowIfLessThan(milliseconds, 1, nameof(time));
        return milliseconds;
    }

    /// <summary>Sends a command that changes one key: the near value goes before it is sent and again when it is
    /// done, so
    /// that whoever has seen the write never reads an older value from this process.</summary>
    internal static async Task<T> Write<T>(
        this TercelClient client, CacheValue key, Request request, ReplyParser<T> parser, CancellationToken token)
    {
        if (client.Near is not { } near) return await client.Send(request, parser, token).ConfigureAwait(false);
        var bytes = key.ToArray();
        near.Invalidate(bytes);
        try
        {
            return await client.Send(request, parser, token).ConfigureAwait(false);
        }
        finally
        {
            near.Invalidate(bytes);
        }
    }
}
