using System.Text;
using Tercel.Cache;
using Tercel.TestSupport;
using Xunit;

namespace Tercel.Tests.Cache;

/// <summary>Random operations on a keyspace and on a plain dictionary give the same.</summary>
public sealed class KeyspaceModelTests
{
    private const int Operations = 20_000;

    [Theory]
    [InlineData(64L << 20, 0, 0)]
    [InlineData(64L << 20, 1, 16 << 10)]
    [InlineData(256L << 20, 4, 64 << 10)]
    public void Strings_behave_like_a_dictionary(long bytes, int shards, int pageBytes)
    {
        foreach (var round in Fuzz.Rounds(3))
        {
            using var pair = new KeyspaceWithModel(Fuzz.Seed + (ulong)round, bytes, shards, pageBytes);
            for (var i = 0; i < Operations; i++)
            {
                pair.Step();
                if (i % 1000 == 0) pair.Keyspace.CheckIntegrity();
            }

            pair.CompareAll();
        }
    }

    [Fact]
    public void Scan_visits_every_key_that_stays_while_others_come_and_go()
    {
        using var keyspace = new Keyspace(new KeyspaceOptions { MemoryBytesMax = 64 << 20, HashSeed = 7 });
        for (var i = 0; i < 5000; i++) keyspace.Put($"stay:{i}", "x");
        var visitor = new Collector();
        ulong cursor = 0;
        var extra = 0;
        do
        {
            cursor = keyspace.Scan(cursor, 0, 10, 1, ref visitor);
            for (var i = 0; i < 40 && extra < 30_000; i++) keyspace.Put($"extra:{extra++}", "y");
            if (extra == 30_000)
                for (var i = 0; i < 60; i++) keyspace.Drop($"extra:{i + (int)(cursor % 29_000)}");
        }
        while (cursor != 0);
        for (var i = 0; i < 5000; i++) Assert.Contains($"stay:{i}", visitor.Keys);
    }

    private sealed class Collector : IEntryVisitor
    {
        public HashSet<string> Keys { get; } = [];

        public void Visit(ReadOnlySpan<byte> key, int database, in ValueView value) =>
            Keys.Add(Encoding.UTF8.GetString(key));
    }
}
