using Tercel.Cache.Server.Persistence.Rdb;
using Tercel.Primitives;
using Tercel.TestSupport;
using Xunit;

namespace Tercel.Tests.CacheServer.Persistence;

public sealed class RdbFuzzTests
{
    [Fact]
    public void A_damaged_file_is_refused_or_read_but_never_crashes_or_takes_more_memory_than_it_has_bytes()
    {
        using var redis = RealRedis.Start();
        var corpus = new List<byte[]>();
        for (ulong seed = 10; seed < 14; seed++)
        {
            redis.Run("FLUSHALL");
            RdbFiles.Fill(redis, seed, size: 12);
            redis.Run("XADD", "stream", "1-1", "a", "b");
            redis.Run("XGROUP", "CREATE", "stream", "g", "0");
            corpus.Add(redis.Save());
        }

        var random = new Prng(Fuzz.Seed);
        var options = new RdbReadOptions { SkipsForeign = true };
        int refused = 0, read = 0;
        foreach (var round in Fuzz.Rounds(3000))
        {
            var file = Mutate(random, random.Pick(corpus), corpus);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                var model = new CountingSink();
                using var input = new RdbInput(file);
                using var reader = new RdbReader(input, options);
                reader.ReadAll(model);
                read++;
            }
            catch (RdbException damage)
            {
                Assert.InRange(damage.Offset, 0, file.Length);
                refused++;
            }
            catch (Exception e) when (e is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"TERCEL_FUZZ_SEED={Fuzz.Seed}, round {round}: {Convert.ToBase64String(file)}\n{e}");
            }

            // A compressed string may claim 88 times its size, and the pool rounds up.
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4_000_000 + 256L * file.Length);
        }

        Assert.True(refused > read / 20 && read > 0);
    }

    [Fact]
    public void A_damaged_payload_with_a_good_checksum_is_refused_or_read_but_never_crashes()
    {
        using var redis = RealRedis.Start();
        RdbFiles.Fill(redis, 20, size: 60);
        redis.Run("SELECT", 0);
        var corpus = RdbPayloadTests.OldForms.Concat(((List<object?>)redis.Run("KEYS", "*")!)
            .Select(key => (byte[])redis.Run("DUMP", key!)!)).ToList();
        var random = new Prng(Fuzz.Seed);
        int refused = 0, read = 0;
        foreach (var _ in Fuzz.Rounds(10_000))
        {
            var payload = Mutate(random, random.Pick(corpus)[..^10], corpus);
            var whole = RdbPayloadTests.Sealed(payload, 10);
            if (RdbValue.IsValid(whole)) read++;
            else refused++;
        }

        Assert.True(refused > 0 && read > 0);
    }

    private static byte[] Mutate(Prng random, byte[] original, List<byte[]> corpus)
    {
        var bytes = original.ToList();
        for (var edits = random.Between(1, 4); edits > 0 && bytes.Count > 0; edits--)
        {
            var at = random.Below(bytes.Count);
            var length = Math.Min(random.Between(1, 30), bytes.Count - at);
            switch (random.Below(6))
            {
                case 0: bytes[at] = (byte)random.Next(); break;
                case 1: bytes[at] ^= (byte)(1 << random.Below(8)); break;
                case 2: bytes.RemoveRange(at, length); break;
                case 3: bytes.InsertRange(at, bytes.GetRange(at, length)); break;
                case 4: bytes.RemoveRange(at, bytes.Count - at); break;
                default:
                    var other = random.Pick(corpus);
                    var from = random.Below(other.Length);
                    bytes.InsertRange(at, other.AsSpan(from, Math.Min(length, other.Length - from)).ToArray());
                    break;
            }
        }

        return [.. bytes];
    }

    // Reads every byte it is given.
    private sealed class CountingSink : IRdbSink
    {
        private long _sum;

        public void String(in RdbEntry entry, ReadOnlySpan<byte> value) => Add(value);

        public void Begin(in RdbEntry entry, Tercel.Cache.ValueKind kind, long count) => Add(entry.Key);

        public void Element(ReadOnlySpan<byte> element) => Add(element);

        public void Scored(ReadOnlySpan<byte> member, double score) => Add(member);

        public void Field(ReadOnlySpan<byte> field, ReadOnlySpan<byte> value, long expireAtMs)
        {
            Add(field);
            Add(value);
        }

        public void End()
        {
        }

        public void TagSet(uint number, ReadOnlySpan<byte> names) => Add(names);

        public void Aux(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => Add(value);

        private void Add(ReadOnlySpan<byte> bytes)
        {
            foreach (var value in bytes) _sum += value;
        }
    }
}
