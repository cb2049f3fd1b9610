using Tercel.Cache;
using Tercel.Cache.Server.Persistence.Dataset;
using Tercel.Cache.Server.Persistence.Rdb;
using Xunit;

namespace Tercel.Tests.CacheServer.Persistence;

public sealed class KeyspaceSinkTests
{
    private const long Now = 1_800_000_000_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_real_servers_dataset_is_the_same_after_it_went_through_the_keyspace(int seed)
    {
        using var redis = RealRedis.Start();
        RdbFiles.Fill(redis, (ulong)seed, size: 80);
        var file = redis.Save();
        using var keyspace = new Keyspace(CommandRunner.SmallKeyspace);
        Load(keyspace, file);
        Assert.Equal(RdbModel.Of(file).ToString(), ModelOf(keyspace).ToString());
        keyspace.CheckIntegrity();
    }

    [Fact]
    public void Additions_of_ours_are_kept()
    {
        using var writer = new RdbWriter();
        writer.Header(Now, isAppendBase: false);
        writer.String(new RdbEntry { Key = "s"u8, ClientFlags = 12, ExpireAtMs = Now + 5 }, "v"u8);
        writer.Begin(new RdbEntry { Key = "h"u8, ExpireAtMs = Now + 9 }, ValueKind.Hash, 3);
        writer.Field("a"u8, "1"u8, 0);
        writer.Field("b"u8, "2"u8, Now + 1000);
        writer.Field("c"u8, "3"u8, Now);
        writer.End();
        writer.Begin(new RdbEntry { Key = "gone"u8 }, ValueKind.Hash, 1);
        writer.Field("a"u8, "1"u8, Now - 1);
        writer.End();
        writer.Footer();
        writer.Output.UInt64(0);
        using var keyspace = new Keyspace(CommandRunner.SmallKeyspace);
        Load(keyspace, writer.Output.Written.ToArray());
        Assert.Equal(
            $"0/h = until {Now + 9} Hash a:1 b:2@{Now + 1000}\n0/s = until {Now + 5} flags 12 string v",
            ModelOf(keyspace).ToString());
    }

    [Fact]
    public void A_member_or_key_that_comes_twice_is_damage()
    {
        Assert.Contains("\"m\" comes twice", Damage(w =>
        {
            w.Begin(new RdbEntry { Key = "k"u8 }, ValueKind.Set, 2);
            w.Element("m"u8);
            w.Element("m"u8);
            w.End();
        }), StringComparison.Ordinal);
        Assert.Contains("\"k\" comes twice", Damage(w =>
        {
            w.String(new RdbEntry { Key = "k"u8 }, "1"u8);
            w.String(new RdbEntry { Key = "k"u8 }, "2"u8);
        }), StringComparison.Ordinal);
    }

    [Fact]
    public void Dumped_values_are_restored_and_damaged_ones_change_nothing()
    {
        using var redis = RealRedis.Start();
        RdbFiles.Fill(redis, 40, size: 60);
        var file = redis.Save();
        using var keyspace = new Keyspace(CommandRunner.SmallKeyspace);
        Load(keyspace, file);
        var payloads = new Payloads();
        for (var database = 0; database < 16; database++)
            keyspace.Scan(0, database, int.MaxValue, Now, ref payloads);
        using var second = new Keyspace(CommandRunner.SmallKeyspace);
        foreach (var (database, key, payload, expireAt) in payloads.Found)
        {
            var at = second.Key(key, database);
            Entered(second, at, s => s.SetString(s.Key(key, database), "old"u8, default, Now));
            Assert.False(Restore(second, database, key, payload[..^1], expireAt));
            Assert.True(Entered(second, at, s =>
                s.TryPeek(s.Key(key, database), Now, out var value) && value.Bytes.SequenceEqual("old"u8)));
            Assert.True(Restore(second, database, key, payload, expireAt));
        }

        Assert.Equal(ModelOf(keyspace).ToString(), ModelOf(second).ToString());
        second.CheckIntegrity();
    }

    internal static void Load(Keyspace keyspace, byte[] file, long nowMs = Now)
    {
        using var input = new RdbInput(file);
        using var reader = new RdbReader(input, new RdbReadOptions { NowMs = nowMs });
        var sink = new KeyspaceSink(keyspace, nowMs);
        reader.ReadAll(sink);
        sink.Flush();
    }

    internal static RdbModel ModelOf(Keyspace keyspace, long nowMs = Now)
    {
        var visitor = new Visitor(nowMs);
        for (var database = 0; database < 16; database++)
        {
            ulong cursor = 0;
            do cursor = keyspace.Scan(cursor, database, 1000, nowMs, ref visitor);
            while (cursor != 0);
        }

        return visitor.Model;
    }

    private static bool Restore(Keyspace keyspace, int database, byte[] key, byte[] payload, long expireAt) =>
        Entered(keyspace, keyspace.Key(key, database),
            s => ValueDump.TryRestore(s, s.Key(key, database), payload, expireAt, Now));

    private static T Entered<T>(Keyspace keyspace, in KeyRef key, Func<Keyspace, T> work)
    {
        var shard = keyspace.ShardOf(key.Hash);
        keyspace.Enter(shard);
        try
        {
            return work(keyspace);
        }
        finally
        {
            keyspace.Exit(shard);
        }
    }

    private static string Damage(Action<RdbWriter> write)
    {
        using var writer = new RdbWriter();
        writer.Header(Now, isAppendBase: false);
        write(writer);
        writer.Footer();
        writer.Output.UInt64(0);
        using var keyspace = new Keyspace(CommandRunner.SmallKeyspace);
        return Assert.Throws<RdbException>(() => Load(keyspace, writer.Output.Written.ToArray())).Message;
    }

    private struct Visitor(long nowMs) : IEntryVisitor
    {
        public RdbModel Model { get; } = new();

        public readonly void Visit(ReadOnlySpan<byte> key, int database, in ValueView value) =>
            EntryWriter.Send(key, database, value, nowMs, Model);
    }

    private readonly struct Payloads() : IEntryVisitor
    {
        public List<(int Database, byte[] Key, byte[] Payload, long ExpireAt)> Found { get; } = [];

        public void Visit(ReadOnlySpan<byte> key, int database, in ValueView value)
        {
            using var writer = new RdbPayloadWriter();
            Found.Add((database, key.ToArray(), ValueDump.Dump(value, writer, Now).ToArray(), value.ExpireAtMs));
        }
    }
}
