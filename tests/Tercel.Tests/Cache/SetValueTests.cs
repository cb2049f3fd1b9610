using System.Globalization;
using System.Text;
using Tercel.Cache;
using Tercel.Cache.Values;
using Tercel.Primitives;
using Tercel.TestSupport;
using Xunit;

namespace Tercel.Tests.Cache;

public sealed class SetValueTests
{
    [Theory]
    [InlineData(30, 1.0)]
    [InlineData(600, 1.0)]
    [InlineData(600, 0.999)]
    [InlineData(100, 0.9)]
    [InlineData(5_000, 0.5)]
    public void A_set_behaves_like_a_hash_set_over_all_its_forms(int memberCount, double integers)
    {
        var random = new Prng(Fuzz.Seed + (ulong)memberCount);
        foreach (var _ in Fuzz.Rounds(4))
        {
            using var owner = new CollectionOwner(ValueKind.Set);
            var model = new HashSet<string>();
            for (var round = 0; round < Math.Max(6_000, memberCount * 4); round++)
            {
                var member = Member(random, memberCount, integers);
                var bytes = Encoding.ASCII.GetBytes(member);
                var set = new SetValue(owner.Handle);
                if (random.Chance(round / (memberCount * 2) % 2 == 0 ? 0.8 : 0.3))
                    Assert.Equal(model.Add(member), set.Add(bytes));
                else
                    Assert.Equal(model.Remove(member), set.Remove(bytes));
                var probe = Member(random, memberCount, integers);
                Assert.Equal(model.Contains(probe), set.Contains(Encoding.ASCII.GetBytes(probe)));
                if (round % 500 == 0) Compare(owner, model);
            }

            Compare(owner, model);
            using (var copy = owner.Clone()) Compare(copy, model);
            var rest = new SetValue(owner.Handle);
            foreach (var member in model) Assert.True(rest.Remove(Encoding.ASCII.GetBytes(member)));
            Assert.Equal(0UL, owner.Root);
        }
    }

    [Fact]
    public void Forms_change_at_the_borders_of_Redis()
    {
        using var owner = new CollectionOwner(ValueKind.Set);
        var set = new SetValue(owner.Handle);
        for (var i = 0; i < 512; i++) set.Add(Text(i));
        Assert.Equal("intset", owner.Encoding);
        set.Add(Text(512));
        Assert.Equal("hashtable", owner.Encoding);
        using var small = new CollectionOwner(ValueKind.Set);
        set = new SetValue(small.Handle);
        for (var i = 0; i < 127; i++) set.Add(Text(i));
        set.Add("x"u8);
        Assert.Equal("listpack", small.Encoding);
        set.Add("y"u8);
        Assert.Equal("hashtable", small.Encoding);
        Assert.Equal(129, set.Count);
    }

    [Fact]
    public void Text_that_only_looks_like_an_integer_keeps_its_bytes()
    {
        using var owner = new CollectionOwner(ValueKind.Set);
        var set = new SetValue(owner.Handle);
        string[] members =
        [
            "0", "-0", "00", "+1", "1", "-1", " 1", "9223372036854775807", "9223372036854775808",
            "-9223372036854775808", "-9223372036854775809", "99999999999999999999", "", "-",
        ];
        foreach (var member in members) Assert.True(set.Add(Encoding.ASCII.GetBytes(member)));
        foreach (var member in members) Assert.True(set.Contains(Encoding.ASCII.GetBytes(member)));
        Assert.Equal(members.Length, set.Count);
        owner.Check();
    }

    [Theory]
    [InlineData(200, "")]
    [InlineData(100, "m")]
    [InlineData(700, "m")]
    public void Random_members_come_equally_often(int count, string prefix)
    {
        using var owner = new CollectionOwner(ValueKind.Set);
        var set = new SetValue(owner.Handle);
        for (var i = 0; i < count; i++) set.Add(Encoding.ASCII.GetBytes(prefix + i));
        var random = new Prng(Fuzz.Seed);
        var times = new Dictionary<string, int>();
        Span<byte> scratch = stackalloc byte[SetValue.ScratchBytes];
        const int PerMember = 400;
        for (var i = 0; i < count * PerMember; i++)
        {
            var member = Encoding.ASCII.GetString(set.Random(random.Next(), scratch));
            times[member] = times.GetValueOrDefault(member) + 1;
        }

        Assert.Equal(count, times.Count);
        Assert.All(times.Values, n => Assert.InRange(n, PerMember - 120, PerMember + 120));
    }

    [Fact]
    public void Members_that_are_popped_at_random_leave_nothing_behind()
    {
        using var owner = new CollectionOwner(ValueKind.Set);
        var set = new SetValue(owner.Handle);
        for (var i = 0; i < 20_000; i++) set.Add(Text(i));
        var random = new Prng(Fuzz.Seed);
        Span<byte> scratch = stackalloc byte[SetValue.ScratchBytes];
        for (var left = 20_000; left > 0; left--)
        {
            Assert.Equal(left, set.Count);
            Assert.True(set.Remove(set.Random(random.Next(), scratch)));
            if (left % 1_000 == 1) owner.Check();
        }

        Assert.Equal(0UL, owner.Root);
    }

    [Fact]
    public void Work_on_sets_takes_no_managed_memory()
    {
        using var owner = new CollectionOwner(ValueKind.Set);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Span<byte> scratch = stackalloc byte[SetValue.ScratchBytes];
        for (var i = 0; i < 10_000; i++)
        {
            var set = new SetValue(owner.Handle);
            System.Buffers.Text.Utf8Formatter.TryFormat(i * 7, scratch, out var length);
            set.Add(scratch[..length]);
            set.Contains(scratch[..length]);
            set.Random((ulong)i << 40, scratch);
            if (i % 1_000 == 0)
                foreach (var member in set)
                    Assert.True(member.Length > 0);
        }

        for (var random = 1UL; owner.Root != 0; random += 1UL << 50)
        {
            var set = new SetValue(owner.Handle);
            set.Remove(set.Random(random, scratch));
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static void Compare(CollectionOwner owner, HashSet<string> model)
    {
        owner.Check();
        var set = new SetValue(owner.Root);
        Assert.Equal(model.Count, set.Count);
        var found = new HashSet<string>();
        foreach (var member in set) Assert.True(found.Add(Encoding.ASCII.GetString(member)));
        Assert.True(model.SetEquals(found));
    }

    private static string Member(Prng random, int count, double integers)
    {
        var number = random.Below(count);
        if (!random.Chance(integers)) return "m" + new string('x', number % 90) + number;
        var value = (number % 4) switch
        {
            0 => number,
            1 => -number,
            2 => number * 100_003L,
            _ => long.MaxValue - number,
        };
        return value.ToString(CultureInfo.InvariantCulture);
    }

    private static byte[] Text(int number) => Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture));
}
