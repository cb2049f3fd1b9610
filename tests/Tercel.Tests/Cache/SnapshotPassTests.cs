using System.Text;
using Tercel.Cache;
using Tercel.Primitives;
using Tercel.TestSupport;
using Xunit;

namespace Tercel.Tests.Cache;

public sealed class SnapshotPassTests
{
    [Fact]
    public void A_pass_hands_over_exactly_what_was_there_when_it_began()
    {
        foreach (var round in Fuzz.Rounds(4))
        {
            using var pair = new KeyspaceWithModel(Fuzz.Seed + 100 + (ulong)round, 64 << 20, 4, 16 << 10);
            for (var i = 0; i < 5000; i++) pair.Step();
            var expected = pair.Contents();
            var sink = new Sink();
            var random = new Prng(Fuzz.Seed + (ulong)round);
            using (var pass = pair.Keyspace.BeginSnapshot(sink))
            {
                for (var shard = 0; shard < pair.Keyspace.ShardCount; shard++)
                {
                    while (pass.Step(shard, random.Below(8)))
                        for (var i = random.Below(200); i > 0; i--) pair.Step();
                }
            }

            pair.CompareAll();
            foreach (var (key, value) in expected) Assert.Equal(value, sink.Entries.GetValueOrDefault(key));
            // Beyond them only what had expired and was not removed yet.
            Assert.All(sink.Entries.Where(entry => !expected.ContainsKey(entry.Key)),
                entry => Assert.StartsWith("expires", entry.Value));
        }
    }

    [Fact]
    public void A_collection_that_is_renamed_meanwhile_is_handed_over_under_its_old_name()
    {
        using var keyspace = new Keyspace(new KeyspaceOptions { MemoryBytesMax = 64 << 20, HashSeed = 4 });
        for (var i = 0; i < 50; i++)
        {
            using var scope = keyspace.EnterKey(Encoding.ASCII.GetBytes($"old:{i}"), 0);
            Assert.Equal(StoreStatus.Ok, keyspace.OpenCollection(scope.Key, ValueKind.Hash, 1, out var handle));
            new Tercel.Cache.Values.HashValue(handle, 1).Set("field"u8, "value"u8);
        }

        var sink = new Roots();
        using (var pass = keyspace.BeginSnapshot(sink))
        {
            for (var i = 0; i < 50; i++)
            {
                keyspace.EnterAll();
                var from = keyspace.Key(Encoding.ASCII.GetBytes($"old:{i}"), 0);
                var to = keyspace.Key(Encoding.ASCII.GetBytes($"new:{i}"), 0);
                Assert.Equal(StoreStatus.Ok, keyspace.Rename(from, to, 1));
                keyspace.ExitAll();
            }

            for (var shard = 0; shard < keyspace.ShardCount; shard++)
                while (pass.Step(shard, 100))
                {
                }
        }

        Assert.Equal(50, sink.Counts.Count);
        Assert.All(sink.Counts, entry => Assert.True(entry.Key.StartsWith("old:") && entry.Value == 1, $"{entry}"));
        keyspace.CheckIntegrity();
    }

    private sealed class Roots : ISnapshotSink
    {
        public Dictionary<string, long> Counts { get; } = [];

        public void Entry(int shard, ReadOnlySpan<byte> key, int database, in ValueView value) =>
            Counts.Add(Encoding.Latin1.GetString(key),
                Tercel.Cache.Values.Collections.Count(value.Kind, value.Root));
    }

    internal sealed class Sink : ISnapshotSink
    {
        public Dictionary<(int Database, string Key), string> Entries { get; } = [];

        public void Entry(int shard, ReadOnlySpan<byte> key, int database, in ValueView value) =>
            Entries.Add((database, Encoding.Latin1.GetString(key)), Describe(value.Bytes, value.ExpireAtMs));

        public static string Describe(ReadOnlySpan<byte> bytes, long expireAtMs) =>
            $"{(expireAtMs != 0 ? $"expires {expireAtMs}: " : "")}{Convert.ToBase64String(bytes)}";
    }
}
