using System.Text;
using Tercel.Cache.Server.Memcached;
using Tercel.Cache.Server.Sessions;
using Tercel.Resp;
using Xunit;

namespace Tercel.Tests.CacheServer.Memcached;

public sealed unsafe class MemcachedAllocationTests
{
    private const int WarmUpRounds = 2_000;
    private const int Rounds = 10_000;
    private const int Series = 3;

    [Theory]
    [InlineData("get a\r\n")]
    [InlineData("get a b nothing\r\n")]
    [InlineData("gets a\r\n")]
    [InlineData("set a 1 100 5\r\nhello\r\n")]
    [InlineData("append b 0 0 0 noreply\r\n\r\n")]
    [InlineData("incr n 1\r\n")]
    [InlineData("touch a 100\r\n")]
    [InlineData("delete nothing\r\n")]
    [InlineData("mg a v k t f s c O123\r\n")]
    [InlineData("mg YQ== b k v\r\n")]
    [InlineData("ms a 5 T100 F1 c\r\nhello\r\n")]
    [InlineData("ma n v\r\n")]
    [InlineData("md nothing q\r\n")]
    [InlineData("nonsense\r\n")]
    public void A_command_allocates_nothing_when_warm(string text)
    {
        using var client = new MemcachedRunner();
        client.Run("set a 1 0 5\r\nhello\r\nset b 0 0 1\r\nx\r\nset n 0 0 7\r\n1000000\r\n");
        using var args = new ArgBuffer();
        using var reply = new ReplyWriter();
        var bytes = Encoding.Latin1.GetBytes(text);
        var copy = new byte[bytes.Length];
        long Measure(int rounds)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var round = 0; round < rounds; round++)
            {
                // Keys in base64 are decoded where they are.
                bytes.CopyTo(copy, 0);
                RunOnce(client, copy, args, reply);
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Measure(WarmUpRounds);
        // The runtime itself allocates once in a while; a command that did would do so in every series.
        var least = Enumerable.Range(0, Series).Min(_ => Measure(Rounds));

        Assert.Equal(0, least);
    }

    private static void RunOnce(MemcachedRunner client, byte[] bytes, ArgBuffer args, ReplyWriter reply)
    {
        args.Clear();
        reply.Clear();
        fixed (byte* start = bytes)
        {
            var state = client.Main.Memcached!;
            MemcachedReader.Read(start, bytes.Length, args, state, 1 << 20, out var command);
            var info = client.Redis.Server.Memcached.Find(command.Verb, client.Main);
            var words = new CommandArgs(start, args.At(command.FirstSlice), command.ArgCount);
            client.Redis.Dispatcher.Run(
                client.Main, info, LookupResult.Found, words, reply, client.Redis.NowMs);
        }
    }
}
