using System.Text;
using Xunit;

namespace Tercel.Tests.CacheServer;

// The whole way of a command, from the bytes received to the bytes sent, takes no managed memory.
public sealed class LoopAllocationTests : IDisposable
{
    private const int Rounds = 10_000;
    private const int WarmUpRounds = 200;

    private readonly LoopBench _bench = new();

    [Theory]
    [InlineData("PING")]
    [InlineData("ECHO hello")]
    [InlineData("GET k")]
    [InlineData("GET missing")]
    [InlineData("SET k value")]
    [InlineData("SET k value EX 100")]
    [InlineData("INCR n")]
    [InlineData("MGET k n missing")]
    [InlineData("MSET a 1 b 2 c 3 d 4")]
    [InlineData("DEL gone")]
    [InlineData("EXISTS k")]
    [InlineData("EXPIRE k 100")]
    [InlineData("TTL k")]
    [InlineData("APPEND s x", "DEL s")]
    [InlineData("HSET h f v")]
    [InlineData("HGET h f")]
    [InlineData("HGETALL h")]
    [InlineData("LPUSH l x", "RPOP l")]
    [InlineData("SADD s1 m")]
    [InlineData("SISMEMBER s1 m")]
    [InlineData("ZADD z 1 m")]
    [InlineData("ZSCORE z m")]
    [InlineData("SELECT 0")]
    public void A_command_takes_no_managed_memory(params string[] commands)
    {
        var bytes = Encoding.ASCII.GetBytes(string.Concat(commands.Select(Multibulk)));
        var connection = _bench.Connect();
        var quiet = new LoopBenchConnection
        {
            Id = 1000, Loop = _bench, Listener = connection.Listener, KeepsText = false,
        };
        Assert.True(_bench.Sessions.Opened(quiet));
        for (var i = 0; i < WarmUpRounds; i++) _bench.Turn((quiet, bytes));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Rounds; i++) _bench.Turn((quiet, bytes));
        // The runtime itself takes a few kilobytes when it compiles methods anew; the smallest object is 24 bytes.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Rounds);
    }

    public void Dispose() => _bench.Dispose();

    private static string Multibulk(string command)
    {
        var words = command.Split(' ');
        return $"*{words.Length}\r\n" + string.Concat(words.Select(word => $"${word.Length}\r\n{word}\r\n"));
    }
}
