using System.Buffers.Text;
using System.Text;
using Tercel.Resp;

namespace Tercel.Cache.Server.Memcached;

/// <summary>The words of memcached's replies.</summary>
internal static class MemcachedReplies
{
    private const int NumberBytesMax = 20;

    /// <summary>A line that is the whole reply.</summary>
    public static void Line(this ReplyWriter reply, ReadOnlySpan<byte> line)
    {
        reply.Raw(line);
        reply.Raw("\r\n"u8);
    }

    /// <summary>The reply of a text command, unless its last word is <c>noreply</c>.</summary>
    public static void LineUnlessQuiet(this ref Commands.CommandContext c, int wordCount, ReadOnlySpan<byte> line)
    {
        if (!IsQuiet(c.Args, wordCount)) c.Reply.Line(line);
    }

    /// <summary>Whether the last of the words is <c>noreply</c>; errors are told all the same.</summary>
    public static bool IsQuiet(in CommandArgs args, int wordCount) =>
        wordCount > 3 && args[wordCount - 1].SequenceEqual("noreply"u8);

    public static void Number(this ReplyWriter reply, ulong number)
    {
        Span<byte> digits = stackalloc byte[NumberBytesMax];
        Utf8Formatter.TryFormat(number, digits, out var length);
        reply.Raw(digits[..length]);
    }

    public static void BadFormat(this ReplyWriter reply) => reply.Line("CLIENT_ERROR bad command line format"u8);

    /// <summary>Puts memcached's words in place of the error that the dispatcher has written in Redis' words.</summary>
    public static void Translate(ReplyWriter reply, int start)
    {
        var error = reply.Written[start..];
        var code = error.StartsWith("-OOM"u8) ? "SERVER_ERROR out of memory storing object"
            : error.StartsWith("-NOAUTH"u8) ? "CLIENT_ERROR unauthenticated"
            : error.StartsWith("-NOPERM"u8) ? "CLIENT_ERROR access denied"
            : "SERVER_ERROR " + Encoding.ASCII.GetString(error[1..]).TrimEnd();
        reply.Truncate(start);
        reply.Line(Encoding.ASCII.GetBytes(code));
    }
}
