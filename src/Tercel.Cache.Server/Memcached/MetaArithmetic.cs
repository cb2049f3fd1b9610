using System.Buffers.Text;
using Tercel.Cache.Server.Commands;
using Tercel.Resp;

namespace Tercel.Cache.Server.Memcached;

/// <summary>ma.</summary>
internal static class MetaArithmetic
{
    private const int FlagsStart = 3;

    public static void Run(ref CommandContext c)
    {
        if (!TryRead(ref c, out var flags, out var isUp)) return;
        var key = c.Key(MetaReply.KeyIndex);
        var isQuiet = flags.Has('q');
        ulong number;
        if (MemcachedItem.TryPeek(ref c, key, out var old))
        {
            if (flags.Has('C') && !MemcachedItem.IsVersion(old, flags.Unique))
            {
                Answer(ref c, "EX"u8, flags);
                return;
            }

            if (!MemcachedItem.TryNumber(old.Bytes, out number))
            {
                c.Reply.Line("CLIENT_ERROR cannot increment or decrement non-numeric value"u8);
                return;
            }

            number = TextNumbers.Sum(number, flags.Delta, isUp);
            var expireAtMs = flags.Has('T') ? MemcachedItem.ExpireAtMs(flags.Seconds, c.NowMs) : old.ExpireAtMs;
            TextNumbers.Replace(ref c, key, number, old, expireAtMs);
        }
        else if (flags.Has('N') && !c.Keyspace.TryPeek(key, c.NowMs, out _))
        {
            // As in memcached, q does not hide that the item was made.
            isQuiet = false;
            number = flags.Initial;
            TextNumbers.Replace(ref c, key, number, default, MemcachedItem.ExpireAtMs(Seconds(c.Args, flags), c.NowMs));
        }
        else
        {
            Answer(ref c, "NF"u8, flags);
            return;
        }

        if (!isQuiet) Success(ref c, key, flags, number);
    }

    private static bool TryRead(ref CommandContext c, out MetaFlags flags, out bool isUp)
    {
        isUp = true;
        if (!MetaReply.TryRead(ref c, FlagsStart, c.Args.Count, out flags, hasOneError: true)) return false;
        if (flags.Mode == 0) return true;
        isUp = flags.Mode is (byte)'I' or (byte)'i' or (byte)'+';
        if (isUp || flags.Mode is (byte)'D' or (byte)'d' or (byte)'-') return true;
        c.Reply.Line("CLIENT_ERROR invalid mode for ma M token"u8);
        return false;
    }

    // Of N and T the later one wins.
    private static long Seconds(in CommandArgs args, in MetaFlags flags)
    {
        var seconds = flags.VivifySeconds;
        for (var i = FlagsStart; i < args.Count; i++)
        {
            if (args[i][0] == (byte)'T') seconds = flags.Seconds;
            else if (args[i][0] == (byte)'N') seconds = flags.VivifySeconds;
        }

        return seconds;
    }

    private static void Answer(ref CommandContext c, ReadOnlySpan<byte> code, in MetaFlags flags)
    {
        c.Reply.Raw(code);
        MetaReply.Repeat(ref c, FlagsStart, c.Args.Count, flags.Has('b'));
        c.Reply.Raw("\r\n"u8);
    }

    private static void Success(ref CommandContext c, in KeyRef key, in MetaFlags flags, ulong number)
    {
        var found = flags.Has('c')
            ? MemcachedItem.TryGetUnique(ref c, key, out var value)
            : MemcachedItem.TryPeek(ref c, key, out value);
        Span<byte> digits = stackalloc byte[TextNumbers.DigitsMax];
        Utf8Formatter.TryFormat(number, digits, out var length);
        var withValue = flags.Has('v');
        if (withValue) MetaReply.Flag(c.Reply, "VA "u8, (ulong)length);
        else c.Reply.Raw("HD"u8);
        for (var i = FlagsStart; i < c.Args.Count; i++)
        {
            var word = c.Args[i];
            if (word[0] == (byte)'t' && found) MetaReply.Time(c.Reply, value, c.NowMs);
            else if (word[0] == (byte)'c' && found) MetaReply.Flag(c.Reply, " c"u8, MemcachedItem.Unique(value));
            else MetaReply.Repeat(ref c, word, flags.Has('b'));
        }

        c.Reply.Raw("\r\n"u8);
        if (!withValue) return;
        c.Reply.Raw(digits[..length]);
        c.Reply.Raw("\r\n"u8);
    }
}
