using Xunit;

namespace Tercel.Tests.CacheServer.Keys;

/// <summary>A few bytes of command can ask for half a gigabyte: room is made for it first, or it is
/// refused.</summary>
public sealed class StringGrowthTests : IDisposable
{
    private const string OutOfMemory = "-OOM command not allowed when used memory > 'maxmemory'.\r\n";

    private readonly CommandRunner _runner = new();

    [Theory]
    [InlineData("SETBIT k 4294967295 1")]
    [InlineData("SETRANGE k 536870000 x")]
    [InlineData("BITFIELD k SET u8 4294967000 1")]
    [InlineData("BITFIELD k INCRBY u8 #536870000 1")]
    public void A_string_larger_than_the_memory_is_refused(string command)
    {
        Assert.Equal(OutOfMemory, _runner.Run(command));
        Assert.Equal(":0\r\n", _runner.Run("EXISTS k"));
    }

    [Fact]
    public void Nothing_is_evicted_for_what_can_never_fit()
    {
        using var runner = new CommandRunner(
            CommandRunner.SmallKeyspace with { Eviction = Tercel.Cache.EvictionPolicy.AllKeys });
        runner.Run("SET k v");
        Assert.Equal(OutOfMemory, runner.Run("SETBIT bits 4294967295 1"));
        Assert.Equal(":1\r\n", runner.Run("EXISTS k"));
    }

    [Fact]
    public void Nothing_written_far_behind_the_end_needs_no_room() =>
        Assert.Equal(":0\r\n", _runner.Run("SETRANGE k 536870000 \"\""));

    [Fact]
    public void Copies_are_refused_when_there_is_no_room_for_them()
    {
        _runner.Words("SET", "large", new string('x', 14 << 20));
        Assert.Equal(":1\r\n", _runner.Run("COPY large second"));
        Assert.Equal(OutOfMemory, _runner.Run("COPY large third"));
        Assert.Equal(OutOfMemory, _runner.Run("BITOP NOT third large"));
    }

    [Fact]
    public void A_write_inside_a_large_string_needs_no_room()
    {
        _runner.Words("SET", "large", new string('x', 20 << 20));
        Assert.Equal(":0\r\n", _runner.Run("SETBIT large 160000000 0"));
        Assert.Equal(":20971520\r\n", _runner.Run("SETRANGE large 20000000 abc"));
    }

    public void Dispose() => _runner.Dispose();
}
