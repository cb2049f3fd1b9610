using Tercel.Cache;
using Xunit;

namespace Tercel.Tests.CacheServer;

public sealed class RoomTests : IDisposable
{
    private const long BytesMax = 8 << 20;
    private readonly CommandRunner _runner = new(
        CommandRunner.SmallKeyspace with { MemoryBytesMax = BytesMax, Eviction = EvictionPolicy.AllKeys });

    public void Dispose() => _runner.Dispose();

    [Fact]
    public void Commands_that_need_no_room_but_rewrite_keys_keep_memory_at_its_maximum()
    {
        var value = new string('v', 100);
        var count = 0;
        for (; _runner.Keyspace.HasRoom(200); count++) _runner.Run($"SET key:{count} {value}");
        var most = 0L;
        for (var i = 0; i < count; i++)
        {
            // In an order that leaves every segment half dead.
            _runner.Run($"EXPIRE key:{i * 7919L % count} 1000");
            most = Math.Max(most, _runner.Keyspace.ReadStatistics().UsedBytes);
        }

        Assert.InRange(most, BytesMax / 2, BytesMax + (512 << 10));
    }
}
