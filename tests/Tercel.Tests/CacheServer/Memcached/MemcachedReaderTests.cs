using System.Text;
using Tercel.Cache.Server.Memcached;
using Tercel.Resp;
using Tercel.TestSupport;
using Xunit;

namespace Tercel.Tests.CacheServer.Memcached;

public sealed unsafe class MemcachedReaderTests
{
    private const long ItemBytesMax = 1000;

    private static readonly string[] Corpus =
    [
        "get a b\r\nset a 1 2 3\r\nabc\r\nmn\r\n", "ms a 2 T0 b k\r\nhi\r\nmg YQ== b v\r\n", "set k 0 0 2000\r\n",
        "cas a 1 2 1 9 noreply\r\nx\r\ngat 0 a\r\nincr n 1\r\n", "stats\r\nquit\r\n", "set a 0 0 3\nab\n\r\nget a\n",
    ];

    [Fact]
    public void Bytes_in_pieces_are_the_same_commands_as_at_once() => Fuzz.Run(Corpus, 4000, text =>
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var whole = ReadAll(bytes, piece: bytes.Length);
        for (var piece = 1; piece <= 5; piece++) Assert.Equal(whole, ReadAll(bytes, piece));
    });

    [Fact]
    public void A_line_without_end_is_malformed_at_the_limit()
    {
        Assert.Equal(MemcachedStatus.NeedMore, ReadOne(new byte[MemcachedReader.LineBytesMax - 1]));
        Assert.Equal(MemcachedStatus.Malformed, ReadOne(new byte[MemcachedReader.LineBytesMax]));
    }

    [Fact]
    public void A_held_command_is_given_back_as_it_came()
    {
        foreach (var text in new[] { "mg YWJj b v\r\n", "ms YWJj 1 b\r\nb\r\n", "ms abc 1\r\nb\r\n", "get b b\r\n" })
        {
            var bytes = Encoding.Latin1.GetBytes(text);
            using var args = new ArgBuffer();
            fixed (byte* start = bytes)
            {
                MemcachedReader.Read(start, bytes.Length, args, new MemcachedState(), ItemBytesMax, out var command);
                var words = new CommandArgs(start, args.At(command.FirstSlice), command.ArgCount);
                Assert.Equal(text, Encoding.Latin1.GetString(MemcachedReader.Original(words)));
            }
        }
    }

    private static MemcachedStatus ReadOne(byte[] bytes)
    {
        using var args = new ArgBuffer();
        Array.Fill(bytes, (byte)'x');
        fixed (byte* start = bytes)
            return MemcachedReader.Read(start, bytes.Length, args, new MemcachedState(), ItemBytesMax, out _);
    }

    // Each time so many bytes more are shown, what was not taken again with them.
    private static List<string> ReadAll(byte[] bytes, int piece)
    {
        var found = new List<string>();
        var state = new MemcachedState();
        var copy = bytes.ToArray();
        using var args = new ArgBuffer();
        fixed (byte* start = copy)
        {
            var at = 0;
            for (var shown = Math.Min(piece, copy.Length); ; shown = Math.Min(shown + piece, copy.Length))
            {
                while (at < shown)
                {
                    args.Clear();
                    var status = MemcachedReader.Read(
                        start + at, shown - at, args, state, ItemBytesMax, out var command);
                    if (status is MemcachedStatus.NeedMore or MemcachedStatus.Malformed) break;
                    if (status == MemcachedStatus.Command) found.Add(Describe(start + at, args, command));
                    at += command.Bytes;
                }

                if (shown == copy.Length) return found;
            }
        }
    }

    private static string Describe(byte* start, ArgBuffer args, in MemcachedCommand command)
    {
        var words = new CommandArgs(start, args.At(command.FirstSlice), command.ArgCount);
        var text = new StringBuilder(command.Verb.ToString());
        for (var i = 1; i < words.Count; i++) text.Append('|').Append(Encoding.Latin1.GetString(words[i]));
        return text.ToString();
    }
}
