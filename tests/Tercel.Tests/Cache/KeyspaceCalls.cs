using System.Text;
using Tercel.Cache;
using Xunit;

namespace Tercel.Tests.Cache;

/// <summary>Short calls on a keyspace that enter and exit by themselves.</summary>
internal static class KeyspaceCalls
{
    public static void Put(this Keyspace keyspace, string key, string value, long expireAtMs = 0, long nowMs = 1) =>
        Assert.Equal(StoreStatus.Ok, keyspace.Put(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value), 0,
            new ValueOptions { ExpireAtMs = expireAtMs }, nowMs));

    public static StoreStatus Put(
        this Keyspace keyspace, byte[] key, byte[] value, int database, in ValueOptions options, long nowMs)
    {
        var entered = new Entered(keyspace, key, database);
        try
        {
            return keyspace.SetString(entered.Key, value, options, nowMs);
        }
        finally
        {
            entered.Dispose();
        }
    }

    public static string? Get(this Keyspace keyspace, string key, long nowMs = 1) =>
        keyspace.Get(Encoding.UTF8.GetBytes(key), 0, nowMs) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

    public static byte[]? Get(this Keyspace keyspace, byte[] key, int database, long nowMs)
    {
        using var entered = new Entered(keyspace, key, database);
        return keyspace.TryFind(entered.Key, nowMs, out var value) ? value.Bytes.ToArray() : null;
    }

    public static bool Drop(this Keyspace keyspace, string key, long nowMs = 1) =>
        keyspace.Drop(Encoding.UTF8.GetBytes(key), 0, nowMs);

    public static bool Drop(this Keyspace keyspace, byte[] key, int database, long nowMs)
    {
        using var entered = new Entered(keyspace, key, database);
        return keyspace.Remove(entered.Key, nowMs);
    }

    public static void TickAll(this Keyspace keyspace, long nowMs)
    {
        for (var shard = 0; shard < keyspace.ShardCount; shard++)
            while (keyspace.Tick(shard, nowMs, 100) > 0)
            {
            }
    }
}

/// <summary>A key whose shard is entered until disposed.</summary>
internal readonly ref struct Entered
{
    private readonly Keyspace _keyspace;

    public Entered(Keyspace keyspace, ReadOnlySpan<byte> key, int database)
    {
        _keyspace = keyspace;
        Key = keyspace.Key(key, database);
        keyspace.Enter(keyspace.ShardOf(Key.Hash));
    }

    public KeyRef Key { get; }

    public void Dispose() => _keyspace.Exit(_keyspace.ShardOf(Key.Hash));
}
