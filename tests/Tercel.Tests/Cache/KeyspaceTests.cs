using System.Text;
using Tercel.Cache;
using Tercel.Primitives;
using Tercel.TestSupport;
using Xunit;

namespace Tercel.Tests.Cache;

public sealed class KeyspaceTests : IDisposable
{
    private readonly Keyspace _keyspace = new(new KeyspaceOptions { MemoryBytesMax = 16 << 20, HashSeed = 9 });

    [Fact]
    public void A_unique_number_never_matches_a_later_value()
    {
        var seen = new HashSet<ulong>();
        _keyspace.Put("k", "1");
        for (var i = 0; i < 5; i++)
        {
            Assert.True(seen.Add(CasOf("k")));
            _keyspace.Put("k", new string('x', i * 10));
            Assert.True(seen.Add(CasOf("k")));
            _keyspace.Put("k", "7");
            using (var entered = new Entered(_keyspace, "k"u8, 0)) _keyspace.AddInteger(entered.Key, 1, 1, out _);
            Assert.True(seen.Add(CasOf("k")));
            Assert.Equal(CasOf("k"), CasOf("k"));
            _keyspace.Drop("k");
            _keyspace.Put("k", "again");
        }
    }

    [Fact]
    public void Keys_expire_within_a_second_of_their_time()
    {
        var lags = new Lags();
        _keyspace.Observer = lags;
        var random = new Prng(Fuzz.Seed);
        for (var i = 0; i < 50_000; i++)
        {
            var expireAtMs = 1000 + random.Below(1 << random.Between(8, 16));
            _keyspace.Put($"{expireAtMs}:{i}", "v", expireAtMs);
        }

        for (lags.NowMs = 1000; lags.NowMs < 70_000; lags.NowMs += 100) _keyspace.TickAll(lags.NowMs);
        Assert.Equal(50_000, lags.All.Count);
        lags.All.Sort();
        Assert.InRange(lags.All[lags.All.Count * 99 / 100], 0, 1000);
        Assert.Equal(0, _keyspace.Count(0));
        _keyspace.CheckIntegrity();
    }

    [Fact]
    public void Work_on_keys_allocates_no_managed_memory()
    {
        var keys = Enumerable.Range(0, 500).Select(i => Encoding.ASCII.GetBytes($"key:{i}")).ToArray();
        var value = new byte[3000];
        var least = long.MaxValue;
        for (var round = 0; round < 5; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 20_000; i++) Work(keys[i % keys.Length], value.AsSpan(0, i * 37 % 3000), i);
            // A collection that another test caused counts the rest of this thread's buffer.
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    [Fact]
    public void Threads_that_share_keys_never_see_a_torn_value_and_leave_everything_whole()
    {
        using var keyspace = new Keyspace(new KeyspaceOptions { MemoryBytesMax = 6 << 20, HashSeed = 9 });
        var threads = new Thread[4];
        Exception? failure = null;
        for (var t = 0; t < threads.Length; t++)
        {
            var random = new Prng(Fuzz.Seed + (ulong)t);
            threads[t] = new Thread(() =>
            {
                try
                {
                    Torture(keyspace, random);
                }
                catch (Exception e)
                {
                    failure = e;
                }
            });
        }

        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        Assert.Null(failure);
        keyspace.CheckIntegrity();
        Assert.InRange(keyspace.Pool.BytesUsed, 0, (6 << 20) + 8 * keyspace.Pool.PageBytes);
    }

    [Fact]
    public void The_miss_ratio_curve_knows_how_much_memory_a_loop_needs()
    {
        using var keyspace = new Keyspace(new KeyspaceOptions { MemoryBytesMax = 256 << 20, HashSeed = 9 });
        const int Keys = 100_000;
        for (var round = 0; round < 4; round++)
        {
            for (var i = 0; i < Keys; i++)
            {
                if (round == 0) keyspace.Put($"key:{i}", new string('v', 90));
                else Assert.NotNull(keyspace.Get($"key:{i}"));
            }
        }

        // 11 bytes of index, 6 of header, 9 of key, 90 of value: 11.6 MB go round.
        Assert.InRange(keyspace.MissRatioCurve.MissRatio(20_000_000), 0, 0.05);
        Assert.InRange(keyspace.MissRatioCurve.MissRatio(6_000_000), 0.95, 1);
    }

    public void Dispose() => _keyspace.Dispose();

    private ulong CasOf(string key)
    {
        using var entered = new Entered(_keyspace, Encoding.ASCII.GetBytes(key), 0);
        Assert.True(_keyspace.TryGetWithCas(entered.Key, 1, out var value));
        return value.CasUnique;
    }

    private void Work(byte[] name, ReadOnlySpan<byte> value, int i)
    {
        _keyspace.TryMakeRoom(value.Length + 100, i);
        using (var entered = new Entered(_keyspace, name, 0))
        {
            var options = new ValueOptions { ExpireAtMs = i % 3 == 0 ? i + 5000 : 0 };
            _keyspace.SetString(entered.Key, value, options, i);
            _keyspace.TryFind(entered.Key, i, out _);
            _keyspace.OpenString(entered.Key, value.Length + 10, i, out _);
            _keyspace.SetExpiry(entered.Key, i + 9000, i);
            _keyspace.TryPeek(entered.Key, i, out _);
            if (i % 7 == 0) _keyspace.Remove(entered.Key, i);
            if (i % 11 == 0) _keyspace.AddInteger(entered.Key, 3, i, out _);
        }

        _keyspace.Tick(i % _keyspace.ShardCount, i, 4);
    }

    /// <summary>Every byte of a value is the same, so that a torn one shows.</summary>
    private static void Torture(Keyspace keyspace, Prng random)
    {
        var value = new byte[30_000];
        for (var i = 0; i < 30_000; i++)
        {
            var key = Encoding.ASCII.GetBytes($"key:{random.Below(3000)}");
            var now = 1000 + i;
            if (random.Chance(0.5))
            {
                var length = random.Below(1 << random.Between(1, 14));
                value.AsSpan(0, length).Fill((byte)random.Next());
                Assert.True(keyspace.TryMakeRoom(length + 100, now));
                var options = new ValueOptions { ExpireAtMs = random.Chance(0.3) ? now + random.Below(3000) + 1 : 0 };
                keyspace.Put(key, value[..length], 0, options, now);
            }
            else if (random.Chance(0.1))
            {
                keyspace.Drop(key, 0, now);
            }
            else if (random.Chance(0.02))
            {
                keyspace.Tick(random.Below(keyspace.ShardCount), now, 10);
            }
            else if (random.Chance(0.0005))
            {
                keyspace.Flush(random.Chance(0.5) ? 0 : -1);
            }
            else if (keyspace.Get(key, 0, now) is { Length: > 0 } found)
            {
                Assert.Equal(-1, found.AsSpan().IndexOfAnyExcept(found[0]));
            }
        }
    }

    private sealed class Lags : IKeyspaceObserver
    {
        public long NowMs { get; set; }

        public List<long> All { get; } = [];

        public void Removed(ReadOnlySpan<byte> key, int database, ulong hash, RemovalCause cause)
        {
            Assert.Equal(RemovalCause.Expired, cause);
            All.Add(NowMs - long.Parse(Encoding.ASCII.GetString(key[..key.IndexOf((byte)':')])));
        }
    }
}
