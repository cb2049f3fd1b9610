using System.Buffers.Binary;
using System.Text;
using Tercel.Cache.Server.Persistence.Rdb;
using Xunit;

namespace Tercel.Tests.CacheServer.Persistence;

public sealed class RdbPayloadTests
{
    private static readonly string Long = new('x', 300);

    /// <summary>Payloads in forms that servers before 7.0 wrote, which a 7.0 still restores.</summary>
    internal static IReadOnlyList<byte[]> OldForms { get; } =
    [
        Sealed(Form(9, Zipmap("field", "value", "empty", "", "number", "12")), 6),
        Sealed(Form(10, Ziplist("a", 5L, -1L, 12L, 13L, -129L, 70_000L, -9_000_000L, 1L << 40, Long, "")), 9),
        Sealed(Form(12, Ziplist("one", "1.5", "two", 2L, "inf", "inf")), 9),
        Sealed(Form(13, Ziplist("f", "v", 7L, 8L, "g", Long)), 9),
        Sealed(Form(11, Intset(2, -5, 3, 900)), 9),
        Sealed(Form(11, Intset(4, -70_000, 3, 900_000)), 9),
        Sealed(Form(11, Intset(8, long.MinValue, 0, long.MaxValue)), 9),
        Sealed([14, 2, .. Text(Ziplist("a", 1L)), .. Text(Ziplist(Long, "c"))], 9),
        Sealed(
            [3, 4, 1, (byte)'a', 3, .. "1.5"u8, 1, (byte)'b', 254, 1, (byte)'c', 255, 1, (byte)'d', 2, .. "-3"u8], 6),
        Sealed([18, 2, 2, .. Text(Listpack("a", 1L)), 1, .. Text(Encoding.Latin1.GetBytes(Long))], 10),
    ];

    [Fact]
    public void Old_forms_read_as_a_real_server_reads_them()
    {
        using var redis = RealRedis.Start();
        for (var i = 0; i < OldForms.Count; i++) Assert.Equal("+OK", redis.Text("RESTORE", $"k{i}", 0, OldForms[i]));
        var truth = RdbModel.Of(redis.Save());
        for (var i = 0; i < OldForms.Count; i++)
        {
            var model = new RdbModel();
            Assert.True(RdbValue.TryRead(OldForms[i], new RdbEntry { Key = Encoding.UTF8.GetBytes($"k{i}") }, model));
            Assert.Equal(truth.Entries[$"0/k{i}"], model.Entries[$"0/k{i}"]);
        }
    }

    [Fact]
    public void Fields_with_times_of_redis_7_4_are_read()
    {
        byte[] table = [24, .. Int64(5000), 2, 0, .. Text("a"u8), .. Text("1"u8), 11, .. Text("b"u8), .. Text("2"u8)];
        byte[] packed = [25, .. Int64(5000), .. Text(Listpack("a", 1L, 0L, "b", 2L, 5010L))];
        byte[] earlyTable = [22, 2, 0, .. Text("a"u8), .. Text("1"u8), 0x53, 0x92, .. Text("b"u8), .. Text("2"u8)];
        byte[] earlyPacked = [23, .. Text(Listpack("a", 1L, 0L, "b", 2L, 5010L))];
        foreach (var form in new[] { table, packed, earlyTable, earlyPacked })
        {
            var model = new RdbModel();
            Assert.True(RdbValue.TryRead(Sealed(form, 12), new RdbEntry { Key = "h"u8 }, model));
            Assert.Equal("0/h = Hash a:1 b:2@5010", model.ToString());
        }

        var set = new RdbModel();
        var payload = Sealed(Form(20, Listpack("a", 4095L, -4096L)), 12);
        Assert.True(RdbValue.TryRead(payload, new RdbEntry { Key = "s"u8 }, set));
        Assert.Equal("0/s = Set -4096 4095 a", set.ToString());
    }

    [Fact]
    public void Our_payloads_restore_in_a_real_server_and_its_payloads_here()
    {
        using var redis = RealRedis.Start();
        RdbFiles.Fill(redis, 30, size: 60);
        redis.Run("SELECT", 0);
        var checkedCount = 0;
        foreach (var key in (List<object?>)redis.Run("KEYS", "*")!)
        {
            var theirs = (byte[])redis.Run("DUMP", key!)!;
            using var writer = new RdbPayloadWriter();
            Assert.True(RdbValue.TryRead(theirs, new RdbEntry { Key = "k"u8 }, writer));
            var ours = writer.Finish().ToArray();
            Assert.Equal("+OK", redis.Text("RESTORE", "copy", 0, ours, "REPLACE"));
            Assert.Equal(ModelOf(theirs), ModelOf((byte[])redis.Run("DUMP", "copy")!));
            checkedCount++;
        }

        Assert.InRange(checkedCount, 5, 60);
    }

