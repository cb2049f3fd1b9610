using Tercel.Cache.Values;

namespace Tercel.Cache.Server.Commands.Hashes;

/// <summary>HSET, HMSET, HSETNX, HDEL, HGETDEL.</summary>
/// <remarks>A field that is stored anew loses its expiry. Source: redis.io/commands/hset.</remarks>
internal static class HashWrites
{
    public static void HSet(ref CommandContext c)
    {
        if (TrySet(ref c, out var added)) c.Reply.Integer(added);
    }

    public static void HMSet(ref CommandContext c)
    {
        if (TrySet(ref c, out _)) c.Reply.Ok();
    }

    public static void HSetNx(ref CommandContext c)
    {
        var key = c.Key(1);
        var status = HashKeys.Find(ref c, key, out var hash);
        if (status == StoreStatus.Ok && hash.TryGet(c.Args[2], out _))
        {
            c.Reply.Integer(0);
            return;
        }

        status = HashKeys.Open(ref c, key, out hash);
        if (status != StoreStatus.Ok)
        {
            c.Reply.Status(status);
            return;
        }

        hash.Set(c.Args[2], c.Args[3]);
        c.Changed(key, KeyEvents.Hash, "hset"u8);
        c.Reply.Integer(1);
    }

    public static void HDel(ref CommandContext c)
    {
        var key = c.Key(1);
        if (HashKeys.Find(ref c, key, out var hash) == StoreStatus.WrongType)
        {
            c.Reply.WrongType();
            return;
        }

        var removed = 0;
        for (var i = 2; i < c.Args.Count; i++)
            if (hash.Remove(c.Args[i])) removed++;
        Finish(ref c, key, hash, removed);
        c.Reply.Integer(removed);
    }

    /// <summary>HGETDEL key FIELDS count field ...: the values, whose fields are removed.</summary>
    public static void HGetDel(ref CommandContext c)
    {
        var key = c.Key(1);
        if (HashKeys.Find(ref c, key, out var hash) == StoreStatus.WrongType)
        {
            c.Reply.WrongType();
            return;
        }

        if (!FieldArguments.TryRead(ref c, at: 2, out var first, out var count)) return;
        c.Reply.Array(count);
        var removed = 0;
        for (var i = first; i < first + count; i++)
        {
            if (!hash.TryGet(c.Args[i], out var field))
            {
                c.Reply.Null();
                continue;
            }

            c.Reply.Bulk(field.Value);
            hash.Remove(c.Args[i]);
            removed++;
        }

        Finish(ref c, key, hash, removed);
        if (removed == 0) return;
        var words = c.Rewrite().Word("HDEL"u8).Word(c.Args[1]);
        for (var i = first; i < first + count; i++) words.Word(c.Args[i]);
    }

    /// <summary>Tells what was removed. An expired field that was found removed may have been the last one too.
    /// </summary>
    private static void Finish(ref CommandContext c, scoped in KeyRef key, scoped HashValue hash, int removed)
    {
        if (removed > 0) HashKeys.Removed(ref c, key, hash);
        else if (hash.Count == 0) c.Keyspace.Remove(key, c.NowMs);
    }

    private static bool TrySet(ref CommandContext c, out int added)
    {
        added = 0;
        if (c.Args.Count % 2 != 0)
        {
            c.ReplyArity();
            return false;
        }

        var key = c.Key(1);
        var status = HashKeys.Open(ref c, key, out var hash);
        if (status != StoreStatus.Ok)
        {
            c.Reply.Status(status);
            return false;
        }

        for (var i = 2; i < c.Args.Count; i += 2)
            if (hash.Set(c.Args[i], c.Args[i + 1])) added++;
        c.Changed(key, KeyEvents.Hash, "hset"u8);
        return true;
    }
}
