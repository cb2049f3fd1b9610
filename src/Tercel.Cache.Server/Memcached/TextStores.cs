using System.Buffers.Text;
using Tercel.Cache.Server.Commands;
using Tercel.Primitives;

namespace Tercel.Cache.Server.Memcached;

/// <summary>set, add, replace, append, prepend, cas, delete.</summary>
/// <remarks>Arguments: all bytes, name, key, flags, exptime, length, unique of cas, noreply, and last the
/// data.</remarks>
internal static class TextStores
{
    public static void Set(ref CommandContext c) => Store(ref c, StoreMode.Set);

    public static void Add(ref CommandContext c) => Store(ref c, StoreMode.Add);

    public static void Replace(ref CommandContext c) => Store(ref c, StoreMode.Replace);

    public static void Append(ref CommandContext c) => Store(ref c, StoreMode.Append);

    public static void Prepend(ref CommandContext c) => Store(ref c, StoreMode.Prepend);

    public static void Cas(ref CommandContext c)
    {
        Invariant.Holds(Utf8Parser.TryParse(c.Args[6], out ulong unique, out _));
        Store(ref c, StoreMode.Set, unique);
    }

    public static void Delete(ref CommandContext c)
    {
        var count = c.Args.Count;
        if (c.Args[2].Length > MemcachedVerbs.KeyBytesMax)
        {
            c.Reply.BadFormat();
            return;
        }

        // An old form has a time, which must be 0.
        var isRight = count == 3 || (count == 4 && (c.Args[3].SequenceEqual("0"u8) || IsQuiet(ref c)))
            || (count == 5 && c.Args[3].SequenceEqual("0"u8) && IsQuiet(ref c));
        if (!isRight)
        {
            c.Reply.Line("CLIENT_ERROR bad command line format.  Usage: delete <key> [noreply]"u8);
            return;
        }

        var key = c.Key(2);
        var found = MemcachedItem.TryPeek(ref c, key, out _);
        if (found) MemcachedItem.Remove(ref c, key);
        c.LineUnlessQuiet(count, found ? "DELETED"u8 : "NOT_FOUND"u8);
    }

    private static bool IsQuiet(ref CommandContext c) => MemcachedReplies.IsQuiet(c.Args, c.Args.Count);

    private static void Store(ref CommandContext c, StoreMode mode, ulong? unique = null)
    {
        // The reader has seen that these are numbers.
        Invariant.Holds(Utf8Parser.TryParse(c.Args[3], out uint flags, out _));
        Invariant.Holds(Utf8Parser.TryParse(c.Args[4], out long seconds, out _));
        var request = new StoreRequest
        {
            Mode = mode, Flags = flags, ExpireAtMs = MemcachedItem.ExpireAtMs(seconds, c.NowMs), Unique = unique,
        };
        var outcome = Storing.Run(ref c, c.Key(2), c.Args[c.Args.Count - 1], request);
        c.LineUnlessQuiet(c.Args.Count - 1, outcome switch
        {
            StoreOutcome.Stored => "STORED"u8,
            StoreOutcome.Exists => "EXISTS"u8,
            StoreOutcome.NotFound => "NOT_FOUND"u8,
            _ => "NOT_STORED"u8,
        });
    }
}
