using Tercel.Client.Connections;

namespace Tercel.Client.Commands;

/// <summary>Hashes. Source: the command pages of the same names on redis.io.</summary>
public static class HashCommands
{
    /// <summary>HGET: the value, or null.</summary>
    public static Task<ReadOnlyMemory<byte>?> HashGetAsync(
        this TercelClient client, CacheValue key, CacheValue field, CancellationToken token = default) =>
        client.Send(Request.Start("HGET"u8, 2).Add(key).Add(field), ReplyParsers.Bytes, token);

    /// <summary>HMGET: the values in the order of the fields, null where there is none.</summary>
    public static Task<IReadOnlyList<ReadOnlyMemory<byte>?>> HashGetManyAsync(
        this TercelClient client, CacheValue key, IReadOnlyList<CacheValue> fields, CancellationToken token = default)
    {
        var request = Request.Start("HMGET"u8, 1 + fields.Count).Add(key);
        foreach (var field in fields) request.Add(field);
        return client.Send(request, ReplyParsers.BytesList, token);
    }

    /// <summary>HGETALL.</summary>
    public static Task<IReadOnlyDictionary<string, ReadOnlyMemory<byte>>> HashGetAllAsync(
        this TercelClient client, CacheValue key, CancellationToken token = default) =>
        client.Send(Request.Start("HGETALL"u8, 1).Add(key), ReplyParsers.Pairs, token);

    /// <summary>HSET: how many fields are new.</summary>
    public static Task<long> HashSetAsync(
        this TercelClient client, CacheValue key, IReadOnlyList<(CacheValue Field, CacheValue Value)> fields,
        CancellationToken token = default)
    {
        var request = Request.Start("HSET"u8, 1 + 2 * fields.Count).Add(key);
        foreach (var (field, value) in fields) request.Add(field).Add(value);
        return client.Send(request, ReplyParsers.Integer, token);
    }

    /// <summary>HDEL: how many fields there were.</summary>
    public static Task<long> HashDeleteAsync(
        this TercelClient client, CacheValue key, IReadOnlyList<CacheValue> fields, CancellationToken token = default)
    {
        var request = Request.Start("HDEL"u8, 1 + fields.Count).Add(key);
        foreach (var field in fields) request.Add(field);
        return client.Send(request, ReplyParsers.Integer, token);
    }

    /// <summary>HINCRBY: the new value.</summary>
    public static Task<long> HashIncrementAsync(
        this TercelClient client, CacheValue key, CacheValue field, long by = 1, CancellationToken token = default) =>
        client.Send(Request.Start("HINCRBY"u8, 3).Add(key).Add(field).Add(by), ReplyParsers.Integer, token);
}
