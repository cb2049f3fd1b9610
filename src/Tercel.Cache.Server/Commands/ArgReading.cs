using System.Text;
using Tercel.Resp;

namespace Tercel.Cache.Server.Commands;

/// <summary>Reads words and numbers among a command's arguments, and words the errors when they are wrong.</summary>
internal static class ArgReading
{
    private const int CommandNameBytesMax = 64;
    private const int QuotedBytesMax = 128;

    /// <summary>Whether an argument is that option word, in any case; <paramref name="word"/> is ASCII.</summary>
    public static bool Is(this ReadOnlySpan<byte> argument, ReadOnlySpan<byte> word) =>
        argument.Length == word.Length && Ascii.EqualsIgnoreCase(argument, word);

    /// <summary>Reads an integer argument; replies the error and returns false when it is none.</summary>
    public static bool TryInteger(this ref CommandContext c, int index, out long value)
    {
        if (RespNumber.TryInteger(c.Args[index], out value)) return true;
        c.Reply.NotAnInteger();
        return false;
    }

    /// <summary>Reads an integer argument of at least <paramref name="min"/>; replies <paramref name="error"/> and
    /// returns false when it is none.</summary>
    public static bool TryCount(
        this ref CommandContext c, int index, long min, ReadOnlySpan<byte> error, out long value)
    {
        if (RespNumber.TryInteger(c.Args[index], out value) && value >= min) return true;
        c.Reply.Error(error);
        return false;
    }

    /// <summary>Replies <c>ERR wrong number of arguments for 'name' command</c>.</summary>
    public static void ReplyArity(this ref CommandContext c) =>
        c.ReplyNamed("ERR wrong number of arguments for '"u8, "' command"u8);

    /// <summary>Replies <c>ERR invalid expire time in 'name' command</c>.</summary>
    public static void ReplyExpireTime(this ref CommandContext c) =>
        c.ReplyNamed("ERR invalid expire time in '"u8, "' command"u8);

    /// <summary>Replies an error that shows a short argument of the client.</summary>
    public static void ReplyQuoting(
        this ref CommandContext c, ReadOnlySpan<byte> before, ReadOnlySpan<byte> argument, ReadOnlySpan<byte> after)
    {
        if (argument.Length > QuotedBytesMax) argument = argument[..QuotedBytesMax];
        Span<byte> text = stackalloc byte[before.Length + QuotedBytesMax + after.Length];
        before.CopyTo(text);
        argument.CopyTo(text[before.Length..]);
        after.CopyTo(text[(before.Length + argument.Length)..]);
        c.Reply.Error(text[..(before.Length + argument.Length + after.Length)]);
    }

    /// <summary>Replies an error with the lower-case name of the command between two texts.</summary>
    public static void ReplyNamed(
        this ref CommandContext c, ReadOnlySpan<byte> before, ReadOnlySpan<byte> after)
    {
        var name = c.Info.Name;
        Span<byte> text = stackalloc byte[before.Length + CommandNameBytesMax + after.Length];
        before.CopyTo(text);
        var length = before.Length;
        for (var i = 0; i < name.Length && i < CommandNameBytesMax; i++)
            text[length++] = (byte)char.ToLowerInvariant(name[i]);
        after.CopyTo(text[length..]);
        c.Reply.Error(text[..(length + after.Length)]);
    }
}
