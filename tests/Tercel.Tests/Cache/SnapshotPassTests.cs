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

    internal sealed class Sink : ISnapshotSink
    {
        public Dictionary<(int Database, string Key), string> Entries { get; } = [];

        public void Entry(int shard, ReadOnlySpan<byte> key, int database, in ValueView value) =>
            Entries.Add((database, Encoding.Latin1.GetString(key)), Describe(value.Bytes, value.ExpireAtMs));

        public static string Describe(ReadOnlySpan<byte> bytes, long expireAtMs) =>
            $"{(expireAtMs != 0 ? $"expires {expireAtMs}: " : "")}{Convert.ToBase64String(bytes)}";
    }
}
