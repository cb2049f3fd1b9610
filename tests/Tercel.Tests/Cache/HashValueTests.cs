using System.Globalization;
using System.Text;
using Tercel.Cache;
using Tercel.Cache.Values;
using Tercel.Primitives;
using Tercel.TestSupport;
using Xunit;

namespace Tercel.Tests.Cache;

public sealed class HashValueTests
{
    private static readonly Encoding Latin = Encoding.Latin1;

    [Theory]
    [InlineData(20, 40)]
    [InlineData(150, 40)]
    [InlineData(300, 200)]
    [InlineData(3_000, 30)]
    [InlineData(60_000, 16)]
    public void A_hash_behaves_like_a_dictionary_over_all_its_forms(int fieldCount, int valueBytesMax)
    {
        using var owner = new CollectionOwner(ValueKind.Hash);
        var model = new HashModel();
        var random = new Prng(Fuzz.Seed + (ulong)fieldCount);
        foreach (var round in Fuzz.Rounds(Math.Max(20_000, fieldCount * 6)))
        {
            // Fields come for a while, then they go.
            var growing = round / (fieldCount * 2) % 2 == 0;
            var field = Field(random, fieldCount);
            var hash = new HashValue(owner.Handle, model.NowMs);
            if (random.Chance(growing ? 0.8 : 0.2)) Store(random, ref hash, model, field, valueBytesMax);
            else Assert.Equal(model.Remove(field), hash.Remove(field));
            var probe = Field(random, fieldCount);
            Assert.Equal(model.Get(probe), hash.TryGet(probe, out var found) ? Latin.GetString(found.Value) : null);
            if (random.Chance(0.01)) model.NowMs += random.Below(20);
            if (round % Math.Max(2_000, fieldCount * 2) == 0) Compare(owner, model);
        }

        Compare(owner, model);
        using var copy = owner.Clone();
        Compare(copy, model);
        RemoveAll(owner, model);
    }

    [Fact]
    public void A_hash_of_few_fields_with_a_long_value_stays_packed()
    {
        using var owner = new CollectionOwner(ValueKind.Hash);
        var hash = new HashValue(owner.Handle, 0);
        hash.Set("absexp"u8, "1234567890"u8);
        hash.Set("sldexp"u8, "-1"u8);
        hash.Set("data"u8, new byte[4_000]);
        Assert.Equal("listpack", owner.Encoding);
        hash.Set("data"u8, new byte[40_000]);
        Assert.Equal("hashtable", owner.Encoding);
        Assert.True(hash.TryGet("absexp"u8, out var value) && value.Value.SequenceEqual("1234567890"u8));
        owner.Check();
    }

    [Fact]
    public void Values_of_every_length_around_the_borders_of_the_length_bytes_come_back()
    {
        using var owner = new CollectionOwner(ValueKind.Hash);
        foreach (var length in (int[])[0, 1, 62, 63, 64, 126, 127, 128, 129, 254, 255, 256, 2_000, 9_000, 70_000, 0])
            foreach (var expireAtMs in (long[])[0, 50])
            {
                var hash = new HashValue(owner.Handle, 10);
                var bytes = new byte[length];
                bytes.AsSpan().Fill((byte)'x');
                hash.Set(bytes, "value of a long field"u8);
                hash.Set("field"u8, bytes, expireAtMs);
                Assert.True(hash.TryGet("field"u8, out var value));
                Assert.True(value.Value.SequenceEqual(bytes));
                Assert.Equal(expireAtMs, value.ExpireAtMs);
                Assert.True(hash.TryGet(bytes, out _));
                owner.Check();
            }
    }

    [Fact]
    public void A_scan_meets_every_field_that_stays_while_the_table_grows_and_shrinks()
    {
        var random = new Prng(Fuzz.Seed);
        foreach (var _ in Fuzz.Rounds(8))
        {
            using var owner = new CollectionOwner(ValueKind.Hash);
            var hash = new HashValue(owner.Handle, 0);
            var others = random.Between(1, 8_000);
            for (var i = 0; i < 2_000; i++) hash.Set(Name("stay", i), "v"u8);
            for (var i = 0; i < others; i++) hash.Set(Name("go", i), "v"u8);
            var seen = new Names();
            var grows = random.Chance(0.5);
            var cursor = 0UL;
            var next = 0;
            do
            {
                cursor = hash.Scan(cursor, 10, ref seen);
                for (var i = 0; i < (grows ? 6 : 40); i++, next++)
                    if (grows) hash.Set(Name("new", next), "v"u8);
                    else if (next < others) hash.Remove(Name("go", next));
            }
            while (cursor != 0);
            for (var i = 0; i < 2_000; i++) Assert.Contains(Latin.GetString(Name("stay", i)), seen.All);
            owner.Check();
        }
    }

