using Tercel.Client.Connections;

namespace Tercel.Client.Commands;

/// <summary>Commands for keys of any kind, tags among them.</summary>
public static class KeyCommands
{
    /// <summary>UNLINK: whether the key existed.</summary>
    public static Task<bool> DeleteAsync(this TercelClient client, CacheValue key, CancellationToken token = default) =>
        client.Write(key, Request.Start("UNLINK"u8, 1).Add(key), ReplyParsers.IsOne, token);

    /// <summary>EXISTS.</summary>
    public static Task<bool> ExistsAsync(this TercelClient client, CacheValue key, CancellationToken token = default) =>
        client.Send(Request.Start("EXISTS"u8, 1).Add(key), ReplyParsers.IsOne, token);

    /// <summary>PEXPIRE: false when the key does not exist.</summary>
    public static Task<bool> ExpireAsync(
        this TercelClient client, CacheValue key, TimeSpan expiry, CancellationToken token = default) =>
        client.Write(
            key, Request.Start("PEXPIRE"u8, 2).Add(key).Add(StringCommands.Milliseconds(expiry)), ReplyParsers.IsOne,
                token);

    /// <summary>PERSIST: false when the key does not exist or has no time to live.</summary>
    public static Task<bool> PersistAsync(this TercelClient client, CacheValue key,
        CancellationToken token = default) =>
        client.Write(key, Request.Start("PERSIST"u8, 1).Add(key), ReplyParsers.IsOne, token);

    /// <summary>PTTL: null when the key does not exist; <see cref="Timeout.InfiniteTimeSpan"/> without a time to
    /// live.</summary>
    public static async Task<TimeSpan?> TimeToLiveAsync(
        this TercelClient client, CacheValue key, CancellationToken token = default)
    {
        var left = await client.Send(Request.Start("PTTL"u8, 1).Add(key), ReplyParsers.Integer,
            token).ConfigureAwait(false);
        return left switch { -2 => null, -1 => Timeout.InfiniteTimeSpan, _ => TimeSpan.FromMilliseconds(left) };
    }

    /// <summary>PING: the time of a round trip.</summary>
    public static async Task<TimeSpan> PingAsync(this TercelClient client, CancellationToken token = default)
    {
        var start = client.Options.Time.GetTimestamp();
        await client.Send(Request.Start("PING"u8, 0), ReplyParsers.IsOk, token).ConfigureAwait(false);
        return client.Options.Time.GetElapsedTime(start);
    }

    /// <summary>FLUSHDB: removes every key of the client's database.</summary>
    public static async Task FlushDatabaseAsync(this TercelClient client, CancellationToken token = default)
    {
        await client.Send(Request.Start("FLUSHDB"u8, 0), ReplyParsers.IsOk, token).ConfigureAwait(false);
        client.Near?.Clear();
    }

    /// <summary>TAG.INVALIDATE (Tercel Cache only): everything stored with one of these tags is gone at once.</summary>
    /// <returns>How many of the tags were known.</returns>
    public static async Task<long> InvalidateTagsAsync(
        this TercelClient client, IReadOnlyList<string> tags, CancellationToken token = default)
    {
        var request = Request.Start("TAG.INVALIDATE"u8, tags.Count);
        foreach (var tag in tags) request.Add((CacheValue)tag);
        var known = await client.Send(request, ReplyParsers.Integer, token).ConfigureAwait(false);
        // Which near values had the tags is known to the server alone, whose pushes may still be on their way.
        client.Near?.Clear();
        return known;
    }
}
