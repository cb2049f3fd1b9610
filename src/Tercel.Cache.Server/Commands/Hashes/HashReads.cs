
namespace Tercel.Cache.Server.Commands.Hashes;

/// <summary>HGET, HMGET, HLEN, HSTRLEN, HEXISTS, HGETALL, HKEYS, HVALS.</summary>
/// <remarks>Source: redis.io/commands/hget. HLEN counts no field whose time is up, also where Redis still
/// does.</remarks>
internal static class HashReads
{
    public static void HGet(ref CommandContext c)
    {
        var status = HashKeys.Find(ref c, c.Key(1), out var hash);
        if (status == StoreStatus.Ok && hash.TryGet(c.Args[2], out var field)) c.Reply.Bulk(field.Value);
        else if (status == StoreStatus.WrongType) c.Reply.WrongType();
        else c.Reply.Null();
    }

    public static void HMGet(ref CommandContext c)
    {
        if (HashKeys.Find(ref c, c.Key(1), out var hash) == StoreStatus.WrongType)
        {
            c.Reply.WrongType();
            return;
        }

        c.Reply.Array(c.Args.Count - 2);
        for (var i = 2; i < c.Args.Count; i++)
        {
            if (hash.TryGet(c.Args[i], out var field)) c.Reply.Bulk(field.Value);
            else c.Reply.Null();
        }
    }

    public static void HLen(ref CommandContext c)
    {
        if (HashKeys.FindSwept(ref c, c.Key(1), out var hash) == StoreStatus.WrongType) c.Reply.WrongType();
        else c.Reply.Integer(hash.Count);
    }

    public static void HStrLen(ref CommandContext c)
    {
        if (HashKeys.Find(ref c, c.Key(1), out var hash) == StoreStatus.WrongType) c.Reply.WrongType();
        else c.Reply.Integer(hash.TryGet(c.Args[2], out var field) ? field.Value.Length : 0);
    }

    public static void HExists(ref CommandContext c)
    {
        if (HashKeys.Find(ref c, c.Key(1), out var hash) == StoreStatus.WrongType) c.Reply.WrongType();
        else c.Reply.Integer(hash.TryGet(c.Args[2], out _) ? 1 : 0);
    }

    public static void HGetAll(ref CommandContext c)
    {
        if (HashKeys.FindSwept(ref c, c.Key(1), out var hash) == StoreStatus.WrongType)
        {
            c.Reply.WrongType();
            return;
        }

        c.Reply.Map(hash.Count);
        foreach (var field in hash)
        {
            c.Reply.Bulk(field.Field);
            c.Reply.Bulk(field.Value);
        }
    }

    public static void HKeys(ref CommandContext c)
    {
        if (HashKeys.FindSwept(ref c, c.Key(1), out var hash) == StoreStatus.WrongType)
        {
            c.Reply.WrongType();
            return;
        }

        c.Reply.Array(hash.Count);
        foreach (var field in hash) c.Reply.Bulk(field.Field);
    }

    public static void HVals(ref CommandContext c)
    {
        if (HashKeys.FindSwept(ref c, c.Key(1), out var hash) == StoreStatus.WrongType)
        {
            c.Reply.WrongType();
            return;
        }

        c.Reply.Array(hash.Count);
        foreach (var field in hash) c.Reply.Bulk(field.Value);
    }
}
