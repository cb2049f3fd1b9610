using System.Buffers.Text;
using Tercel.Cache.Server.Commands;
using Tercel.Resp;

namespace Tercel.Cache.Server.Memcached;

/// <summary>What all meta commands share: the key, and the flags that come back.</summary>
internal static class MetaReply
{
    /// <summary>Where the key stands.</summary>
    public const int KeyIndex = 2;

    /// <summary>Checks the key and reads the flags; replies what is wrong. MD and MA have one line for all mistakes in
    /// the flags.</summary>
    public static bool TryRead(
        ref CommandContext c, int first, int last, out MetaFlags flags, bool hasOneError = false)
    {
        if (c.Args[KeyIndex].Length > MemcachedVerbs.KeyBytesMax)
        {
            flags = default;
            c.Reply.BadFormat();
            return false;
        }

        var error = MetaFlags.Read(c.Args, first, last, out flags);
        if (error.Length > 0) c.Reply.Line(hasOneError ? "CLIENT_ERROR invalid or duplicate flag"u8 : error);
        else if (c.Args[KeyIndex].Length == 0) c.Reply.Line("CLIENT_ERROR error decoding key"u8);
        else return true;
        return false;
    }

    /// <summary>Writes the flags that only repeat the question: O and k.</summary>
    public static void Repeat(ref CommandContext c, int first, int last, bool isBinary)
    {
        for (var i = first; i < last; i++) Repeat(ref c, c.Args[i], isBinary);
    }

    /// <summary>Writes O or k, when the word is one of them.</summary>
    public static void Repeat(ref CommandContext c, scoped ReadOnlySpan<byte> word, bool isBinary)
    {
        if (word[0] == (byte)'O')
        {
            c.Reply.Raw(" "u8);
            c.Reply.Raw(word);
        }
        else if (word[0] == (byte)'k')
        {
            WriteKey(c.Reply, c.Args[KeyIndex], isBinary);
        }
    }

    /// <summary>Writes a flag with a number: <c> t30</c>.</summary>
    public static void Flag(ReplyWriter reply, ReadOnlySpan<byte> letter, ulong number)
    {
        reply.Raw(letter);
        reply.Number(number);
    }

    /// <summary>Writes the time to live: <c> t30</c>, <c> t-1</c> for ever.</summary>
    public static void Time(ReplyWriter reply, scoped ValueView value, long nowMs)
    {
        var seconds = MemcachedItem.SecondsLeft(value.ExpireAtMs, nowMs);
        reply.Raw(seconds < 0 ? " t-1"u8 : " t"u8);
        if (seconds >= 0) reply.Number((ulong)seconds);
    }

    private static void WriteKey(ReplyWriter reply, ReadOnlySpan<byte> key, bool isBinary)
    {
        reply.Raw(" k"u8);
        if (!isBinary)
        {
            reply.Raw(key);
            return;
        }

        Span<byte> text = stackalloc byte[(MemcachedVerbs.KeyBytesMax + 2) / 3 * 4];
        Base64.EncodeToUtf8(key, text, out _, out var length);
        reply.Raw(text[..length]);
        reply.Raw(" b"u8);
    }
}
