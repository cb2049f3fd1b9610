using Xunit;

namespace Tercel.Tests.CacheServer.Hashes;

public sealed class LargeHashRemovalTests : IDisposable
{
    private readonly CommandRunner _runner = new();

    public LargeHashRemovalTests()
    {
        for (var i = 0; i < 60_000; i++) _runner.Run($"HSET big field:{i} some-value-of-this-field:{i}");
    }

    private long Bytes => _runner.Keyspace.ReadStatistics().CollectionBytes;

    [Fact]
    public void Its_memory_comes_back_in_the_background()
    {
        var full = Bytes;
        _runner.Run("DEL big");
        Assert.True(Bytes > full / 2);
        for (var shard = 0; shard < _runner.Keyspace.ShardCount; shard++)
            while (_runner.Keyspace.Tick(shard, _runner.NowMs, 100) > 0)
            {
            }

        Assert.Equal(0, Bytes);
        _runner.Keyspace.CheckIntegrity();
    }

    [Fact]
    public void Its_memory_comes_back_before_a_write_is_refused()
    {
        _runner.Run("DEL big");
        var used = _runner.Keyspace.ReadStatistics().UsedBytes;
        Assert.True(_runner.Keyspace.TryMakeRoom(_runner.Keyspace.MemoryBytesMax - used + 1_000_000, _runner.NowMs));
        _runner.Keyspace.CheckIntegrity();
    }

    [Fact]
    public void It_may_come_anew_while_the_old_one_dies()
    {
        _runner.Run("DEL big");
        _runner.Run("HSET big field:1 anew");
        _runner.Run("FLUSHALL");
        Assert.Equal(0, Bytes);
        _runner.Run("HSET big field:1 anew");
        _runner.Keyspace.CheckIntegrity();
    }

    public void Dispose() => _runner.Dispose();
}
