using System.Text;
using Tercel.Cache;
using Tercel.Primitives;
using Tercel.TestSupport;
using Xunit;

namespace Tercel.Tests.Cache;

public sealed class EvictionTests
{
    [Theory]
    [InlineData(1L << 20, 100)]
    [InlineData(8L << 20, 100)]
    [InlineData(8L << 20, 3000)]
    [InlineData(64L << 20, 20_000)]
    public void Memory_stays_below_the_maximum_while_more_is_written(long bytes, int valueBytesMax)
    {
        using var keyspace = new Keyspace(new KeyspaceOptions { MemoryBytesMax = bytes, HashSeed = 3 });
        var random = new Prng(Fuzz.Seed);
        var value = new byte[valueBytesMax];
        long written = 0;
        for (var i = 0; written < bytes * 4; i++)
        {
            var length = random.Below(valueBytesMax);
            Assert.True(keyspace.TryMakeRoom(length + 100, i));
            var key = Encoding.ASCII.GetBytes($"key:{random.Below(1_000_000)}");
            var options = new ValueOptions { ExpireAtMs = random.Chance(0.2) ? i + random.Below(100_000) + 1 : 0 };
            Assert.Equal(StoreStatus.Ok, keyspace.Put(key, value[..length], 0, options, i));
            written += length + 20;
            Assert.InRange(keyspace.Pool.BytesUsed, 0, bytes + 4 * keyspace.Pool.PageBytes);
        }

        keyspace.CheckIntegrity();
        var statistics = keyspace.ReadStatistics();
        Assert.True(statistics.Evicted > 0);
        Assert.True(statistics.SegmentBytes > bytes * 7 / 10, $"{statistics.SegmentBytes} of {bytes}");
    }

    [Fact]
    public void A_full_keyspace_that_may_not_evict_refuses_and_keeps_everything()
    {
        using var keyspace = new Keyspace(new KeyspaceOptions
        {
            MemoryBytesMax = 4 << 20, HashSeed = 3, Eviction = EvictionPolicy.NoEviction,
        });
        var count = 0;
        while (keyspace.TryMakeRoom(200, 1)) keyspace.Put($"key:{count++}", new string('x', 100));
        Assert.Equal(count, keyspace.Count(0));
        for (var i = 0; i < count / 2; i++) Assert.True(keyspace.Drop($"key:{i}"));
        Assert.True(keyspace.TryMakeRoom(200, 1));
        keyspace.CheckIntegrity();
    }

    [Fact]
    public void Under_the_volatile_policy_only_keys_with_a_time_to_live_go()
    {
        using var keyspace = new Keyspace(new KeyspaceOptions
        {
            MemoryBytesMax = 4 << 20, HashSeed = 3, Eviction = EvictionPolicy.Volatile,
        });
        for (var i = 0; i < 5000; i++) keyspace.Put($"stay:{i}", new string('x', 100));
        for (var i = 0; i < 100_000; i++)
        {
            Assert.True(keyspace.TryMakeRoom(200, 1));
            keyspace.Put($"go:{i}", new string('y', 100), expireAtMs: 1_000_000 + i);
        }

        for (var i = 0; i < 5000; i++) Assert.NotNull(keyspace.Get($"stay:{i}"));
        keyspace.CheckIntegrity();
    }

    [Fact]
    public void A_key_that_is_to_expire_again_after_it_was_kept_may_be_evicted()
    {
        using var keyspace = new Keyspace(new KeyspaceOptions
        {
            MemoryBytesMax = 4 << 20, HashSeed = 3, Eviction = EvictionPolicy.Volatile,
        });
        for (var i = 0; i < 20_000; i++) keyspace.Put($"key:{i}", new string('k', 100), expireAtMs: 1_000_000 + i);
        SetExpiryOfAll(keyspace, 0);
        // Drives the kept ones together into segments of keys that stay.
        for (var i = 0; i < 50_000; i++)
        {
            Assert.True(keyspace.TryMakeRoom(200, 1));
            keyspace.Put($"go:{i}", new string('y', 100), expireAtMs: 1_000_000 + i);
        }

        SetExpiryOfAll(keyspace, 1_000_000);
        for (var i = 0; i < 20_000; i++)
        {
            Assert.True(keyspace.TryMakeRoom(200, 1), $"no room for number {i}");
            keyspace.Put($"stay:{i}", new string('s', 100));
        }

        keyspace.CheckIntegrity();
    }

    private static void SetExpiryOfAll(Keyspace keyspace, long expireAtMs)
    {
        for (var i = 0; i < 20_000; i++)
        {
            using var scope = keyspace.EnterKey(Encoding.ASCII.GetBytes($"key:{i}"), 0);
            Assert.True(keyspace.SetExpiry(scope.Key, expireAtMs, 1));
        }
    }

    [Fact]
    public void What_is_read_again_outlives_what_is_read_once()
    {
        using var keyspace = new Keyspace(new KeyspaceOptions { MemoryBytesMax = 4 << 20, HashSeed = 3 });
        for (var i = 0; i < 1000; i++) keyspace.Put($"hot:{i}", new string('h', 100));
        for (var i = 0; i < 200_000; i++)
        {
            Assert.True(keyspace.TryMakeRoom(200, 1));
            keyspace.Put($"once:{i}", new string('o', 100));
            keyspace.Get($"hot:{i % 1000}");
        }

        var kept = Enumerable.Range(0, 1000).Count(i => keyspace.Get($"hot:{i}") is not null);
        Assert.True(kept > 990, $"{kept} of 1000");
        keyspace.CheckIntegrity();
    }

    [Fact]
    public void Overwriting_with_changing_sizes_is_compacted_without_evicting()
    {
        using var keyspace = new Keyspace(new KeyspaceOptions { MemoryBytesMax = 8 << 20, HashSeed = 3 });
        var random = new Prng(Fuzz.Seed);
        for (var i = 0; i < 300_000; i++)
        {
            Assert.True(keyspace.TryMakeRoom(300, 1));
            keyspace.Put($"key:{random.Below(15_000)}", new string('v', random.Below(200)));
            if (i % 100 == 0) keyspace.TickAll(1);
        }

        Assert.Equal(0, keyspace.ReadStatistics().Evicted);
        keyspace.CheckIntegrity();
    }
}
