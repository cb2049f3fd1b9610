using System.Buffers.Text;
using Tercel.Cache.Server.Commands;

namespace Tercel.Cache.Server.Memcached;

/// <summary>incr, decr.</summary>
internal static class TextNumbers
{
    public const int DigitsMax = 20;

    public static void Incr(ref CommandContext c) => Add(ref c, isUp: true);

    public static void Decr(ref CommandContext c) => Add(ref c, isUp: false);

    /// <summary>The sum: 64 bits that wrap upwards, and end at 0 downwards.</summary>
    public static ulong Sum(ulong number, ulong delta, bool isUp) =>
        isUp ? unchecked(number + delta) : number < delta ? 0 : number - delta;

    /// <summary>Puts a number in place of an item's value; flags and marks stay.</summary>
    public static void Replace(
        ref CommandContext c, in KeyRef key, ulong number, scoped ValueView old, long expireAtMs)
    {
        var (flags, marks) = (old.ClientFlags, MemcachedItem.MarksOf(old));
        Span<byte> digits = stackalloc byte[DigitsMax];
        Utf8Formatter.TryFormat(number, digits, out var length);
        MemcachedItem.Store(ref c, key, digits[..length], flags, expireAtMs);
        if (marks != 0) MemcachedItem.Mark(ref c, key, marks);
    }

    private static void Add(ref CommandContext c, bool isUp)
    {
        if (c.Args[2].Length > MemcachedVerbs.KeyBytesMax)
        {
            c.Reply.BadFormat();
            return;
        }

        if (!MemcachedItem.TryNumber(c.Args[3], out var delta))
        {
            c.LineUnlessQuiet(c.Args.Count, "CLIENT_ERROR invalid numeric delta argument"u8);
            return;
        }

        var key = c.Key(2);
        if (!MemcachedItem.TryPeek(ref c, key, out var old))
        {
            c.LineUnlessQuiet(c.Args.Count, "NOT_FOUND"u8);
            return;
        }

        if (!MemcachedItem.TryNumber(old.Bytes, out var number))
        {
            c.LineUnlessQuiet(c.Args.Count, "CLIENT_ERROR cannot increment or decrement non-numeric value"u8);
            return;
        }

        var sum = Sum(number, delta, isUp);
        Replace(ref c, key, sum, old, old.ExpireAtMs);
        if (MemcachedReplies.IsQuiet(c.Args, c.Args.Count)) return;
        c.Reply.Number(sum);
        c.Reply.Raw("\r\n"u8);
    }
}
