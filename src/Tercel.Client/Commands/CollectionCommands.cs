using Tercel.Client.Connections;

namespace Tercel.Client.Commands;

/// <summary>Lists, sets and sorted sets. Source: the command pages of the same names on redis.io.</summary>
public static class CollectionCommands
{
    /// <summary>LPUSH: the list's new length.</summary>
    public static Task<long> ListPushFrontAsync(
        this TercelClient client, CacheValue key, IReadOnlyList<CacheValue> values,
            CancellationToken token = default) =>
        client.Send(Many("LPUSH"u8, key, values), ReplyParsers.Integer, token);

    /// <summary>RPUSH: the list's new length.</summary>
    public static Task<long> ListPushBackAsync(
        this TercelClient client, CacheValue key, IReadOnlyList<CacheValue> values,
            CancellationToken token = default) =>
        client.Send(Many("RPUSH"u8, key, values), ReplyParsers.Integer, token);

    /// <summary>LPOP: the first element, or null.</summary>
    public static Task<ReadOnlyMemory<byte>?> ListPopFrontAsync(
        this TercelClient client, CacheValue key, CancellationToken token = default) =>
        client.Send(Request.Start("LPOP"u8, 1).Add(key), ReplyParsers.Bytes, token);

    /// <summary>RPOP: the last element, or null.</summary>
    public static Task<ReadOnlyMemory<byte>?> ListPopBackAsync(
        this TercelClient client, CacheValue key, CancellationToken token = default) =>
        client.Send(Request.Start("RPOP"u8, 1).Add(key), ReplyParsers.Bytes, token);

    /// <summary>LRANGE: elements from one index to another, both included; negative ones count from the end.</summary>
    public static Task<IReadOnlyList<ReadOnlyMemory<byte>?>> ListRangeAsync(
        this TercelClient client, CacheValue key, long start = 0, long stop = -1, CancellationToken token = default) =>
        client.Send(Request.Start("LRANGE"u8, 3).Add(key).Add(start).Add(stop), ReplyParsers.BytesList, token);

    /// <summary>LLEN.</summary>
    public static Task<long> ListLengthAsync(
        this TercelClient client, CacheValue key, CancellationToken token = default) =>
        client.Send(Request.Start("LLEN"u8, 1).Add(key), ReplyParsers.Integer, token);

    /// <summary>SADD: how many members are new.</summary>
    public static Task<long> SetAddAsync(
        this TercelClient client, CacheValue key, IReadOnlyList<CacheValue> members,
            CancellationToken token = default) =>
        client.Send(Many("SADD"u8, key, members), ReplyParsers.Integer, token);

    /// <summary>SREM: how many members there were.</summary>
    public static Task<long> SetRemoveAsync(
        this TercelClient client, CacheValue key, IReadOnlyList<CacheValue> members,
            CancellationToken token = default) =>
        client.Send(Many("SREM"u8, key, members), ReplyParsers.Integer, token);

    /// <summary>SISMEMBER.</summary>
    public static Task<bool> SetContainsAsync(
        this TercelClient client, CacheValue key, CacheValue member, CancellationToken token = default) =>
        client.Send(Request.Start("SISMEMBER"u8, 2).Add(key).Add(member), ReplyParsers.IsOne, token);

    /// <summary>SMEMBERS, in no particular order.</summary>
    public static Task<IReadOnlyList<ReadOnlyMemory<byte>?>> SetMembersAsync(
        this TercelClient client, CacheValue key, CancellationToken token = default) =>
        client.Send(Request.Start("SMEMBERS"u8, 1).Add(key), ReplyParsers.BytesList, token);

    /// <summary>ZADD: how many members are new.</summary>
    public static Task<long> SortedSetAddAsync(
        this TercelClient client, CacheValue key, IReadOnlyList<(CacheValue Member, double Score)> members,
        CancellationToken token = default)
    {
        var request = Request.Start("ZADD"u8, 1 + 2 * members.Count).Add(key);
        foreach (var (member, score) in members) request.Add((CacheValue)score).Add(member);
        return client.Send(request, ReplyParsers.Integer, token);
    }

    /// <summary>ZREM: how many members there were.</summary>
    public static Task<long> SortedSetRemoveAsync(
        this TercelClient client, CacheValue key, IReadOnlyList<CacheValue> members,
            CancellationToken token = default) =>
        client.Send(Many("ZREM"u8, key, members), ReplyParsers.Integer, token);

    /// <summary>ZSCORE: the score, or null.</summary>
    public static Task<double?> SortedSetScoreAsync(
        this TercelClient client, CacheValue key, CacheValue member, CancellationToken token = default) =>
        client.Send(Request.Start("ZSCORE"u8, 2).Add(key).Add(member), ReplyParsers.Double, token);

    /// <summary>ZRANGE WITHSCORES by rank, both ends included; negative ranks count from the highest score.</summary>
    public static Task<IReadOnlyList<ScoredMember>> SortedSetRangeAsync(
        this TercelClient client, CacheValue key, long start = 0, long stop = -1, bool descending = false,
        CancellationToken token = default)
    {
        var request = Request.Start("ZRANGE"u8, descending ? 5 : 4).Add(key).Add(start).Add(stop);
        if (descending) request.Add("REV"u8);
        return client.Send(request.Add("WITHSCORES"u8), ReplyParsers.Scored, token);
    }

    private static Request Many(ReadOnlySpan<byte> command, CacheValue key, IReadOnlyList<CacheValue> values)
    {
        var request = Request.Start(command, 1 + values.Count).Add(key);
        foreach (var value in values) request.Add(value);
        return request;
    }
}