    [Fact]
    public void A_payload_with_times_of_fields_takes_the_form_of_redis_7_4()
    {
        using var writer = new RdbPayloadWriter();
        writer.Begin(new RdbEntry { HasFieldTimes = true }, Tercel.Cache.ValueKind.Hash, 2);
        writer.Field("a"u8, "1"u8, 4_100_000_000_000);
        writer.Field("b"u8, "2"u8, 0);
        writer.End();
        var payload = writer.Finish().ToArray();
        Assert.Equal(24, payload[0]);
        Assert.Equal(12, payload[^10]);
        Assert.Equal("0/k = Hash a:1@4100000000000 b:2", ModelOf(payload));
    }

    [Fact]
    public void A_payload_of_a_newer_version_or_with_a_wrong_checksum_is_refused()
    {
        var good = Sealed([0, 1, (byte)'v'], 12);
        Assert.True(RdbValue.IsValid(good));
        Assert.False(RdbValue.IsValid(Sealed([0, 1, (byte)'v'], 13)));
        for (var i = 0; i < good.Length; i++)
        {
            var bad = good.ToArray();
            bad[i] ^= 1;
            Assert.False(RdbValue.IsValid(bad));
            Assert.False(RdbValue.IsValid(good.AsSpan(0, i)));
        }
    }

    internal static byte[] Sealed(byte[] typeAndValue, int version)
    {
        byte[] covered = [.. typeAndValue, (byte)version, 0];
        return [.. covered, .. Int64((long)Crc64.Update(0, covered))];
    }

    private static string ModelOf(byte[] payload)
    {
        var model = new RdbModel();
        Assert.True(RdbValue.TryRead(payload, new RdbEntry { Key = "k"u8 }, model));
        return model.ToString();
    }

    private static byte[] Form(byte type, byte[] packed) => [type, .. Text(packed)];

    private static byte[] Text(ReadOnlySpan<byte> bytes)
    {
        var output = new RdbOutput();
        output.Length((ulong)bytes.Length);
        output.Bytes(bytes);
        return output.Written.ToArray();
    }

    private static byte[] Int64(long value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return bytes;
    }

    private static byte[] Zipmap(params string[] items)
    {
        List<byte> bytes = [(byte)(items.Length / 2)];
        for (var i = 0; i < items.Length; i++)
        {
            bytes.Add((byte)items[i].Length);
            if (i % 2 == 1) bytes.Add(2);
            bytes.AddRange(Encoding.Latin1.GetBytes(items[i]));
            if (i % 2 == 1) bytes.AddRange([0, 0]);
        }

        return [.. bytes, 255];
    }

    private static byte[] Intset(int width, params long[] numbers) =>
    [
        .. Int64(width)[..4], .. Int64(numbers.Length)[..4], .. numbers.SelectMany(number => Int64(number)[..width]),
    ];

    private static byte[] Ziplist(params object[] items)
    {
        var body = new List<byte>();
        int previous = 0, tail = 10;
        foreach (var item in items)
        {
            tail = 10 + body.Count;
            byte[] head = previous < 254 ? [(byte)previous] : [254, .. Int64(previous)[..4]];
            byte[] entry = [.. head, .. item is long number ? ZiplistNumber(number) : ZiplistText((string)item)];
            body.AddRange(entry);
            previous = entry.Length;
        }

        return [.. Int64(11 + body.Count)[..4], .. Int64(tail)[..4], .. Int64(items.Length)[..2], .. body, 255];
    }

    private static byte[] ZiplistText(string text) => text.Length < 64
        ? [(byte)text.Length, .. Encoding.Latin1.GetBytes(text)]
        : [(byte)(0x40 | text.Length >> 8), (byte)text.Length, .. Encoding.Latin1.GetBytes(text)];

    private static byte[] ZiplistNumber(long number) => number switch
    {
        >= 0 and <= 12 => [(byte)(0xF1 + number)],
        >= -128 and <= 127 => [0xFE, (byte)number],
        >= -32768 and <= 32767 => [0xC0, .. Int64(number)[..2]],
        >= -8388608 and <= 8388607 => [0xF0, .. Int64(number)[..3]],
        >= int.MinValue and <= int.MaxValue => [0xD0, .. Int64(number)[..4]],
        _ => [0xE0, .. Int64(number)],
    };

    private static byte[] Listpack(params object[] items)
    {
        var body = new List<byte>();
        foreach (var item in items)
        {
            byte[] entry = item is not long number
                ? [(byte)(0x80 | ((string)item).Length), .. Encoding.Latin1.GetBytes((string)item)]
                : number is >= 0 and <= 127 ? [(byte)number]
                : number is >= -4096 and <= 4095 ? [(byte)(0xC0 | number >> 8 & 0x1F), (byte)number]
                : [0xF4, .. Int64(number)];
            body.AddRange([.. entry, (byte)entry.Length]);
        }

        return [.. Int64(7 + body.Count)[..4], .. Int64(items.Length)[..2], .. body, 255];
    }
}
