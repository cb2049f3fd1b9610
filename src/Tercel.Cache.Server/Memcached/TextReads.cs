using Tercel.Cache.Server.Commands;

namespace Tercel.Cache.Server.Memcached;

/// <summary>get, gets, gat, gats, touch.</summary>
internal static class TextReads
{
    public static void Get(ref CommandContext c) => Read(ref c, first: 2, withUnique: false);

    public static void Gets(ref CommandContext c) => Read(ref c, first: 2, withUnique: true);

    public static void Gat(ref CommandContext c) => Touched(ref c, withUnique: false);

    public static void Gats(ref CommandContext c) => Touched(ref c, withUnique: true);

    public static void Touch(ref CommandContext c)
    {
        if (c.Args[2].Length > MemcachedVerbs.KeyBytesMax) c.Reply.BadFormat();
        else if (!MemcachedItem.TryExpiry(c.Args[3], out var seconds))
            c.LineUnlessQuiet(c.Args.Count, "CLIENT_ERROR invalid exptime argument"u8);
        else
        {
            var key = c.Key(2);
            var found = MemcachedItem.TryPeek(ref c, key, out _);
            if (found) MemcachedItem.Touch(ref c, key, MemcachedItem.ExpireAtMs(seconds, c.NowMs));
            c.LineUnlessQuiet(c.Args.Count, found ? "TOUCHED"u8 : "NOT_FOUND"u8);
        }
    }

    private static void Touched(ref CommandContext c, bool withUnique)
    {
        if (!MemcachedItem.TryExpiry(c.Args[2], out var seconds))
        {
            c.Reply.Line("CLIENT_ERROR invalid exptime argument"u8);
            return;
        }

        var expireAtMs = MemcachedItem.ExpireAtMs(seconds, c.NowMs);
        var start = c.Reply.Length;
        for (var i = 3; i < c.Args.Count; i++)
        {
            if (IsTooLong(ref c, i, start)) return;
            var key = c.Key(i);
            // Seen before the time is set: a time in the past is the end of it.
            if (!Write(ref c, i, key, withUnique)) continue;
            MemcachedItem.Touch(ref c, key, expireAtMs);
        }

        c.Reply.Line("END"u8);
    }

    private static void Read(ref CommandContext c, int first, bool withUnique)
    {
        var start = c.Reply.Length;
        for (var i = first; i < c.Args.Count; i++)
        {
            if (IsTooLong(ref c, i, start)) return;
            Write(ref c, i, c.Key(i), withUnique);
        }

        c.Reply.Line("END"u8);
    }

    private static bool IsTooLong(ref CommandContext c, int index, int start)
    {
        if (c.Args[index].Length <= MemcachedVerbs.KeyBytesMax) return false;
        c.Reply.Truncate(start);
        c.Reply.BadFormat();
        return true;
    }

    private static bool Write(ref CommandContext c, int index, in KeyRef key, bool withUnique)
    {
        var found = withUnique
            ? c.Keyspace.TryGetWithCas(key, c.NowMs, out var value)
            : c.Keyspace.TryFind(key, c.NowMs, out value);
        if (!found || value.Kind != ValueKind.String) return false;
        var reply = c.Reply;
        reply.Raw("VALUE "u8);
        reply.Raw(c.Args[index]);
        reply.Raw(" "u8);
        reply.Number(value.ClientFlags);
        reply.Raw(" "u8);
        reply.Number((ulong)value.Bytes.Length);
        if (withUnique)
        {
            reply.Raw(" "u8);
            reply.Number(MemcachedItem.Unique(value));
        }

        reply.Raw("\r\n"u8);
        reply.Raw(value.Bytes);
        reply.Raw("\r\n"u8);
        return true;
    }
}
