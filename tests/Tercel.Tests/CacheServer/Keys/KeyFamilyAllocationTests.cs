using Xunit;

namespace Tercel.Tests.CacheServer.Keys;

public sealed class KeyFamilyAllocationTests
{
    private const int WarmUpRounds = 200;
    private const int Rounds = 10_000;

    [Theory]
    [InlineData("GET a")]
    [InlineData("SET a value")]
    [InlineData("SET a value EX 100 GET")]
    [InlineData("SET a value KEEPTTL NX")]
    [InlineData("SETEX a 100 value", "GETEX a PX 100000", "GETEX a PERSIST")]
    [InlineData("SETNX fresh 1", "GETDEL fresh", "GETSET a value")]
    [InlineData("MSET a 1 b 2 c 3", "MGET a b c d", "MSETNX a 1 d 2")]
    [InlineData("APPEND e 12345678", "SETRANGE e 3 xyz", "GETRANGE e 2 5", "STRLEN e", "DEL e")]
    [InlineData("INCR n", "DECRBY n 5", "INCRBYFLOAT f 0.1")]
    [InlineData("LCS a a", "LCS a a IDX WITHMATCHLEN", "LCS a a LEN")]
    [InlineData("SETBIT bits 100 1", "GETBIT bits 100", "BITCOUNT bits", "BITPOS bits 1", "BITOP XOR x bits a")]
    [InlineData("BITFIELD bits SET u8 #0 5 INCRBY i5 100 1 OVERFLOW FAIL GET u4 0", "BITFIELD_RO bits GET u8 0")]
    [InlineData("SET k 1", "EXPIRE k 100", "TTL k", "PEXPIRETIME k", "PERSIST k", "EXISTS k", "TYPE k", "DEL k")]
    [InlineData("SET k 1", "RENAME k l", "COPY l m REPLACE", "TOUCH l m", "UNLINK l m", "RENAMENX m l")]
    [InlineData("SCAN 0 MATCH a* COUNT 100", "KEYS *", "RANDOMKEY", "DBSIZE", "OBJECT ENCODING a", "OBJECT FREQ a")]
    public void A_command_allocates_nothing_on_the_managed_heap(params string[] commands)
    {
        using var runner = new CommandRunner();
        runner.Run("SET a value");
        using var prepared = new PreparedCommands(runner, commands);
        prepared.AllocatedBytes(WarmUpRounds);
        Assert.Equal(0, prepared.AllocatedBytes(Rounds));
    }
}
