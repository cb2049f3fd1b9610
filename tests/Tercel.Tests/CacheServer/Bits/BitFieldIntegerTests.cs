using System.Numerics;
using Tercel.Cache.Server.Commands.Bits;
using Tercel.Primitives;
using Tercel.TestSupport;
using Xunit;

namespace Tercel.Tests.CacheServer.Bits;

public sealed class BitFieldIntegerTests
{
    private const int Rounds = 20_000;

    [Theory]
    [InlineData("i1", true, 1)]
    [InlineData("i64", true, 64)]
    [InlineData("u63", false, 63)]
    public void A_type_is_a_letter_and_a_width(string text, bool isSigned, int bits)
    {
        Assert.True(BitFieldInteger.TryParse(System.Text.Encoding.ASCII.GetBytes(text), out var type));
        Assert.Equal(new BitFieldInteger(isSigned, bits), type);
    }

    [Theory]
    [InlineData("")]
    [InlineData("i")]
    [InlineData("i0")]
    [InlineData("i65")]
    [InlineData("u64")]
    [InlineData("I8")]
    [InlineData("i08")]
    [InlineData("8")]
    public void Other_types_are_refused(string text) =>
        Assert.False(BitFieldInteger.TryParse(System.Text.Encoding.ASCII.GetBytes(text), out _));

    [Fact]
    public void What_is_written_is_read_back_and_the_bits_around_it_stay()
    {
        var random = new Prng(Fuzz.Seed);
        foreach (var round in Fuzz.Rounds(Rounds))
        {
            var type = RandomType(random);
            var bytes = new byte[24];
            for (var i = 0; i < bytes.Length; i++) bytes[i] = (byte)random.Next();
            var before = Text(bytes);
            var offset = random.Below(bytes.Length * 8 - type.Bits + 1);
            var value = Wrapped(type, (long)random.Next());
            type.Write(bytes, offset, (long)value);
            Assert.Equal((long)value, type.Read(bytes, offset));
            var after = Text(bytes);
            Assert.Equal(before[..offset], after[..offset]);
            Assert.Equal(before[(offset + type.Bits)..], after[(offset + type.Bits)..]);
        }
    }

    [Fact]
    public void Sums_are_those_of_exact_arithmetic_wrapped_or_cut_off()
    {
        var random = new Prng(Fuzz.Seed);
        foreach (var round in Fuzz.Rounds(Rounds))
        {
            var type = RandomType(random);
            var old = (long)Wrapped(type, (long)random.Next() >> random.Below(64));
            var delta = (long)random.Next() >> random.Below(64);
            var (min, max) = Range(type);
            var exact = (BigInteger)old + delta;
            var cut = exact > max ? max : exact < min ? min : exact;

            Assert.Equal(exact == cut, type.TryAdd(old, delta, false, BitFieldOverflow.Fail, out _));
            Assert.True(type.TryAdd(old, delta, false, BitFieldOverflow.Wrap, out var wrapped));
            Assert.Equal(Wrapped(type, exact), wrapped);
            Assert.True(type.TryAdd(old, delta, false, BitFieldOverflow.Saturate, out var saturated));
            Assert.Equal(cut, saturated);
        }
    }

    private static BitFieldInteger RandomType(Prng random) =>
        random.Below(2) == 0 ? new(true, random.Between(1, 64)) : new(false, random.Between(1, 63));

    private static (BigInteger Min, BigInteger Max) Range(BitFieldInteger type) => type.IsSigned
        ? (-BigInteger.Pow(2, type.Bits - 1), BigInteger.Pow(2, type.Bits - 1) - 1)
        : (0, BigInteger.Pow(2, type.Bits) - 1);

    private static BigInteger Wrapped(BitFieldInteger type, BigInteger value)
    {
        var (min, max) = Range(type);
        var size = BigInteger.Pow(2, type.Bits);
        var rest = ((value % size) + size) % size;
        return rest > max ? rest - size : BigInteger.Max(rest, min);
    }

    private static string Text(byte[] bytes) =>
        string.Concat(bytes.Select(b => Convert.ToString(b, 2).PadLeft(8, '0')));
}