    [Theory]
    [InlineData(7)]
    [InlineData(130)]
    [InlineData(1_000)]
    public void Random_fields_come_equally_often(int count)
    {
        using var owner = new CollectionOwner(ValueKind.Hash);
        var hash = new HashValue(owner.Handle, 0);
        for (var i = 0; i < count; i++) hash.Set(Name("f", i), "v"u8);
        var random = new Prng(Fuzz.Seed);
        var times = new Dictionary<string, int>();
        const int PerField = 400;
        for (var i = 0; i < count * PerField; i++)
        {
            var field = Latin.GetString(hash.Random(random.Next()).Field);
            times[field] = times.GetValueOrDefault(field) + 1;
        }

        Assert.Equal(count, times.Count);
        Assert.All(times.Values, n => Assert.InRange(n, PerField - 120, PerField + 120));
    }

    [Theory]
    [InlineData(10, 4)]
    [InlineData(2_000, 20)]
    [InlineData(2_000, 1_500)]
    [InlineData(2_000, 5_000)]
    public void A_sample_has_so_many_distinct_fields(int count, int wanted)
    {
        using var owner = new CollectionOwner(ValueKind.Hash);
        var hash = new HashValue(owner.Handle, 0);
        for (var i = 0; i < count; i++) hash.Set(Name("f", i), "v"u8);
        var seen = new Names();
        hash.Sample(wanted, 4711, ref seen);
        Assert.Equal(Math.Min(count, wanted), seen.All.Count);
        Assert.Equal(seen.All.Count, seen.Visits);
    }

    [Fact]
    public void Work_on_small_and_large_hashes_takes_no_managed_memory()
    {
        using var owner = new CollectionOwner(ValueKind.Hash);
        var visitor = default(Nobody);
        Span<byte> name = stackalloc byte[8];
        for (var pass = 0; pass < 2; pass++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 10_000; i++)
            {
                BitConverter.TryWriteBytes(name, (long)i);
                var hash = new HashValue(owner.Handle, 1);
                hash.Set(name, name, i % 3 == 0 ? 5 : 0);
                hash.TryGet(name, out _);
                hash.SetExpiry(name, i % 2);
                if (i % 100 == 0) hash.Scan(0, 20, ref visitor);
                if (i % 1000 == 0)
                    foreach (var element in hash)
                        visitor.Visit(element);
            }

            for (var i = 0; i < 10_000; i++)
            {
                BitConverter.TryWriteBytes(name, (long)i);
                new HashValue(owner.Handle, 0).Remove(name);
            }

            Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        }
    }

    private static void Store(Prng random, ref HashValue hash, HashModel model, byte[] field, int valueBytesMax)
    {
        var expireAtMs = random.Chance(0.1) ? model.NowMs + random.Between(1, 500) : 0;
        if (random.Chance(0.2))
        {
            Assert.Equal(model.SetExpiry(field, expireAtMs), hash.SetExpiry(field, expireAtMs));
            return;
        }

        var value = Latin.GetBytes(new string((char)random.Between(1, 255), random.Below(valueBytesMax + 1)));
        Assert.Equal(model.Set(field, value, expireAtMs), hash.Set(field, value, expireAtMs));
    }

    private static void Compare(CollectionOwner owner, HashModel model)
    {
        owner.Check();
        var hash = new HashValue(owner.Handle, model.NowMs);
        var fields = new Dictionary<string, (string, long)>();
        foreach (var element in hash)
            fields.Add(Latin.GetString(element.Field), (Latin.GetString(element.Value), element.ExpireAtMs));
        Assert.Equal(model.Live().OrderBy(f => f.Key), fields.OrderBy(f => f.Key));
        if (model.NowMs % 2 == 0) return;
        while (hash.MayHaveExpired) Assert.True(hash.RemoveExpired(10) > 0 || !hash.MayHaveExpired);
        model.Sweep();
        Assert.Equal(fields.Count, hash.Count);
        owner.Check();
    }

    private static void RemoveAll(CollectionOwner owner, HashModel model)
    {
        var hash = new HashValue(owner.Handle, model.NowMs);
        hash.RemoveExpired();
        model.Sweep();
        foreach (var field in model.Live().Keys) Assert.True(hash.Remove(Latin.GetBytes(field)));
        Assert.Equal(0, hash.Count);
        Assert.Equal(0UL, owner.Root);
    }

    private static byte[] Field(Prng random, int count)
    {
        var number = random.Below(count);
        return number % 7 == 0 ? Name(new string('x', number % 70), number) : Name("f", number);
    }

    private static byte[] Name(string text, int number) =>
        Latin.GetBytes(text + number.ToString(CultureInfo.InvariantCulture));

    private sealed class Names : IElementVisitor
    {
        public HashSet<string> All { get; } = [];

        public int Visits { get; private set; }

        public void Visit(in Element element)
        {
            Visits++;
            All.Add(Latin.GetString(element.Field));
        }
    }

    private struct Nobody : IElementVisitor
    {
        public readonly void Visit(in Element element)
        {
        }
    }
}
