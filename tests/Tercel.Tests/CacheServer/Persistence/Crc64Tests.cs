using Tercel.Cache.Server.Persistence.Rdb;
using Tercel.Primitives;
using Tercel.TestSupport;
using Xunit;

namespace Tercel.Tests.CacheServer.Persistence;

public sealed class Crc64Tests
{
    [Fact]
    public void The_check_value_is_that_of_redis() =>
        Assert.Equal(0xe9c6d914c4b8d9caUL, Crc64.Update(0, "123456789"u8));

    [Fact]
    public void Any_length_and_any_cut_give_what_one_byte_at_a_time_gives()
    {
        var random = new Prng(Fuzz.Seed);
        foreach (var round in Fuzz.Rounds(2000))
        {
            var bytes = new byte[random.Below(round % 10 == 0 ? 5000 : 300)];
            for (var i = 0; i < bytes.Length; i++) bytes[i] = (byte)random.Next();
            ulong slow = 0;
            for (var i = 0; i < bytes.Length; i++) slow = Crc64.ByTable(slow, bytes.AsSpan(i, 1));
            var cut = random.Below(bytes.Length + 1);
            Assert.Equal(slow, Crc64.Update(Crc64.Update(0, bytes.AsSpan(0, cut)), bytes.AsSpan(cut)));
        }
    }
}

public sealed class LzfTests
{
    [Fact]
    public void What_was_packed_unpacks_to_the_same()
    {
        var random = new Prng(Fuzz.Seed);
        var heads = new int[Lzf.HeadCount];
        foreach (var round in Fuzz.Rounds(500))
        {
            var bytes = new byte[random.Below(round % 10 == 0 ? 40_000 : 600)];
            var letters = random.Between(1, 256);
            for (var i = 0; i < bytes.Length; i++) bytes[i] = (byte)random.Below(letters);
            var packed = new byte[bytes.Length + bytes.Length / 32 + 1];
            var count = Lzf.Pack(bytes, packed, heads);
            var back = new byte[bytes.Length];
            Assert.True(Lzf.TryUnpack(packed.AsSpan(0, count), back));
            Assert.Equal(bytes, back);
            if (count > 1) Assert.False(Lzf.TryUnpack(packed.AsSpan(0, count - 1), back));
        }
    }

    [Fact]
    public void Input_that_does_not_shrink_is_left_alone() =>
        Assert.Equal(0, Lzf.Pack("abcdefghijklmnopqrstuvw"u8, new byte[20], new int[Lzf.HeadCount]));
}
