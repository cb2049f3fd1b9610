using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Tercel.Cache;
using Tercel.Cache.Server.Persistence;
using Tercel.Cache.Server.Persistence.Files;
using Tercel.Cache.Server.Settings;
using Tercel.Cache.Values;
using Xunit;

namespace Tercel.Tests.CacheServer.Persistence;

public sealed class TaggedSnapshotTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tercel-files-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Tags_come_back_and_what_they_had_invalidated_does_not()
    {
        using (var first = Start())
        {
            var keyspace = first.Runner.Keyspace;
            Set(keyspace, "old", "user:1", "page");
            Assert.True(keyspace.Tags.Invalidate("page"u8));
            Set(keyspace, "a", "user:1", "page");
            Set(keyspace, "b", "user:1");
            Set(keyspace, "c");
            var list = keyspace.Key("list"u8, 0);
            var shard = keyspace.ShardOf(list.Hash);
            keyspace.Enter(shard);
            keyspace.OpenCollection(list, ValueKind.List, first.Runner.NowMs, out var handle);
            new ListValue(handle).Push("x"u8, head: false);
            Assert.True(keyspace.SetTags(list, SetOf(keyspace, "page"), first.Runner.NowMs));
            keyspace.Exit(shard);
            Assert.Equal("+OK\r\n", first.Run("SAVE"));
        }

        using var second = Start();
        Assert.Equal(
            "0/a = page+user:1 string v\n0/b = user:1 string v\n0/c = string v\n0/list = page List x", Model(second));
        var tags = second.Runner.Keyspace.Tags;
        Assert.True(tags.Invalidate("page"u8));
        Assert.Equal("0/b = user:1 string v\n0/c = string v", Model(second));
        Assert.True(tags.Invalidate("user:1"u8));
        Assert.Equal("0/c = string v", Model(second));
    }

    // The numbers of sets are those of the process: their tags are shown instead.
    private static string Model(RunningFiles server)
    {
        return Regex.Replace(server.Model, "tags ([0-9]+)", match =>
        {
            Span<uint> tags = stackalloc uint[16];
            var table = server.Runner.Keyspace.Tags;
            var count = table.TagsOf(uint.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture), tags);
            var text = string.Join('+', tags[..count].ToArray()
                .Select(tag => Encoding.UTF8.GetString(table.NameOf(tag).Span)).Order(StringComparer.Ordinal));
            return text;
        });
    }

    private static void Set(Keyspace keyspace, string name, params string[] tags)
    {
        var key = keyspace.Key(Encoding.UTF8.GetBytes(name), 0);
        var shard = keyspace.ShardOf(key.Hash);
        var options = new ValueOptions { TagSet = tags.Length == 0 ? 0 : SetOf(keyspace, tags) };
        keyspace.Enter(shard);
        Assert.Equal(StoreStatus.Ok, keyspace.SetString(key, "v"u8, options, CommandRunner.StartMs));
        keyspace.Exit(shard);
    }

    private static uint SetOf(Keyspace keyspace, params string[] names)
    {
        var numbers = new uint[names.Length];
        for (var i = 0; i < names.Length; i++)
            Assert.True(keyspace.Tags.TryGetTag(Encoding.UTF8.GetBytes(names[i]), out numbers[i]));
        Assert.True(keyspace.Tags.TryGetSet(numbers, out var set));
        return set;
    }

    private RunningFiles Start() => new(
        new PersistenceOptions { Folder = _folder }, new LiveSettings { SaveOnStop = "nosave" },
        DiskFileSystem.Instance);
}
