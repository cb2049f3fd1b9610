using System.Text;
using Tercel.Cache.Server.Persistence.Rdb;
using Tercel.Resp;
using Xunit;

namespace Tercel.Tests.CacheServer.Persistence;

public sealed class RdbReaderTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void What_a_real_server_saved_reads_as_what_it_says_it_holds(int seed)
    {
        using var redis = RealRedis.Start();
        RdbFiles.Fill(redis, (ulong)seed);
        var model = RdbModel.Of(redis.Save());
        Assert.Equal(40, model.Entries.Count);
        foreach (var (key, text) in model.Entries) Assert.Equal(Ask(redis, key), text);
        Assert.Equal(model.ToString(), RdbModel.OfFile(Path.Combine(redis.Folder, "dump.rdb")).ToString());
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void What_we_write_a_real_server_loads_and_saves_with_the_same_contents(int seed)
    {
        string before;
        byte[] ours;
        using (var redis = RealRedis.Start())
        {
            RdbFiles.Fill(redis, (ulong)seed);
            var file = redis.Save();
            before = RdbModel.Of(file).ToString();
            ours = Rewrite(file);
        }

        Assert.Equal(before, RdbModel.Of(ours).ToString());
        var folder = Directory.CreateTempSubdirectory("tercel-redis-").FullName;
        File.WriteAllBytes(Path.Combine(folder, "dump.rdb"), ours);
        using var second = RealRedis.Start(folder);
        Assert.Equal(before, RdbFiles.Save(second));
    }

    [Fact]
    public void Additions_of_ours_come_back_and_a_real_server_loads_the_rest()
    {
        using var writer = new RdbWriter();
        writer.Header(0, isAppendBase: false);
        writer.TagSet(7, "\u0001\0\0\0"u8);
        const long Later = 4_000_000_000_000;
        writer.String(new RdbEntry { Key = "s"u8, ClientFlags = 12, TagSet = 7, ExpireAtMs = Later }, "v"u8);
        writer.Begin(new RdbEntry { Key = "h"u8, Database = 2, ClientFlags = 9 }, Tercel.Cache.ValueKind.Hash, 3);
        writer.Field("a"u8, "1"u8, 0);
        writer.Field("b"u8, "2"u8, 4_100_000_000_000);
        writer.Field("c"u8, "3"u8, 4_200_000_000_000);
        writer.End();
        writer.String(new RdbEntry { Key = "t"u8, Database = 2 }, "w"u8);
        var file = Complete(writer);
        Assert.Equal(
            "0/s = until 4000000000000 flags 12 tags 7 string v\n"
            + "2/h = flags 9 Hash a:1 b:2@4100000000000 c:3@4200000000000\n2/t = string w",
            RdbModel.Of(file).ToString());

        var folder = Directory.CreateTempSubdirectory("tercel-redis-").FullName;
        File.WriteAllBytes(Path.Combine(folder, "dump.rdb"), file);
        using var redis = RealRedis.Start(folder);
        Assert.Equal("v", redis.Text("GET", "s"));
        redis.Run("SELECT", 2);
        Assert.Equal("a,1,b,2,c,3", redis.Text("HGETALL", "h"));
    }

    [Fact]
    public void Streams_are_refused_with_their_key_or_left_out_by_name()
    {
        using var redis = RealRedis.Start();
        redis.Run("SET", "before", "1");
        for (var i = 0; i < 300; i++) redis.Run("XADD", "events", "*", "field", i, "other", "text");
        redis.Run("XGROUP", "CREATE", "events", "readers", "0");
        redis.Run("XREADGROUP", "GROUP", "readers", "me", "COUNT", 10, "STREAMS", "events", ">");
        redis.Run("FUNCTION", "LOAD", "#!lua name=f\nredis.register_function('g', function() return 1 end)");
        redis.Run("SET", "zafter", "2");
        var file = redis.Save();

        var refused = Assert.Throws<RdbException>(() => RdbModel.Of(file));
        Assert.Contains("stream", refused.Message, StringComparison.Ordinal);
        Assert.Contains("\"events\"", refused.Message, StringComparison.Ordinal);
        var skipped = new List<string>();
        var model = RdbModel.Of(file, new RdbReadOptions { SkipsForeign = true, Skipped = skipped.Add });
        Assert.Equal(["0/before", "0/zafter"], model.Entries.Keys);
        Assert.Equal(["a library of functions", "stream \"events\" of database 0"], skipped);
    }

    [Fact]
    public void Entries_whose_time_is_past_are_left_out_and_counted()
    {
        using var writer = new RdbWriter();
        writer.Header(0, isAppendBase: false);
        writer.String(new RdbEntry { Key = "old"u8, ExpireAtMs = 1000 }, "1"u8);
        writer.String(new RdbEntry { Key = "new"u8, ExpireAtMs = 1001 }, "2"u8);
        var model = new RdbModel();
        using var input = new RdbInput(Complete(writer));
        using var reader = new RdbReader(input, new RdbReadOptions { NowMs = 1000 });
        reader.ReadAll(model);
        Assert.Equal("0/new = until 1001 string 2", model.ToString());
        Assert.Equal((1, 1), reader.Counts);
    }

    [Fact]
    public void A_changed_byte_is_found_by_the_checksum_of_the_file()
    {
        using var writer = new RdbWriter();
        writer.Header(0, isAppendBase: false);
        writer.String(new RdbEntry { Key = "k"u8 }, "some value"u8);
        var file = Complete(writer);
        var path = Path.GetTempFileName();
        for (var at = RdbFormat.HeaderBytes; at < file.Length; at++)
        {
            file[at] ^= 4;
            File.WriteAllBytes(path, file);
            file[at] ^= 4;
            Assert.Throws<RdbException>(() => RdbModel.OfFile(path));
        }

        File.WriteAllBytes(path, file);
        Assert.Single(RdbModel.OfFile(path).Entries);
        File.Delete(path);
    }

    [Theory]
    [InlineData("", "no RDB file")]
    [InlineData("REDIS", "no RDB file")]
    [InlineData("REDIS00x1", "no RDB file")]
    [InlineData("REDIS0099\u00ff", "newer")]
    [InlineData("REDIS0009", "too early")]
    [InlineData("REDIS0009\u00fe\u0010\u00ff", "outside")]
    [InlineData("REDIS0009\0\u0001k\u0081\u007f\0\0\0\0\0\0\0\u00ff", "announced")]
    [InlineData("REDIS0009\u0002\u0001k\u0080\u007f\0\0\0\u00ff", "announced")]
    [InlineData("REDIS0009\u0002\u0001k\0\u00ff", "empty")]
    [InlineData("REDIS0009\u001a\u0001k\0\u00ff", "unknown")]
    [InlineData("REDIS0009\0\u0001k\u00c3\u0001\u007f\u00ff\0\u00ff", "compressed")]
    [InlineData("REDIS0009\u0005\u0001k\u0001\u0001m\0\0\0\0\0\0\u00f8\u007f\u00ff", "not a number")]
    public void Damage_is_told_with_its_offset(string file, string expected)
    {
        var damage = Assert.Throws<RdbException>(() => RdbModel.Of(Encoding.Latin1.GetBytes(file)));
        Assert.Contains(expected, damage.Message, StringComparison.Ordinal);
        Assert.InRange(damage.Offset, 0, file.Length);
    }

    internal static byte[] Rewrite(byte[] file)
    {
        using var writer = new RdbWriter();
        writer.Header(0, isAppendBase: false);
        using var input = new RdbInput(file);
        using var reader = new RdbReader(input, new RdbReadOptions());
        reader.ReadAll(writer);
        return Complete(writer);
    }

    private static byte[] Complete(RdbWriter writer)
    {
        writer.Footer();
        writer.Output.UInt64(Crc64.Update(0, writer.Output.Written));
        return writer.Output.Written.ToArray();
    }

    private static string Ask(RealRedis redis, string databaseAndKey)
    {
        var slash = databaseAndKey.IndexOf('/', StringComparison.Ordinal);
        redis.Run("SELECT", databaseAndKey[..slash]);
        var key = databaseAndKey[(slash + 1)..];
        var time = (long?)redis.Run("PEXPIRETIME", key) is > 0 and { } ms ? $"until {ms} " : "";
        List<string> Items(params object[] command) =>
            ((List<object?>)(redis.Run(command) ?? throw new InvalidOperationException()))
            .Select(item => Encoding.Latin1.GetString((byte[])item!)).ToList();
        List<string> Pairs(List<string> items) => Enumerable.Range(0, items.Count / 2)
            .Select(i => $"{items[2 * i]}:{items[2 * i + 1]}").ToList();
        string Sorted(List<string> items)
        {
            items.Sort(StringComparer.Ordinal);
            return string.Join(' ', items);
        }

        return time + redis.Text("TYPE", key) switch
        {
            "+string" => "string " + redis.Text("GET", key),
            "+list" => "List " + string.Join(' ', Items("LRANGE", key, 0, -1)),
            "+set" => "Set " + Sorted(Items("SMEMBERS", key)),
            "+hash" => "Hash " + Sorted(Pairs(Items("HGETALL", key))),
            _ => "SortedSet " + Sorted(Pairs(Items("ZRANGE", key, 0, -1, "WITHSCORES")).Select(Score).ToList()),
        };
    }

    private static string Score(string pair)
    {
        var colon = pair.LastIndexOf(':');
        _ = RespNumber.TryDouble(Encoding.Latin1.GetBytes(pair[(colon + 1)..]), out var score);
        return $"{pair[..colon]}:{score.ToString("R", System.Globalization.CultureInfo.InvariantCulture)}";
    }
}
