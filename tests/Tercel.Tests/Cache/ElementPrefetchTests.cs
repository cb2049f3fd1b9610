using System.Globalization;
using System.Text;
using Tercel.Cache;
using Tercel.Cache.Values;
using Xunit;

namespace Tercel.Tests.Cache;

public sealed class ElementPrefetchTests
{
    [Fact]
    public void Prefetching_finds_large_tables_takes_whatever_else_there_is_and_leaves_all_shards()
    {
        var options = new KeyspaceOptions { MemoryBytesMax = 64L << 20, ShardCount = 4, HashSeed = 1 };
        using var keyspace = new Keyspace(options);
        for (var i = 0; i < 40_000; i++) AddMember(keyspace, "large", i);
        for (var i = 0; i < 5; i++) AddMember(keyspace, "small", i);
        SetText(keyspace, "text");
        Assert.True(Prefetch(keyspace, "large", "large", "large"));
        Assert.False(Prefetch(keyspace, "small", "small"));
        Assert.False(Prefetch(keyspace, "text", "nokey"));
        Assert.True(Prefetch(keyspace, "text", "large", "nokey", "small", "large"));
        keyspace.CheckIntegrity();
        Assert.True(keyspace.Remove(Entered(keyspace, "large"), nowMs: 1));
    }

    /// <summary>Whether the pass found an element of a large table.</summary>
    private static bool Prefetch(Keyspace keyspace, params string[] keys)
    {
        var prefetch = new ElementPrefetch(keyspace);
        foreach (var key in keys) prefetch.Near(keyspace.Key(Encoding.ASCII.GetBytes(key), 0).Hash, "m77"u8);
        prefetch.Leave();
        foreach (var key in keys) prefetch.Far(keyspace.Key(Encoding.ASCII.GetBytes(key), 0).Hash, "nope"u8);
        prefetch.Leave();
        // Locks are not reentrant: this would wait for ever in a shard that was not left.
        keyspace.EnterAll();
        keyspace.ExitAll();
        return prefetch.NeedsFar;
    }

    private static void AddMember(Keyspace keyspace, string key, int number)
    {
        var status = keyspace.OpenCollection(Entered(keyspace, key), ValueKind.Set, 1, out var handle);
        Assert.Equal(StoreStatus.Ok, status);
        new SetValue(handle).Add(Encoding.ASCII.GetBytes("m" + number.ToString(CultureInfo.InvariantCulture)));
        keyspace.Exit(keyspace.ShardOf(keyspace.Key(Encoding.ASCII.GetBytes(key), 0).Hash));
    }

    private static void SetText(Keyspace keyspace, string key)
    {
        keyspace.SetString(Entered(keyspace, key), "value"u8, default, 1);
        keyspace.Exit(keyspace.ShardOf(keyspace.Key(Encoding.ASCII.GetBytes(key), 0).Hash));
    }

    private static KeyRef Entered(Keyspace keyspace, string key)
    {
        var made = keyspace.Key(Encoding.ASCII.GetBytes(key), 0);
        keyspace.Enter(keyspace.ShardOf(made.Hash));
        return made;
    }
}
