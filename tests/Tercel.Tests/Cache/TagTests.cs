using System.Text;
using Tercel.Cache;
using Tercel.Cache.Tags;
using Xunit;

namespace Tercel.Tests.Cache;

public sealed class TagTests : IDisposable
{
    private readonly Keyspace _keyspace = new(new KeyspaceOptions { MemoryBytesMax = 8 << 20, HashSeed = 5 });

    [Fact]
    public void Invalidating_a_tag_takes_all_its_keys_and_no_others()
    {
        Put("a", "user:1", "catalog");
        Put("b", "catalog");
        Put("c", "user:1");
        Put("d");
        Assert.True(_keyspace.Tags.Invalidate("catalog"u8));
        Assert.Null(_keyspace.Get("a"));
        Assert.Null(_keyspace.Get("b"));
        Assert.NotNull(_keyspace.Get("c"));
        Assert.NotNull(_keyspace.Get("d"));
        Assert.Equal(2, _keyspace.ReadStatistics().Invalidated);
        _keyspace.CheckIntegrity();
    }

    [Fact]
    public void What_is_stored_after_the_invalidation_is_found()
    {
        Put("a", "t");
        _keyspace.Tags.Invalidate("t"u8);
        Put("a", "t");
        Assert.NotNull(_keyspace.Get("a"));
        _keyspace.Tags.Invalidate("other"u8);
        Assert.NotNull(_keyspace.Get("a"));
    }

    [Fact]
    public void Tags_can_be_given_to_a_key_that_is_there_and_keep_its_value_and_expiry()
    {
        _keyspace.Put("a", "value", expireAtMs: 500);
        var set = SetOf("t");
        using (var entered = new Entered(_keyspace, "a"u8, 0))
        {
            Assert.True(_keyspace.SetTags(entered.Key, set, 1));
            Assert.True(_keyspace.TryFind(entered.Key, 1, out var value));
            Assert.Equal((set, 500), (value.TagSet, value.ExpireAtMs));
            Assert.True(value.Bytes.SequenceEqual("value"u8));
        }

        _keyspace.Tags.Invalidate("t"u8);
        Assert.Null(_keyspace.Get("a"));
    }

    [Fact]
    public void An_unknown_tag_cannot_be_invalidated() => Assert.False(_keyspace.Tags.Invalidate("nobody"u8));

    [Fact]
    public void The_same_tags_in_any_order_are_the_same_set()
    {
        Assert.Equal(SetOf("x", "y"), SetOf("y", "x", "y"));
        Assert.NotEqual(SetOf("x"), SetOf("x", "y"));
        Span<uint> tags = stackalloc uint[TagTable.TagsPerKeyMax];
        Assert.Equal(2, _keyspace.Tags.TagsOf(SetOf("x", "y"), tags));
        Assert.Equal("x", Encoding.UTF8.GetString(_keyspace.Tags.NameOf(tags[0]).Span));
    }

    [Fact]
    public void A_full_table_refuses_new_tags_until_the_unused_ones_are_forgotten()
    {
        Put("kept", "kept");
        var count = 0;
        while (_keyspace.Tags.TryGetTag(Encoding.ASCII.GetBytes($"t{count}"), out _)) count++;
        Assert.Equal(TagTable.TagsMax, count + 1);
        for (var i = 0; i < 4; i++)
        {
            _keyspace.TickAll(1);
            for (var j = 0; j < TagTable.TagsMax / 16; j++)
                _keyspace.Tags.TryGetTag(Encoding.ASCII.GetBytes($"u{i}.{j}"), out _);
        }

        Assert.True(_keyspace.Tags.TryGetTag("new"u8, out _));
        Assert.True(_keyspace.Tags.TagCount < TagTable.TagsMax * 3 / 4, $"{_keyspace.Tags.TagCount}");
        Assert.NotNull(_keyspace.Get("kept"));
        Assert.True(_keyspace.Tags.Invalidate("kept"u8));
        Assert.Null(_keyspace.Get("kept"));
    }

    public void Dispose() => _keyspace.Dispose();

    private void Put(string key, params string[] tags)
    {
        var options = new ValueOptions { TagSet = tags.Length == 0 ? 0 : SetOf(tags) };
        Assert.Equal(StoreStatus.Ok, _keyspace.Put(Encoding.ASCII.GetBytes(key), [1, 2, 3], 0, options, 1));
    }

    private uint SetOf(params string[] names)
    {
        var tags = new uint[names.Length];
        for (var i = 0; i < names.Length; i++)
            Assert.True(_keyspace.Tags.TryGetTag(Encoding.ASCII.GetBytes(names[i]), out tags[i]));
        Assert.True(_keyspace.Tags.TryGetSet(tags, out var set));
        return set;
    }
}
